"""The files of the certificates, and small files that are written whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from typing import NamedTuple

from homeport.storage import disk


class Paths(NamedTuple):
    """Where a certificate and its key lie."""

    certificate: Path
    key: Path
    is_ca: bool


def ca(folder: Path) -> Paths:
    """The CA, whose certificate clients trust."""
    return Paths(folder / "ca.crt", folder / "ca.key", is_ca=True)


def server(folder: Path) -> Paths:
    """The certificate of the components."""
    return Paths(folder / "server.crt", folder / "server.key", is_ca=False)


def is_open(path: Path) -> bool:
    """Whether others than its owner may read it. What is not there is not open."""
    try:
        return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
    except FileNotFoundError:
        return False


def mend(path: Path) -> bool:
    """Takes a key from everyone but its owner; whether that was needed. Raises `StorageError` where it cannot be done."""
    if not is_open(path):
        return False
    try:
        path.chmod(0o600)
    except OSError as error:
        raise disk.storage_error(
            f"{path} can be read by others, and that could not be ended", error
        ) from error
    return True


def write(path: Path, content: bytes, mode: int) -> None:
    """Writes a small file: a temporary one, synced, then renamed. Nobody but `mode` ever lets in can read it.

    Raises `StorageFull` or `StorageError`, the old file kept.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write(temporary, content, mode)
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise disk.storage_error(f"{path} could not be written", error) from error


def _write(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        os.fchmod(descriptor, mode)
        file.flush()
        os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
