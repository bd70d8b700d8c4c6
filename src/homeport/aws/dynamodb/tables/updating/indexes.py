"""GlobalSecondaryIndexUpdates: indexes that are added, changed and deleted.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.html; the texts:
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-indexes.md
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from homeport.aws.dynamodb import errors, limits
from homeport.aws.dynamodb.store import rows
from homeport.aws.dynamodb.tables.definition import indexes, invalid, keys
from homeport.aws.dynamodb.tables.definition import throughput as definitions
from homeport.aws.dynamodb.tables.definition.throughput import ON_DEMAND
from homeport.aws.dynamodb.tables.model import Index, Table
from homeport.aws.dynamodb.tables.updating import rules, throughput
from homeport.aws.protocol.call import Params

ONE_AT_A_TIME = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
"""https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-159.md"""


def changed(
    connection: sqlite3.Connection, table: Table, params: Params, now_s: float, *, was: str
) -> Table:
    """The table with its indexes as they are asked for; `was` is its billing mode before the request.

    Raises ValidationException, ResourceNotFoundException, LimitExceededException.
    """
    actions = [rules.action(update) for update in params.get("GlobalSecondaryIndexUpdates") or ()]
    changes = {members["IndexName"] for kind, members in actions if kind != "Update"}
    if len(changes) > 1:
        # Before any of them is looked for:
        # https://github.com/scylladb/scylladb/blob/master/test/alternator/test_gsi_updatetable.py (test_gsi_updatetable_errors)
        raise errors.LIMIT_EXCEEDED(ONE_AT_A_TIME)
    for kind, members in actions:
        _check_known(table, kind, members["IndexName"])
    _check_alone(table, changes)
    for kind, members in actions:
        if kind == "Update":
            table = _updated(table, members, now_s, was)
        elif kind == "Create":
            types = keys.types(params.get("AttributeDefinitions") or [])
            table = _created(connection, table, members, types)
        else:
            table = _deleted(connection, table, members["IndexName"])
    return table


def _check_known(table: Table, kind: str, name: str) -> None:
    index = table.index(name)
    if kind == "Create":
        if index is not None:
            raise errors.VALIDATION("Attempting to create an index which already exists")
        return
    if index is None:
        raise errors.TABLE_NOT_FOUND(
            f"Requested resource not found: Index {name} for table {table.name}"
        )
    if index.is_local:
        verb = "delete" if kind == "Delete" else "update"
        raise errors.VALIDATION(
            f"Cannot {verb} an index that is not a GlobalSecondaryIndex: {name}"
        )


def _check_alone(table: Table, changes: set[str]) -> None:
    """One index is made or deleted at a time; the one that is being filled may be deleted."""
    filled = {index.name for index in table.indexes if index.status == "CREATING"}
    if changes and filled and filled != changes:
        raise errors.LIMIT_EXCEEDED(ONE_AT_A_TIME)


def _created(
    connection: sqlite3.Connection, table: Table, members: Params, types: keys.Types
) -> Table:
    name = members["IndexName"]
    if len(list(table.global_indexes)) >= limits.GLOBAL_INDEXES:
        raise errors.LIMIT_EXCEEDED(
            "Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit "
            f"of {limits.GLOBAL_INDEXES}"
        )
    if not types:
        raise invalid.value(f"AttributeDefinitions is not specified for index: {name}")
    schema = keys.of_global_index(members["KeySchema"], types)
    _check_same_types(table, schema.names, types)
    projection, included = indexes.projected(members["Projection"])
    index = Index(
        rows.make_space(connection),
        name,
        is_local=False,
        keys=schema,
        projection=projection,
        included=included,
        status="CREATING",
        is_backfilling=True,
        settings=_settings(table, members),
    )
    made = replace(
        table,
        indexes=(*table.indexes, index),
        types={**table.types, **{each: types[each] for each in schema.names}},
    )
    indexes.check_included(made.indexes)
    return made


def _settings(table: Table, members: Params) -> definitions.Settings:
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-indexes.md#ddb-table-152"""
    mode: str = definitions.mode(table.settings)
    name, units = members["IndexName"], members.get("ProvisionedThroughput")
    if mode == ON_DEMAND and units is not None:
        raise invalid.value(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: "
            f"{name} when BillingMode is PAY_PER_REQUEST"
        )
    if mode != ON_DEMAND and units is None:
        raise invalid.value(
            f"Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {name}"
        )
    settings = definitions.of_new_index(members, mode)
    if units is not None:
        definitions.check_quota(units, table.region, name)
    return settings


def _check_same_types(table: Table, names: tuple[str, ...], types: keys.Types) -> None:
    """An attribute has one type in all keys; what no key of the new index is made of may be defined in any way.

    https://github.com/paritysuite/dynamodb-conformance/issues/78; the text is that of the service where a vector index redefines
    a key.
    """
    for name in names:
        old = table.types.get(name)
        if old is not None and old != types[name]:
            kind = "HASH" if name in table.keys.partition else "RANGE"
            raise invalid.value(
                "Attributes cannot be redefined. Please check that your attribute has the same type "
                f"as previously defined. Existing schema: Schema:[SchemaElement: key{{{name}:{old}:"
                f"{kind}}}] New schema: Schema:[SchemaElement: key{{{name}:{types[name]}:{kind}}}]"
            )


def _updated(table: Table, members: Params, now_s: float, was: str) -> Table:
    name = members["IndexName"]
    index = _find(table, name)
    mode: str = definitions.mode(table.settings)
    units = members.get("ProvisionedThroughput")
    on_demand, warm = members.get("OnDemandThroughput"), members.get("WarmThroughput")
    if mode == ON_DEMAND and (units is not None or not (on_demand or warm)):
        raise invalid.value(
            f"The only Updates for index: {name} when TableThroughputMode is PAY_PER_REQUEST can be "
            "to OnDemandThroughput, WarmThroughput"
        )
    settings = dict(index.settings)
    if units is not None:
        definitions.check_bounds(units)
        definitions.check_quota(units, table.region, name)
        settings |= throughput.new_units(
            settings, units, now_s, f"the index {name}", f"index {name}", is_new=was != mode
        )
    if on_demand:
        settings |= throughput.new_on_demand(settings, on_demand, mode, f"index : {name}")
    if warm:
        settings |= throughput.new_warm(settings, warm, f"index {name}")
    return _with(table, replace(index, settings=throughput.settled(settings)))


def _find(table: Table, name: str) -> Index:
    return next(index for index in table.indexes if index.name == name)


def _with(table: Table, changed: Index) -> Table:
    others = (changed if index.name == changed.name else index for index in table.indexes)
    return replace(table, indexes=tuple(others))


def _deleted(connection: sqlite3.Connection, table: Table, name: str) -> Table:
    """What only the deleted index was made of is defined no more.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-indexes.md#ddb-table-151
    """
    gone = _find(table, name)
    rows.drop_space(connection, gone.space)
    left = tuple(index for index in table.indexes if index is not gone)
    used = {
        each for schema in (table.keys, *(index.keys for index in left)) for each in schema.names
    }
    types = {each: kind for each, kind in table.types.items() if each in used}
    return replace(table, indexes=left, types=types)
