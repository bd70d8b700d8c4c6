"""What a fault is."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """Why a component cannot go on."""

    reason: str
    """The cluster's own word."""
    message: str
    """The cluster's own sentence."""
    since: float | None
    hint: str = ""
    """Where the object knows a better one than the table in `hints`."""
    pod: str = ""
