"""Keeps two commands of this machine from changing one deployed stack at a time.

Commands of two machines are kept from harm by how objects are applied: see `carrying`.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator

from homeport import errors
from homeport.stack import settings
from homeport.targets.kubernetes import users

_NAME = "lock"


@contextlib.contextmanager
def held(chosen: settings.Settings) -> Iterator[None]:
    """Holds the stack while it is changed; the lock ends with the process. Raises `HomeportError` where another holds it."""
    users.make_folder(chosen)
    path = users.folder(chosen) / _NAME
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(descriptor, chosen.kubernetes.name)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, stack: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
        raise errors.HomeportError(
            f"Another command is changing the stack {stack!r} on this machine (process {holder}).",
            hint="Wait until it has ended, and try again.",
        ) from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
