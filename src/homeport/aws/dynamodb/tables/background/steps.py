"""Work in steps, each a write of its own, so that requests wait for one step at most."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Awaitable, Callable
from typing import TypeVar

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.tables.updating import change
from homeport.aws.protocol.call import AwsError
from homeport.errors import StorageError

T = TypeVar("T")

SIZE = 512 * 1024
"""Bytes of items in one step at most, but for the last of them: decoding more takes longer than requests should wait."""
PAUSE_S = 1.0
"""After a write that failed."""

_log = logging.getLogger(__name__)


async def run(dynamodb: DynamoDb, what: str, step: Callable[[sqlite3.Connection], bool]) -> None:
    """Writes step after step until one answers that there is no more to do."""
    while await keep_trying(dynamodb, what, lambda: dynamodb.db.write(step)):
        pass


async def conclude(dynamodb: DynamoDb, what: str, table: Table, work: change.Work) -> None:
    """Changes the table when the steps are done, unless it was deleted meanwhile."""
    try:
        await keep_trying(dynamodb, what, lambda: change.change(dynamodb, table, work))
    except AwsError as error:
        if error.code != errors.TABLE_NOT_FOUND.code:
            raise


async def keep_trying(dynamodb: DynamoDb, what: str, attempt: Callable[[], Awaitable[T]]) -> T:
    """Tries again where the disk is full or fails; requests that write are told the same meanwhile."""
    while True:
        try:
            return await attempt()
        except StorageError as failure:
            _log.warning("%s waits: %s", what, failure)
            await dynamodb.clock.sleep(PAUSE_S)
