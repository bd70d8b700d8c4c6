"""UpdateTable.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.tables import create, deleting, describe
from homeport.aws.dynamodb.tables.background import backfill, sweeping
from homeport.aws.dynamodb.tables.definition import throughput as definitions
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.tables.updating import change, indexes, options, rules, throughput
from homeport.aws.protocol.call import Call, Params

AT_ONCE = frozenset(
    {"DeletionProtectionEnabled", "SSESpecification", "WarmThroughput", "OnDemandThroughput"}
)
"""Changes through which a table stays ACTIVE:
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-streams-encryption-class.md"""


async def update_table(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """UpdateTable

    What it changes is changed when it answers, but for an index that is still filled. The answer shows the table on its way, as
    that of the service does: UPDATING, with the units that it had.
    """
    create.refuse(call, params, rules.LACKING)
    rules.check(params)
    before = change.find(dynamodb, call, params["TableName"])
    table = await change.change(
        dynamodb,
        before,
        lambda connection, current: _changed(dynamodb, connection, current, params),
    )
    described = describe.description(dynamodb, table, status=_status(params))
    _show_on_the_way(described, before, params)
    settled = await _settle(dynamodb, table)
    for index in settled.indexes:
        if index.status == "CREATING" and before.index(index.name) is None:
            backfill.start(dynamodb, settled, index)
    if rules.changes_indexes(params):
        sweeping.start(dynamodb)
    return {"TableDescription": described}


def _changed(
    dynamodb: DynamoDb, connection: sqlite3.Connection, table: Table, params: Params
) -> Table:
    if table.status == "CREATING":
        raise deleting.in_use(f"Table is being created: {table.name}")
    now_s, mode = dynamodb.clock.now(), definitions.mode(table.settings)
    table = throughput.changed(table, params, now_s)
    table = indexes.changed(connection, table, params, now_s, was=mode)
    return options.changed(connection, table, params, dynamodb.now_ms())


async def _settle(dynamodb: DynamoDb, table: Table) -> Table:
    """Limits of on-demand throughput that were taken away are described once, and are then no more."""
    if -1 not in (table.settings.get("OnDemandThroughput") or {}).values():
        return table
    return await change.change(
        dynamodb,
        table,
        lambda _, current: replace(current, settings=throughput.settled(current.settings)),
    )


def _status(params: Params) -> str:
    asked = {name for name in rules.CHANGES if params.get(name) not in (None, {}, [])}
    if asked <= AT_ONCE or (
        asked == {"GlobalSecondaryIndexUpdates"} and not rules.changes_indexes(params)
    ):
        return "ACTIVE"
    return "UPDATING"


def _show_on_the_way(described: Params, before: Table, params: Params) -> None:
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-throughput-billing.md#ddb-table-060"""
    if params.get("ProvisionedThroughput") is not None:
        _show_old_units(described, before.settings)
    by_name = {index["IndexName"]: index for index in described.get("GlobalSecondaryIndexes", ())}
    for update in params.get("GlobalSecondaryIndexUpdates") or ():
        kind, members = rules.action(update)
        old = before.index(members["IndexName"])
        if kind == "Create":
            by_name[members["IndexName"]]["Backfilling"] = False
        elif kind == "Delete" and old is not None:
            listed = described.setdefault("GlobalSecondaryIndexes", [])
            listed.append(describe.leaving(before, old))
        elif old is not None:
            by_name[old.name]["IndexStatus"] = "UPDATING"
            if members.get("ProvisionedThroughput") is not None:
                _show_old_units(by_name[old.name], old.settings)


def _show_old_units(described: Params, settings: Mapping[str, Any]) -> None:
    old = settings.get("ProvisionedThroughput") or {}
    names = ("ReadCapacityUnits", "WriteCapacityUnits")
    described["ProvisionedThroughput"] |= {name: old.get(name, 0) for name in names}
