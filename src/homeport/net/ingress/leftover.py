"""A Traefik that outlived the ingress by which it was started, and would keep its ports.

The kernel ends it with its parent, but not where its file has rights of its own: for such a program the wish is forgotten.
https://man7.org/linux/man-pages/man2/pr_set_pdeathsig.2const.html
"""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterator
from pathlib import Path

from homeport.storage import lock

PATIENCE_S = 5.0
"""For the kernel to take the process away."""
_PROCESSES = Path("/proc")


def end(held: Path, configuration: Path) -> list[int]:
    """Ends it where no ingress has the lock; the processes that were ended. `configuration` is the folder of what it was told."""
    if not held.exists() or not hasattr(os, "pidfd_open"):
        return []
    try:
        with lock.FolderLock(held):
            return [pid for pid in _numbers() if _end(pid, configuration)]
    except lock.InUse:
        return []


def _numbers() -> Iterator[int]:
    if _PROCESSES.is_dir():
        yield from (int(path.name) for path in _PROCESSES.iterdir() if path.name.isdigit())


def _end(pid: int, configuration: Path) -> bool:
    """Ends the process if it is one. It is held while it is looked at, so that its number cannot be another's by then."""
    if pid == os.getpid() or not _is_it(pid, configuration):
        return False
    try:
        process = os.pidfd_open(pid)
    except OSError:
        return False  # it has ended by itself
    try:
        if not _is_it(pid, configuration):
            return False
        signal.pidfd_send_signal(process, signal.SIGKILL)
        ending = select.poll()
        ending.register(process, select.POLLIN)
        return bool(ending.poll(PATIENCE_S * 1000))
    except (ProcessLookupError, PermissionError):
        return False
    finally:
        os.close(process)


def _is_it(pid: int, configuration: Path) -> bool:
    """Whether it was started with a file of that folder, as its command line says."""
    try:
        words = (_PROCESSES / str(pid) / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return any(
        word.startswith(b"--configFile=" + os.fsencode(configuration) + b"/") for word in words[1:]
    )
