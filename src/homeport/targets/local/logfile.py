"""Log files of components: appended to by the component itself, set aside when they are large."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TAIL_BYTES = 64 * 1024
ERROR = "error: "
"""What the last words of a process that cannot go on begin with (`homeport.cli.output`)."""


class Mark(NamedTuple):
    """A place in a log file: what stands behind it was written later."""

    path: Path
    offset: int


@contextlib.contextmanager
def opened(path: Path) -> Iterator[tuple[int, Mark]]:
    """A descriptor that appends to the log file, for a process to inherit."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor, Mark(path, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)


def set_aside(path: Path, limit: int | None) -> bool:
    """Renames a log file of more than `limit` bytes, in place of the one set aside before. Whether it did."""
    try:
        if limit is None or path.stat().st_size <= limit:
            return False
        path.replace(older(path))
    except FileNotFoundError:
        return False
    return True


def older(path: Path) -> Path:
    """Where the file before this one is kept."""
    return path.with_name(f"{path.name}.1")


def complaint(mark: Mark) -> str:
    """The last error written behind the mark, without its label; empty where there is none."""
    lines = _tail(mark).splitlines()
    for index in range(len(lines) - 1, -1, -1):
        if lines[index].startswith(ERROR):
            return "\n".join([lines[index].removeprefix(ERROR), *lines[index + 1 :]]).rstrip()
    return ""


def _tail(mark: Mark) -> str:
    try:
        with mark.path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            # A file that was set aside meanwhile is shorter than the mark.
            start = mark.offset if mark.offset <= size else 0
            file.seek(max(start, size - TAIL_BYTES))
            return file.read(TAIL_BYTES).decode(errors="replace")
    except FileNotFoundError:
        return ""
