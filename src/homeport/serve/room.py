"""The room on disk that a component may take."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

from homeport import clock
from homeport.storage.quota import FreeSpace, Quota

FREE_BYTES = 64 * 2**20
"""Left free on the disk, so that databases and logs can go on when content has filled it."""


def quota(folder: Path, limit: int | None, time: clock.Clock) -> Quota:
    """The quota of content below `folder`, nothing of it counted yet."""
    return Quota(limit, free_space=FreeSpace(folder, FREE_BYTES, time))


async def count(given: Quota, content: Path, since: float) -> None:
    """Counts what content files took before `since`, when the process began: those after it counted themselves.

    Beside the requests, so that a start does not wait for a walk over many files. One deleted before its turn was released
    uncounted, which evens out here too: it is not found any more, and its release had taken it off already.
    """
    found = await asyncio.to_thread(_walk, content, since)
    given.release(-found)


def _walk(content: Path, since: float) -> int:
    return sum(size for size, changed in _files(content) if changed < since)


def _files(folder: Path) -> Iterator[tuple[int, float]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path))
                continue
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # deleted meanwhile
            yield status.st_size, status.st_mtime
