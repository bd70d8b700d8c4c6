"""Finds and stops a stack that runs. Who runs it is told by the lock of the data folder, never by a name."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

from homeport import errors
from homeport.stack import folders, settings
from homeport.storage import disk, lock
from homeport.targets.local import status

ASK_INTERVAL_S = 0.05
STOP_MARGIN_S = 10.0
"""For the supervisor itself, beside the time that components may take to stop."""
_UNTOLD = 0
"""Somebody has the lock and has not written who, or no more: it has just been taken, or is about to be let go."""


@contextlib.contextmanager
def owned(where: folders.Folders) -> Iterator[None]:
    """Has the data folder for this process. Raises `HomeportError` that names who has it."""
    held = lock.FolderLock(where.lock)
    try:
        held.acquire()
    except lock.InUse as error:
        raise errors.HomeportError(
            f"A stack runs on {where.data} already{f' (process {error.pid})' if error.pid else ''}.",
            hint="homeport status shows it and homeport down stops it; --data names another folder.",
        ) from error
    with held:
        yield


def owner(where: folders.Folders) -> int | None:
    """The process id of the supervisor; None where none runs."""
    return _holder(where) or None


def _holder(where: folders.Folders) -> int | None:
    """Who has the lock: a process id, `_UNTOLD`, or None where nobody has it."""
    try:
        descriptor = os.open(where.lock, os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise disk.storage_error(f"{where.lock} could not be read", error) from error
    try:
        text = os.pread(descriptor, lock.PID_LENGTH, 0).strip()
        if not _is_locked(descriptor):
            return None
        return int(text) if text.isdigit() else _UNTOLD
    except OSError as error:  # `/run/lock` is a folder on many machines
        raise disk.storage_error(f"{where.lock} could not be read", error) from error
    finally:
        os.close(descriptor)


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def report(where: folders.Folders) -> status.Report | None:
    """What the running supervisor says; None where none runs."""
    pid = owner(where)
    if pid is None:
        return None
    said = status.read(where.state)
    # One that has only just started has not spoken yet.
    return said if said is not None and said.pid == pid else status.Report(pid, 0.0, ())


def stop(chosen: settings.Settings) -> bool:
    """Stops the stack and returns when it has stopped; False where none ran. Raises `HomeportError` where it goes on."""
    where = folders.of(chosen)
    pid = owner(where)
    if pid is None:
        return False
    _terminate(pid, where.data)
    turns = (chosen.up.stop_timeout_s + STOP_MARGIN_S) / ASK_INTERVAL_S
    pause = threading.Event()
    while _holder(where) in {pid, _UNTOLD}:
        if turns <= 0:
            raise errors.HomeportError(
                f"The stack on {where.data} (process {pid}) has not stopped.",
                hint=f"kill -9 {pid} ends it; its components end with it and nothing acknowledged is lost.",
            )
        turns -= 1
        pause.wait(ASK_INTERVAL_S)
    return True


def _terminate(pid: int, data: Path) -> None:
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    except PermissionError as error:
        raise errors.HomeportError(
            f"The stack on {data} (process {pid}) belongs to another user.",
            hint="Stop it as that user, or as root.",
        ) from error
