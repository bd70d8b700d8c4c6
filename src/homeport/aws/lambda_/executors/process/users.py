"""Users of this machine that belong to nobody, one for each environment, where this process may choose."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from homeport.aws.lambda_.executors.base import StartFailed

_FIRST = 1_900_000_000
"""https://systemd.io/UIDS-GIDS/: between the ranges of containers and the numbers that some programs take for negative."""
_FIRST_OF_FEW = 61_440
"""Where a container has no more than 65,536 users: those that systemd would use for itself, which does not run there."""
_FEW = 4_000
_MANY = 60_000


class Users:
    """Gives out numbers of users and takes them back."""

    def __init__(self) -> None:
        self._is_root = os.geteuid() == 0
        has_many = self._is_root and _is_mapped(_FIRST + _MANY)
        first, number = (_FIRST, _MANY) if has_many else (_FIRST_OF_FEW, _FEW)
        # Others like this process, on the same machine, begin elsewhere.
        begin = secrets.randbelow(number)
        order = [first + (begin + n) % number for n in reversed(range(number))]
        self._free = order if self._is_root else []

    def take(self) -> int:
        """A user that no other environment has; 0 where this process may not choose. Raises `StartFailed`."""
        if not self._is_root:
            return 0
        if not self._free:  # and never root instead
            raise StartFailed("As many functions run as there are users for them.")
        return self._free.pop()

    def give_back(self, uid: int) -> None:
        """The environment of this user is gone."""
        if uid:
            self._free.append(uid)

    @property
    def are_there(self) -> bool:
        """Whether each environment has its own."""
        return self._is_root


def _is_mapped(uid: int) -> bool:
    """https://man7.org/linux/man-pages/man7/user_namespaces.7.html: /proc/self/uid_map"""
    for line in Path("/proc/self/uid_map").read_text().splitlines():
        inside, _, length = map(int, line.split())
        if inside <= uid < inside + length:
            return True
    return False
