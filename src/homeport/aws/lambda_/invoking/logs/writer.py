"""Where logs go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class LogWriter(Protocol):
    """CloudWatch Logs, as far as functions need it."""

    def write(
        self, account: str, region: str, group: str, stream: str, events: Sequence[tuple[int, str]]
    ) -> None:
        """Takes events, each a time in milliseconds and a text; group and stream are made where they are not there.

        Returns at once; how much of it is held is bounded by who takes it.
        """
