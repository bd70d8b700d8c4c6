"""What is done with a file is known before it is done; each file is written whole or not at all."""

from __future__ import annotations

import difflib
import enum
import errno
import os
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from homeport import errors
from homeport.net import files

BACKUP = ".before-homeport"
LARGEST = 1 << 20
"""Bytes that are read of a file of others."""
_FOLDER = 0o755


class Action(enum.StrEnum):
    """What is done with a file."""

    CREATE = "create"
    CHANGE = "change"
    REMOVE = "remove"
    NONE = "unchanged"


class Step(NamedTuple):
    """One file."""

    action: Action
    path: Path
    text: str
    mode: int
    backup: Path | None
    """Where the file as it is now is kept."""


def carry_out(planned: Iterable[Step]) -> None:
    """Does it. Raises `StorageError`."""
    for step in planned:
        if step.action is Action.NONE:
            continue
        try:
            if step.backup is not None:
                _keep(step.path, step.backup)
            if step.action is Action.REMOVE:
                step.path.unlink(missing_ok=True)
                continue
            _make(step.path.parent)
        except OSError as error:
            raise errors.StorageError(
                f"{step.path} could not be changed: {errors.reason(error)}.",
                hint=f"See who may write there: ls -ld {step.path.parent}",
            ) from error
        files.write(step.path, step.text.encode(), step.mode)


def _keep(path: Path, backup: Path) -> None:
    """Copies a file of others, in which there may be passwords: at no moment may more people read the copy."""
    descriptor = os.open(backup, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as made, path.open("rb") as file:
        shutil.copyfileobj(file, made)
        made.flush()
        os.fsync(descriptor)
    shutil.copystat(path, backup)


def diff(step: Step) -> str:
    """What it changes, line by line, as `diff -u` shows it."""
    old = read(step.path) or ""
    new = "" if step.action is Action.REMOVE else step.text
    names = ("/dev/null" if not old else str(step.path), str(step.path) if new else "/dev/null")
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), *names, lineterm="")
    return "\n".join(lines)


def read(path: Path) -> str | None:
    """The text of a file, None where there is none. Raises `HomeportError` where it can not be read, or is no text."""
    content = content_of(path)
    try:
        return None if content is None else content.decode()
    except UnicodeDecodeError as error:
        raise errors.HomeportError(
            f"{path} could not be read: {error}.", hint="Nothing was changed."
        ) from error


def content_of(path: Path) -> bytes | None:
    """The bytes of a file. One that is none, such as a pipe, is not waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
                why = "is no file" if status.st_size <= LARGEST else "is too large"
                raise errors.HomeportError(f"{path} {why}.", hint="Nothing was changed.")
            return file.read(LARGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise errors.HomeportError(
            f"{path} could not be read: {errors.reason(error)}.", hint="Nothing was changed."
        ) from error


def backup(path: Path) -> Path:
    """A name that nothing has yet."""
    made, number = path.with_name(path.name + BACKUP), 1
    while made.exists():
        number += 1
        made = path.with_name(f"{path.name}{BACKUP}-{number}")
    return made


def _make(folder: Path) -> None:
    """Makes a folder that all may look into, whatever the caller's umask: clients of other users read what is in it."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        each.chmod(_FOLDER)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
