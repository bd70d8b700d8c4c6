"""DescribeTable, and the description of a table that many operations answer.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html. Lists are in the service's order:
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-indexes.md#ddb-table-125
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import rows
from homeport.aws.dynamodb.tables.model import Index, KeySchema, Table
from homeport.aws.dynamodb.tables.updating import change
from homeport.aws.protocol.call import Call, Params

DAY_S = 24 * 3600

REMEMBERED = (
    "TableClassSummary",
    "SSEDescription",
    "OnDemandThroughput",
    "RestoreSummary",
)
"""Members that are kept as they are described."""


def describe_table(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """DescribeTable"""
    return {"Table": description(dynamodb, change.find(dynamodb, call, params["TableName"]))}


def description(dynamodb: DynamoDb, table: Table, *, status: str | None = None) -> Params:
    """A table as the service describes it; `status` where an answer shows another than the table has."""
    settings = table.settings
    with dynamodb.db.snapshot() as connection:
        counts = {
            space: rows.count(connection, space)
            for space in (table.id, *(index.space for index in table.indexes))
        }
    items, size = counts[table.id]
    described: Params = {
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": table.types[name]}
            for name in sorted(table.types)
        ],
        "TableName": table.name,
        "KeySchema": key_schema(table.keys),
        "TableStatus": status or table.status,
        "CreationDateTime": table.created_ms / 1000,
        "ProvisionedThroughput": _units(settings, dynamodb.clock.now()),
        "TableSizeBytes": size,
        "ItemCount": items,
        "TableArn": table.arn,
        "TableId": table.uuid,
        "DeletionProtectionEnabled": settings.get("DeletionProtectionEnabled", False),
    }
    described |= {name: settings[name] for name in REMEMBERED if name in settings}
    _add_billing(described, settings)
    _add_indexes(described, table, counts, dynamodb.clock.now())
    _add_stream(described, table)
    return described


def key_schema(keys: KeySchema) -> list[Params]:
    """A key as the wire has it."""
    return [{"AttributeName": name, "KeyType": "HASH"} for name in keys.partition] + [
        {"AttributeName": name, "KeyType": "RANGE"} for name in keys.sort
    ]


def _add_billing(described: Params, settings: Any) -> None:
    """A table that was never on demand has no summary.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-throughput-billing.md#ddb-table-055
    """
    since = settings.get("LastUpdateToPayPerRequestDateTime")
    if since is not None:
        described["BillingModeSummary"] = {
            "BillingMode": settings.get("BillingMode", "PROVISIONED"),
            "LastUpdateToPayPerRequestDateTime": since,
        }
    _add_warm(described, settings)


def _add_warm(described: Params, settings: Any) -> None:
    warm = settings.get("WarmThroughput")
    if warm is not None:
        described["WarmThroughput"] = warm | {"Status": "ACTIVE"}


def _add_indexes(
    described: Params, table: Table, counts: dict[int, tuple[int, int]], now_s: float
) -> None:
    for name, indexes in (
        ("LocalSecondaryIndexes", table.local_indexes),
        ("GlobalSecondaryIndexes", table.global_indexes),
    ):
        listed = list(_indexes(table, indexes, counts, now_s))
        if listed:
            described[name] = listed


def _indexes(
    table: Table, indexes: Iterable[Index], counts: dict[int, tuple[int, int]], now_s: float
) -> Iterable[Params]:
    for index in indexes:
        items, size = counts[index.space]
        described: Params = {
            "IndexName": index.name,
            "KeySchema": key_schema(index.keys),
            "Projection": projection(index),
            "IndexSizeBytes": size,
            "ItemCount": items,
            "IndexArn": f"{table.arn}/index/{index.name}",
        }
        if not index.is_local:
            described["IndexStatus"] = index.status
            described["ProvisionedThroughput"] = _units(index.settings, now_s)
            if index.status == "CREATING":
                described["Backfilling"] = index.is_backfilling
            if "OnDemandThroughput" in index.settings:
                described["OnDemandThroughput"] = index.settings["OnDemandThroughput"]
            _add_warm(described, index.settings)
        yield described


def leaving(table: Table, index: Index) -> Params:
    """An index that was deleted, as the answer to its deletion shows it."""
    return {
        "IndexName": index.name,
        "KeySchema": key_schema(index.keys),
        "Projection": projection(index),
        "IndexStatus": "DELETING",
        "ProvisionedThroughput": index.settings.get("ProvisionedThroughput") or {},
        "IndexArn": f"{table.arn}/index/{index.name}",
    }


def projection(index: Index) -> Params:
    """The projection of an index as the wire has it."""
    if index.projection != "INCLUDE":
        return {"ProjectionType": index.projection}
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.included)}


def _units(settings: Any, now_s: float) -> Params:
    """Units and their changes; decreases are counted anew each day, in UTC.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ProvisionedThroughputDescription.html
    """
    units: Params = settings.get("ProvisionedThroughput") or {
        "ReadCapacityUnits": 0,
        "WriteCapacityUnits": 0,
    }
    return units | {"NumberOfDecreasesToday": decreases_today(units, now_s)}


def decreases_today(units: Params, now_s: float) -> int:
    """How often units were decreased since midnight UTC."""
    last = units.get("LastDecreaseDateTime")
    if last is None or last // DAY_S != now_s // DAY_S:
        return 0
    count: int = units["NumberOfDecreasesToday"]
    return count


def _add_stream(described: Params, table: Table) -> None:
    """A stream that was switched off stays named as the latest one.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-streams-encryption-class.md#ddb-table-050
    """
    if table.stream is not None:
        described["StreamSpecification"] = {
            "StreamEnabled": True,
            "StreamViewType": table.stream.view,
        }
    label = table.stream.label if table.stream else table.settings.get("LatestStreamLabel")
    if label is not None:
        described["LatestStreamLabel"] = label
        described["LatestStreamArn"] = f"{table.arn}/stream/{label}"
