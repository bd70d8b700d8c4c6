"""Replaces a system file in one step, as it was but for its content: owner, rights, attributes, and where a link leads.

A file that cannot be renamed over, such as the hosts file of a container, which is a mount of its own, is written in place.
https://man7.org/linux/man-pages/man2/rename.2.html
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import io
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from homeport import errors

LARGEST = 64 * 2**20
"""Bytes of a hosts file that are read at most; lists of what is blocked have some."""
_IN_PLACE = (errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS)
"""Why a file is not renamed over, though it may be written: it is a mount, or its folder is closed."""
_NO_ATTRIBUTES = (errno.ENOTSUP, errno.EPERM, errno.EACCES, errno.ENODATA)


def read(path: Path) -> str:
    """The content, each byte of it; empty where there is no file. Raises `HomeportError`."""
    try:
        # What is no file, such as a pipe, is not waited for.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise errors.HomeportError(
                f"{path} is no file.", hint="dns.hosts_file names the hosts file."
            )
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise errors.HomeportError(
            f"{path} cannot be read: {errors.reason(error)}.",
            hint="dns.hosts_file names the hosts file.",
        ) from error
    if len(content) > LARGEST:
        raise errors.HomeportError(f"{path} has more than {LARGEST // 2**20} MiB.")
    return content.decode(errors="surrogateescape")


def write(path: Path, content: str) -> bool:
    """Gives the file that content, whole and synced. Whether that was in one step; else in place. Raises `OSError`."""
    real = Path(os.path.realpath(path))
    raw = content.encode(errors="surrogateescape")
    is_shared = real.exists() and real.stat().st_nlink > 1
    if not is_shared:
        try:
            _replace(real, raw)
        except OSError as error:
            if error.errno not in _IN_PLACE or not real.exists():
                raise
        else:
            return True
    _write_in_place(real, raw)
    return False


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            _take_after(path, descriptor)
            file.flush()
            os.fsync(descriptor)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _take_after(path: Path, descriptor: int) -> None:
    """Gives the new file owner, rights and attributes of the old one; a new one is for everybody to read."""
    try:
        found = path.stat()
    except FileNotFoundError:
        os.fchmod(descriptor, 0o644)
        return
    mine = os.fstat(descriptor)
    if (mine.st_uid, mine.st_gid) != (found.st_uid, found.st_gid):
        os.fchown(descriptor, found.st_uid, found.st_gid)
    os.fchmod(descriptor, found.st_mode & 0o7777)
    for name in _attributes(path):
        try:
            os.setxattr(descriptor, name, os.getxattr(path, name))
        except OSError as error:
            if error.errno not in _NO_ATTRIBUTES:
                raise


def _attributes(path: Path) -> list[str]:
    """Such as `security.selinux`: https://man7.org/linux/man-pages/man7/xattr.7.html"""
    if not hasattr(os, "listxattr"):  # macOS
        return []
    try:
        return os.listxattr(path)
    except OSError as error:
        if error.errno in _NO_ATTRIBUTES:
            return []
        raise


def _write_in_place(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    # Without a buffer: one would try again to write what a full disk did not take, before it goes back to the beginning.
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        before = file.read()
        try:
            _overwrite(file, content)
        except BaseException:  # a full disk, a person who is impatient
            _overwrite(file, before)
            raise


def _overwrite(file: io.FileIO, content: bytes) -> None:
    file.seek(0)
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]
    file.truncate()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Keeps other commands of ours from changing the file meanwhile, by a lock on its folder, which a rename leaves where it is."""
    descriptor = os.open(
        Path(os.path.realpath(path)).parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    )
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise errors.HomeportError(
                f"Another command is changing {path}.",
                hint="Wait until it has ended, and try again.",
            ) from error
        yield
    finally:
        os.close(descriptor)
