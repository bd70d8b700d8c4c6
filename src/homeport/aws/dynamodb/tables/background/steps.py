"""Work in steps, each a write of its own, so that requests wait for one step at most."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Awaitable, Callable
from typing import TypeVar

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.errors import StorageError

T = TypeVar("T")

PAUSE_S = 1.0
"""After a write that failed."""

_log = logging.getLogger(__name__)


async def run(dynamodb: DynamoDb, what: str, step: Callable[[sqlite3.Connection], bool]) -> None:
    """Writes step after step until one answers that there is no more to do."""
    while await keep_trying(dynamodb, what, lambda: dynamodb.db.write(step)):
        pass


async def keep_trying(dynamodb: DynamoDb, what: str, attempt: Callable[[], Awaitable[T]]) -> T:
    """Tries again where the disk is full or fails; requests that write are told the same meanwhile."""
    while True:
        try:
            return await attempt()
        except StorageError as failure:
            _log.warning("%s waits: %s", what, failure)
            await dynamodb.clock.sleep(PAUSE_S)
