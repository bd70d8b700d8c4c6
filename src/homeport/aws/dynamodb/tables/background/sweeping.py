"""Removes the rows of tables and indexes that are gone."""

from __future__ import annotations

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import sweep
from homeport.aws.dynamodb.tables.background import steps

CHUNK = 500
"""Rows in one write: some milliseconds, so that requests wait no longer."""
SIZE = 8 * 2**20
"""Bytes in one write: what is long is spread over pages that all have to be freed."""


def start(dynamodb: DynamoDb) -> None:
    """Begins to sweep, unless that is going on."""
    dynamodb.spawn_once("sweep", lambda: _run(dynamodb))


async def _run(dynamodb: DynamoDb) -> None:
    await steps.run(
        dynamodb,
        "The sweep of deleted tables",
        lambda connection: sweep.step(connection, CHUNK, SIZE),
    )
