"""What the end points work on."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from homeport.clock import Clock
from homeport.storage.content import Content
from homeport.storage.db import Database
from homeport.storage.quota import Rows


class Backend(NamedTuple):
    """Rows, files, time and ids."""

    db: Database
    content: Content
    clock: Clock
    ids: Callable[[], str]
    """Makes ids of uploads that can not be guessed, of lower-case letters, digits and hyphens."""
    manifests: Rows | None = None
    """Counts manifests against the quota, where there is one."""
