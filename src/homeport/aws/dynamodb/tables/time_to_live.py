"""UpdateTimeToLive and DescribeTimeToLive.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html; the texts and their order:
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-subresources.md#ddb-table-147
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

from homeport.aws.dynamodb import errors, limits
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import progress
from homeport.aws.dynamodb.tables import deleting
from homeport.aws.dynamodb.tables.background import expiry, ttl_backfill
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.tables.updating import change
from homeport.aws.protocol.call import Call, Params

TOO_OFTEN = "Time to live has been modified multiple times within a fixed interval"


async def update_time_to_live(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """UpdateTimeToLive"""
    given = params["TimeToLiveSpecification"]
    table = change.find(dynamodb, call, params["TableName"])
    if table.status == "CREATING":
        raise deleting.in_use(f"Table {table.name} is being created")
    now_s = dynamodb.clock.now()
    changed = await change.change(
        dynamodb, table, lambda connection, current: _changed(connection, current, given, now_s)
    )
    if changed.ttl is not None:
        ttl_backfill.start(dynamodb, changed)
        expiry.start(dynamodb)
    else:
        ttl_backfill.clear(dynamodb, changed)
    return {"TimeToLiveSpecification": given}


def describe_time_to_live(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """DescribeTimeToLive

    It never shows ENABLING, as that of the service, which looks through the items of the table beside:
    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-subresources.md#ddb-table-144
    """
    table = change.find(dynamodb, call, params["TableName"])
    if table.status == "CREATING":
        raise errors.VALIDATION(
            "Cannot describe time to live while table is in CREATING state: "
            "Current table state is CREATING"
        )
    if table.ttl is None:
        return {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}
    described = {"TimeToLiveStatus": "ENABLED", "AttributeName": table.ttl}
    return {"TimeToLiveDescription": described}


def _changed(connection: sqlite3.Connection, table: Table, given: Params, now_s: float) -> Table:
    state: dict[str, Any] = table.settings.get("TimeToLive") or {}
    attribute: str = given["AttributeName"]
    _check(table, given)
    changed_s = state.get("ChangedAt")
    if changed_s is not None and now_s < changed_s + limits.TTL_CHANGE_INTERVAL_S:
        raise errors.VALIDATION(TOO_OFTEN)
    progress.forget(connection, ttl_backfill.work_of(table.id))
    if given["Enabled"]:
        state = {"TimeToLiveStatus": "ENABLING", "ChangedAt": now_s}
        return replace(table, ttl=attribute, settings={**table.settings, "TimeToLive": state})
    state = {"TimeToLiveStatus": "DISABLED", "ChangedAt": now_s}
    return replace(table, ttl=None, settings={**table.settings, "TimeToLive": state})


def _check(table: Table, given: Params) -> None:
    if table.ttl is not None and table.ttl != given["AttributeName"]:
        raise errors.VALIDATION(
            f"TimeToLive is active on a different AttributeName: current AttributeName is {table.ttl}"
        )
    if (table.ttl is not None) == given["Enabled"]:
        state = "enabled" if given["Enabled"] else "disabled"
        raise errors.VALIDATION(f"TimeToLive is already {state}")
