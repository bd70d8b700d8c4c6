"""Goes on with what an earlier process left undone."""

from __future__ import annotations

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.tables.background import backfill, expiry, sweeping, ttl_backfill


def resume(dynamodb: DynamoDb) -> None:
    """To be called once, on the running event loop, when the catalog is loaded."""
    sweeping.start(dynamodb)
    expiry.start(dynamodb)
    for table in dynamodb.tables.all():
        for index in table.indexes:
            if index.status == "CREATING":
                backfill.start(dynamodb, table, index)
        state = table.settings.get("TimeToLive") or {}
        if table.ttl is not None and state.get("TimeToLiveStatus") == "ENABLING":
            ttl_backfill.start(dynamodb, table)
        elif table.ttl is None and state:
            ttl_backfill.clear(dynamodb, table)
