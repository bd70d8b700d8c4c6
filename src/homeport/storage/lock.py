"""One process at a time has a data folder: an exclusive lock on a file in it, which holds the process' id."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from homeport import errors
from homeport.storage import disk

PID_LENGTH = 32
"""Bytes read of the file at most: https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html (pid_max)"""


class InUse(errors.HomeportError):
    """Another process has the folder; `pid` is None where it has not written its id yet."""

    def __init__(self, folder: Path, pid: int | None) -> None:
        holder = f"process {pid}" if pid else "another process"
        stop = f"kill {pid}" if pid else "homeport down"
        super().__init__(
            f"The folder {folder} is in use by {holder}.",
            hint=f"Stop it ({stop}), or name another folder with --data.",
        )
        self.folder = folder
        self.pid = pid


class FolderLock:
    """A lock that the kernel lets go of when its process ends, in whichever way: https://man7.org/linux/man-pages/man2/flock.2.html"""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    def acquire(self) -> None:
        """Takes the lock. Raises `InUse` at once where another process has it, `StorageError` where there can be none."""
        if self._fd is not None:
            return
        try:
            fd = self._open()
        except OSError as error:
            raise disk.storage_error(f"The lock {self.path} could not be taken", error) from error
        try:
            self._take(fd)
        except BaseException:
            os.close(fd)
            raise
        self._fd = fd

    def _open(self) -> int:
        self.path.parent.mkdir(mode=disk.FOLDER_MODE, parents=True, exist_ok=True)
        return os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, disk.FILE_MODE)

    def _take(self, fd: int) -> None:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(fd, 0)
            os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        except BlockingIOError as error:
            raise InUse(self.path.parent, _pid(os.pread(fd, PID_LENGTH, 0))) from error
        except OSError as error:
            raise disk.storage_error(f"The lock {self.path} could not be taken", error) from error

    def release(self) -> None:
        """Lets go; harmless where it is not held. The file stays: to remove it would race with who opens it."""
        if self._fd is not None:
            fd, self._fd = self._fd, None
            os.ftruncate(fd, 0)
            os.close(fd)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()


def _pid(text: bytes) -> int | None:
    return int(text) if text.strip().isdigit() else None
