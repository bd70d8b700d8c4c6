"""CreateTable, and new tables for whoever makes one: a restore, an import.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

from homeport.aws.dynamodb import errors, limits
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import rows, streams
from homeport.aws.dynamodb.store import tables as stored_tables
from homeport.aws.dynamodb.tables import describe, names, policies, tagging
from homeport.aws.dynamodb.tables.definition import (
    encryption,
    indexes,
    keys,
    streaming,
    throughput,
)
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.tables.updating import change
from homeport.aws.protocol.call import Call, Params

LACKING = ("VectorIndexes", "GlobalTableSourceArn")
"""Members that are refused by name."""


async def create_table(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """CreateTable

    It answers CREATING, and the table is there at once.
    """
    refuse(call, params, LACKING)
    params = {**params, "TableName": names.own(call, params["TableName"])}
    table = await create(dynamodb, call.account, call.region, params)
    described = describe.description(dynamodb, table, status="CREATING")
    for index in described.get("GlobalSecondaryIndexes", ()):
        index["IndexStatus"] = "CREATING"
        index.pop("WarmThroughput", None)
    if "WarmThroughput" not in params:
        described.pop("WarmThroughput", None)
    described.get("BillingModeSummary", {}).pop("LastUpdateToPayPerRequestDateTime", None)
    return {"TableDescription": described}


def refuse(call: Call, params: Params, members: tuple[str, ...]) -> None:
    """Answers 501 for members that are not implemented, by their names."""
    for name in members:
        if params.get(name) is not None:
            raise errors.NOT_IMPLEMENTED(
                f"Homeport does not implement {name} of dynamodb.{call.operation}."
            )


async def create(
    dynamodb: DynamoDb,
    account: str,
    region: str,
    params: Params,
    *,
    status: str = "ACTIVE",
    settings: dict[str, Any] | None = None,
) -> Table:
    """Makes a table out of the members of a CreateTable; `settings` are remembered beside.

    Raises ValidationException, ResourceInUseException where the name is taken, LimitExceededException.
    """
    table, view = _checked(dynamodb, account, region, params)
    table = replace(table, status=status, settings={**table.settings, **(settings or {})})
    return await change.uninterrupted(_create(dynamodb, table, view))


def _checked(
    dynamodb: DynamoDb, account: str, region: str, params: Params
) -> tuple[Table, str | None]:
    """The table that is asked for, without numbers of the store, and the view of its stream."""
    throughput.check_units(params)
    elements, types = keys.given(params)
    schema = keys.of_table(elements, types)
    asked = indexes.of_request(params, schema, types)
    now_ms = dynamodb.now_ms()
    settings = throughput.of_new_table(params, now_ms / 1000)
    view = streaming.of_new_table(params)
    encryption.check(params.get("SSESpecification") or {})
    tags = tagging.of_list(params.get("Tags") or [])
    table = Table(
        id=indexes.NO_SPACE,
        account=account,
        region=region,
        name=params["TableName"],
        uuid=dynamodb.ids(),
        created_ms=now_ms,
        keys=schema,
        types=types,
        indexes=asked,
        settings={**settings, **_options(params, account, region), "Tags": tags},
    )
    if params.get("ResourcePolicy") is not None:
        policy = policies.new(params["ResourcePolicy"], now_ms)
        table = replace(table, settings={**table.settings, "Policies": {table.arn: policy}})
    return table, view


def _options(params: Params, account: str, region: str) -> dict[str, Any]:
    options: dict[str, Any] = {
        "DeletionProtectionEnabled": bool(params.get("DeletionProtectionEnabled"))
    }
    if params.get("TableClass") is not None:
        options["TableClassSummary"] = {"TableClass": params["TableClass"]}
    described = encryption.described(params.get("SSESpecification") or {}, account, region)
    if described is not None:
        options["SSEDescription"] = described
    return options


async def _create(dynamodb: DynamoDb, table: Table, view: str | None) -> Table:
    async with dynamodb.tables.changing:
        _check_free(dynamodb, table)
        made = await dynamodb.db.write(lambda connection: _save(connection, table, view))
        dynamodb.tables.set(made)
    return made


def _check_free(dynamodb: DynamoDb, table: Table) -> None:
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-444"""
    if dynamodb.tables.find(table.account, table.region, table.name) is not None:
        raise errors.RESOURCE_IN_USE(f"Table already exists: {table.name}")
    if throughput.mode(table.settings) != throughput.ON_DEMAND:
        throughput.check_quota(table.settings["ProvisionedThroughput"], table.region)
        for index in table.global_indexes:
            units = index.settings["ProvisionedThroughput"]
            throughput.check_quota(units, table.region, index.name)
    home = (table.account, table.region)
    count = sum((other.account, other.region) == home for other in dynamodb.tables.all())
    if count >= limits.TABLES:
        raise errors.LIMIT_EXCEEDED(
            f"Subscriber limit exceeded: There is a limit of {limits.TABLES} tables per subscriber"
        )


def _save(connection: sqlite3.Connection, table: Table, view: str | None) -> Table:
    made = replace(
        table,
        id=rows.make_space(connection),
        indexes=tuple(replace(index, space=rows.make_space(connection)) for index in table.indexes),
    )
    if view is not None:
        stream = streams.open_stream(connection, made, view, made.created_ms)
        made = replace(made, stream=stream)
    stored_tables.save(connection, made)
    return made
