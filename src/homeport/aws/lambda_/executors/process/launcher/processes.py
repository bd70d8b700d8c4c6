"""The processes of an environment: which they are, what memory they use, and their end.

In a pid namespace of its own they are all that /proc lists. Without one they are found by their user, where it is theirs
alone, and else by their parents.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Container

_PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024
_ROUNDS = 50
"""How often the search for what still runs is repeated; each round stops what it finds before it ends it."""


class Namespace:
    """All processes of a pid namespace but this one, its first."""

    def __init__(self) -> None:
        if os.getpid() != 1:  # kill(-1) would otherwise reach the whole machine
            raise RuntimeError("not the first process of a pid namespace")

    def pids(self) -> list[int]:
        """All but the first."""
        return [pid for name in os.listdir("/proc") if name.isdecimal() and (pid := int(name)) != 1]  # noqa: PTH208

    def send(self, number: signal.Signals) -> None:
        """Sends a signal to all at once. https://man7.org/linux/man-pages/man2/kill.2.html"""
        with contextlib.suppress(ProcessLookupError):  # nobody else is there
            os.kill(-1, number)

    def end(self) -> None:
        """Ends all; the kernel does it again when this process ends."""
        self.send(signal.SIGKILL)


class Descendants:
    """All that this process has started, and what those have; orphans come back to it."""

    def __init__(self, spared: Container[int] = ()) -> None:
        """`spared` are children that do not count, and neither do theirs."""
        self._spared = spared

    def pids(self) -> list[int]:
        """Found by their parents."""
        children: dict[int, list[int]] = {}
        for name in os.listdir("/proc"):  # noqa: PTH208
            if name.isdecimal() and (parent := _parent(name)) is not None:
                children.setdefault(parent, []).append(int(name))
        found: list[int] = []
        waiting = [os.getpid()]
        while waiting:
            below = [pid for pid in children.get(waiting.pop(), []) if pid not in self._spared]
            found += below
            waiting += below
        return found

    def send(self, number: signal.Signals) -> None:
        """Sends a signal to each that is found."""
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)

    def end(self) -> None:
        """Stops and ends what is found until nothing is."""
        for _ in range(_ROUNDS):
            found = self.pids()
            if not found:
                return
            self.send(signal.SIGSTOP)
            self.send(signal.SIGKILL)
            _reap(found)


class OfUser(Descendants):
    """As descendants, and reached all at once, since no other process has this user."""

    def __init__(self, uid: int) -> None:
        super().__init__()
        if not uid or os.getresuid() != (uid, uid, uid):  # kill(-1) would otherwise reach others
            raise RuntimeError("not a user of its own")

    def send(self, number: signal.Signals) -> None:
        """Sends a signal to all processes of this user but this one."""
        with contextlib.suppress(ProcessLookupError):  # nobody else is there
            os.kill(-1, number)


Processes = Namespace | Descendants


def memory_kb(pids: list[int]) -> int:
    """What they use together; pages that some share count once with files, and once for each of them otherwise."""
    own, shared = 0, 0
    for pid in pids:
        with contextlib.suppress(OSError, ValueError):  # it has just ended
            with open(f"/proc/{pid}/statm", "rb") as file:  # noqa: PTH123
                _, resident, of_files, *_ = file.read().split()
            own += int(resident) - int(of_files)
            shared = max(shared, int(of_files))
    return (own + shared) * _PAGE_KB


def proportional_kb(pids: list[int]) -> int:
    """What they use together, where each shared page counts once. It takes long for large processes.

    https://docs.kernel.org/filesystems/proc.html: Pss
    """
    return sum(_proportional_kb(pid) for pid in pids)


def _proportional_kb(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:  # noqa: PTH123
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1])
    except (OSError, ValueError):
        return memory_kb([pid])
    return 0


def _parent(name: str) -> int | None:
    try:
        with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
            after_command = file.read().rpartition(b")")[2].split()
        return int(after_command[1])
    except (OSError, IndexError, ValueError):
        return None  # it has just ended


def _reap(pids: list[int]) -> None:
    """Those of them that are children and have ended, and nobody else's."""
    for pid in pids:
        with contextlib.suppress(ChildProcessError):  # a child of a child
            os.waitpid(pid, os.WNOHANG)
