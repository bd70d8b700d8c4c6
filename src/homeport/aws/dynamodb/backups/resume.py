"""Goes on with what an earlier process left undone, and keeps history and backups no longer than promised."""

from __future__ import annotations

import sqlite3

from homeport.aws.dynamodb.backups import recovery
from homeport.aws.dynamodb.backups.exports import running as exports
from homeport.aws.dynamodb.backups.imports import running as imports
from homeport.aws.dynamodb.backups.ondemand import deleted
from homeport.aws.dynamodb.backups.restores import loading
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import backups


def resume(dynamodb: DynamoDb) -> None:
    """To be called once, on the running event loop."""
    with dynamodb.db.snapshot() as connection:
        unfinished = backups.creating(connection)
    for each in unfinished:
        dynamodb.spawn(deleted.make(dynamodb, each))
    loading.resume(dynamodb)
    exports.resume(dynamodb)
    imports.resume(dynamodb)
    dynamodb.spawn(_sweep(dynamodb))
    dynamodb.spawn(recovery.keep(dynamodb))


async def _sweep(dynamodb: DynamoDb) -> None:
    """Removes content files that no row names: what was being written when the process ended."""

    def work(connection: sqlite3.Connection) -> None:
        dynamodb.content.sweep(lambda files: backups.named(connection, files), lambda _: set())

    await dynamodb.db.scan(work)
