"""What was found of a component."""

from __future__ import annotations

from typing import NamedTuple

from homeport.stack.lifecycle import State


class Found(NamedTuple):
    """A state, and what is said of it."""

    state: State
    since: float | None
    reason: str = ""
    message: str = ""
    hint: str = ""


class Lack(NamedTuple):
    """What keeps a component that runs from being ready."""

    reason: str
    message: str
    hint: str
