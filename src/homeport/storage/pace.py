"""Where commits run: on the event loop while the disk is quick, in a thread once it is not.

Handing a commit to a thread and hearing of its end takes about 200 us, as much as the sync itself on a good disk; a slow disk
would hold up every other request for as long.
"""

from __future__ import annotations

import time
from collections.abc import Callable

QUICK_S = 0.001
"""A commit up to here costs the loop no more than answering a dozen requests."""
STREAK = 16
"""Quick commits in a row before they run on the loop; one slow commit sends the next ones to the thread again."""


class Pace:
    """Notes how long commits take. `timer` counts seconds from any start."""

    def __init__(self, timer: Callable[[], float] = time.perf_counter) -> None:
        self.timer = timer
        self._streak = 0

    @property
    def is_quick(self) -> bool:
        """Whether the next commit is to run on the loop."""
        return self._streak >= STREAK

    def note(self, duration_s: float) -> None:
        """A commit has taken `duration_s` seconds."""
        self._streak = self._streak + 1 if duration_s <= QUICK_S else 0
