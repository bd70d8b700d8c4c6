"""How long an attempt to log in waits before its password is looked at. Time is handed in; nothing waits here.

Attempts are counted for each address, and for each user at an address: whoever guesses slows down themselves, and no lock-out lets
them slow down anybody who comes from elsewhere.
https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html#login-throttling
"""

from __future__ import annotations

from typing import NamedTuple

FREE_OF_USER = 10
"""Failures of a user at one address before it slows down. With `LONGEST_S` and `FORGOTTEN_S` it keeps an address at a user below
100 guesses in an hour: https://github.com/OWASP/ASVS/blob/v4.0.3/4.0/en/0x11-V2-Authentication.md (2.2.1)"""

FREE_OF_ADDRESS = 50
"""Failures of an address whatever the user: many people may share one."""

FIRST_S = 1.0
"""The first wait; each further failure doubles it."""

LONGEST_S = 60.0
"""The longest wait between two attempts."""

FORGOTTEN_S = 900.0
"""Failures are forgotten when there was no attempt for so long, or the clock was set back by more."""

WAITING = 4
"""Attempts of one user at one address, or of one address, that may wait; more are told when to come again."""

KEPT = 20_000
"""Addresses, and users at addresses, that are remembered: some 5 MB. Of more, those are forgotten that were seen first."""


class _Count:
    """What is known of an address, or of a user at one."""

    __slots__ = ("failures", "free", "seen", "slot", "waiting")

    def __init__(self, free: int) -> None:
        self.free = free
        self.failures = 0
        """Failed attempts and those under way: else many at once would all be the first."""
        self.waiting = 0
        self.slot = 0.0
        """When the last attempt began, or will."""
        self.seen = 0.0

    def start(self, now: float) -> float:
        """When the next attempt may begin."""
        over = self.failures - self.free
        if over < 0:
            return now
        return max(now, self.slot + min(LONGEST_S, FIRST_S * 2.0 ** min(over, 30)))


class Attempt(NamedTuple):
    """An attempt to log in, from `begin` to `end`."""

    start: float
    """When its password may be looked at."""
    of_user: _Count
    of_address: _Count
    waits: tuple[_Count, ...]
    """Those of the two that make it wait."""


class TooMany(Exception):
    """Too many attempts wait already. The next is let in `retry_s` seconds."""

    def __init__(self, retry_s: float) -> None:
        super().__init__(f"too many attempts to log in wait, {retry_s:.0f} s to go")
        self.retry_s = retry_s


class Throttle:
    """Counts attempts."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str | None], _Count] = {}

    def begin(self, address: str, user: str, now: float) -> Attempt:
        """Lets an attempt in, now or later. Raises `TooMany` where enough of them wait."""
        counts = (
            self._count((address, user), FREE_OF_USER, now),
            self._count((address, None), FREE_OF_ADDRESS, now),
        )
        starts = [count.start(now) for count in counts]
        start = max(starts)
        waits = tuple(count for count, its in zip(counts, starts, strict=True) if its > now)
        if any(count.waiting >= WAITING for count in waits):
            raise TooMany(start - now)
        for count, its in zip(counts, starts, strict=True):
            count.slot = max(count.slot, its)
            count.failures += 1
        for count in waits:
            count.waiting += 1
        return Attempt(start, *counts, waits)

    def begun(self, attempt: Attempt) -> None:
        """To be called once when an attempt waits no longer."""
        for count in attempt.waits:
            count.waiting -= 1

    def end(self, attempt: Attempt, *, is_right: bool | None) -> None:
        """Counts an attempt for what it came to; None is one whose password was not looked at."""
        if is_right is False:
            return
        # Not to count one as a failure of its address is enough: whoever knows one password could reset the guesses at others.
        attempt.of_address.failures = max(0, attempt.of_address.failures - 1)
        attempt.of_user.failures = 0 if is_right else max(0, attempt.of_user.failures - 1)

    def _count(self, key: tuple[str, str | None], free: int, now: float) -> _Count:
        found = self._counts.pop(key, None)
        if found is None or (abs(now - found.seen) > FORGOTTEN_S and not found.waiting):
            found = _Count(free)
        found.seen = now
        if len(self._counts) >= KEPT:
            del self._counts[next(iter(self._counts))]
        self._counts[key] = found
        return found
