"""The folder that environments are made in: one for each executor, gone with it, and gone at the next start if both were killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

_PREFIX = "homeport-functions-"
_PARTS = ("root", "lower", "upper", "rooms")
_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Scratch(NamedTuple):
    """A folder through which other users may pass and in which they see nothing; locked while its process lives."""

    path: Path
    lock: int

    def remove(self) -> None:
        """Removes it with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self.lock)


def made() -> Scratch:
    """A new one, not in the data folder, through which no other user may pass. Raises `OSError`."""
    _sweep(Path(tempfile.gettempdir()))
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        lock = _locked(folder)
        if lock is not None:
            break  # else another one that has just started has swept it away
    try:
        for name in _PARTS:
            (folder / name).mkdir()
            (folder / name).chmod(0o711)
        folder.chmod(0o711)
    except OSError:
        Scratch(folder, lock).remove()
        raise
    return Scratch(folder, lock)


def _sweep(parent: Path) -> None:
    """Removes what was left by those that were killed together with their launcher."""
    for folder in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # it is being removed by another
            if folder.lstat().st_uid == os.geteuid() and (lock := _locked(folder)) is not None:
                Scratch(folder, lock).remove()


def _locked(folder: Path) -> int | None:
    """The lock of a folder; None where another process has it, or has removed the folder."""
    try:
        lock = os.open(folder, _OPEN)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(lock).st_nlink:
            return lock
    except BlockingIOError:
        pass  # its process lives
    os.close(lock)
    return None
