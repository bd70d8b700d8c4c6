"""What the end points and the work beside them share."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from homeport.clock import Clock
from homeport.registry.events.journal import Journal
from homeport.registry.space.touches import Touches
from homeport.storage.content import Content
from homeport.storage.db import Database
from homeport.storage.quota import Rows

Progress = Callable[[int, int], None]
"""Told of long work: how much is done, and of how much."""


class Backend(NamedTuple):
    """Rows, files, time and ids."""

    db: Database
    content: Content
    clock: Clock
    ids: Callable[[], str]
    """Makes ids of uploads that can not be guessed, of lower-case letters, digits and hyphens."""
    touches: Touches
    """Blobs that a push may be about to need."""
    journal: Journal
    """Is told what happens."""
    manifests: Rows | None = None
    """Counts manifests against the quota, where there is one."""
