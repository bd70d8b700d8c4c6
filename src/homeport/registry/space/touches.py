"""Blobs that a push may be about to need, although nothing names them yet: whoever was told that a blob is there will not send it.

In memory only. What a former process told is covered by the grace period, which begins anew with each process.
"""

from __future__ import annotations

from homeport.clock import Clock

KEPT = 100_000
"""Digests that are remembered, some 20 MB. Where there are more, all blobs count as touched when the oldest of them was."""


class Touches:
    """When a blob of a repository was last asked for, and which are being removed just now."""

    def __init__(self, clock: Clock, *, is_alone: bool = False) -> None:
        """`is_alone`: there are no clients, and a former process has told none of them anything."""
        self._clock = clock
        self._at: dict[tuple[str, str], float] = {}
        self._floor = 0.0 if is_alone else clock.now()
        self._going: set[tuple[str, str]] = set()

    def touch(self, repository: str, digest: str) -> None:
        """Notes that a client was told that the blob is there."""
        key = (repository, digest)
        self._at.pop(key, None)
        self._at[key] = self._clock.now()
        if len(self._at) > KEPT:
            oldest = next(iter(self._at))
            self._floor = max(self._floor, self._at.pop(oldest))

    def last(self, repository: str, digest: str) -> float:
        """When the blob was last asked for, in seconds since the epoch; no earlier than the start of the process."""
        return max(self._floor, self._at.get((repository, digest), 0.0))

    def forget(self, until: float) -> None:
        """Drops what was touched at `until` or before."""
        at = self._at
        while at:
            oldest = next(iter(at))
            if at[oldest] > until:
                return
            del at[oldest]

    # From the decision to remove a blob to its commit, nobody may be told that it is there.

    def begin_removal(self, repository: str, digest: str) -> None:
        """To be called inside the write that removes a blob from a repository, after its last look at `last`."""
        self._going.add((repository, digest))

    def end_removal(self, repository: str, digest: str) -> None:
        """To be called after the commit, or where it failed."""
        self._going.discard((repository, digest))

    def is_going(self, repository: str, digest: str) -> bool:
        """Whether the blob is being removed."""
        return bool(self._going) and (repository, digest) in self._going
