"""The room on disk that a component may take."""

from __future__ import annotations

from pathlib import Path

from homeport import clock
from homeport.storage.quota import FreeSpace, Quota

FREE_BYTES = 64 * 2**20
"""Left free on the disk, so that databases and logs can go on when content has filled it."""


def quota(folder: Path, limit: int | None, time: clock.Clock) -> Quota:
    """The quota of content below `folder`, nothing of it counted yet: the component does that when it is opened."""
    return Quota(limit, free_space=FreeSpace(folder, FREE_BYTES, time))
