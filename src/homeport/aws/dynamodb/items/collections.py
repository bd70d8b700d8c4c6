"""Item collections: all items with one partition key, in a table that has local secondary indexes.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ItemCollections
"""

from __future__ import annotations

from collections.abc import Sequence

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.items import key as keys
from homeport.aws.dynamodb.store import partitions, rows
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.values.attribute import Item
from homeport.aws.protocol.call import Params

GIB = 1024**3


def is_asked_for(params: Params) -> bool:
    """Whether a request wants `ItemCollectionMetrics`."""
    return params.get("ReturnItemCollectionMetrics") == "SIZE"


async def metrics(dynamodb: DynamoDb, table: Table, item: Item) -> Params | None:
    """The member `ItemCollectionMetrics` after a write of an item; None for a table that has no local index.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ItemCollectionMetrics.html: a lower and an upper bound, in gigabytes.
    """
    spaces = [table.id, *(index.space for index in table.local_indexes)]
    if len(spaces) == 1:
        return None
    size = _at_most(dynamodb, spaces)
    if size >= GIB:
        pk = keys.row_key(table.keys, item).pk
        size = await dynamodb.db.scan(lambda connection: partitions.size(connection, spaces, pk))
    lower = float(size // GIB)
    return {
        "ItemCollectionKey": {name: item[name] for name in table.keys.partition},
        "SizeEstimateRangeGB": [lower, lower + 1.0],
    }


def _at_most(dynamodb: DynamoDb, spaces: Sequence[int]) -> int:
    """The size of the whole table with its local indexes, which is known: few collections need to be counted."""
    with dynamodb.db.snapshot() as connection:
        return sum(rows.count(connection, space)[1] for space in spaces)
