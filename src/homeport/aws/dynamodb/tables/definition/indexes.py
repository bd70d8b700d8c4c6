"""Secondary indexes of a CreateTable.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/SecondaryIndexes.html
"""

from __future__ import annotations

from collections.abc import Sequence

from homeport.aws.dynamodb import limits
from homeport.aws.dynamodb.tables.definition import invalid, keys, throughput
from homeport.aws.dynamodb.tables.definition.keys import Types
from homeport.aws.dynamodb.tables.model import Index, KeySchema
from homeport.aws.protocol.call import Params

NO_SPACE = 0
"""The space of an index that is not in the store yet."""


def of_request(params: Params, table: KeySchema, defined: Types) -> tuple[Index, ...]:
    """All indexes, the local ones first. Raises ValidationException, in the order in which AWS checks."""
    local, wide = params.get("LocalSecondaryIndexes"), params.get("GlobalSecondaryIndexes")
    for name, given in (("LocalSecondaryIndexes", local), ("GlobalSecondaryIndexes", wide)):
        if given is not None and not given:
            raise invalid.value(f"List of {name} is empty")
    if local and not table.sort:
        raise invalid.value(
            "Table KeySchema does not have a range key, which is required when specifying a "
            "LocalSecondaryIndex"
        )
    local_keys = [
        keys.of_local_index(index["KeySchema"], defined, number)
        for number, index in enumerate(local or (), 1)
    ]
    wide_keys = [keys.of_global_index(index["KeySchema"], defined) for index in wide or ()]
    used = [name for schema in (table, *local_keys, *wide_keys) for name in schema.names]
    keys.check_all_used(used, defined, has_indexes=bool(local or wide))
    indexes = _local(local or [], local_keys, table) + _global(params, wide or [], wide_keys)
    check_names(indexes)
    check_counts(indexes)
    return tuple(indexes)


def _local(given: list[Params], schemas: list[KeySchema], table: KeySchema) -> list[Index]:
    indexes = []
    for index, schema in zip(given, schemas, strict=True):
        name = index["IndexName"]
        if not schema.sort:
            raise invalid.value(f"Index KeySchema does not have a range key for index: {name}")
        if schema.partition != table.partition:
            raise invalid.value(
                "Index KeySchema does not have the same leading hash key as table KeySchema for "
                f"index: {name}. index hash key: {schema.partition[0]}, "
                f"table hash key: {table.partition[0]}"
            )
        projection, included = projected(index["Projection"])
        indexes.append(
            Index(
                NO_SPACE, name, is_local=True, keys=schema, projection=projection, included=included
            )
        )
    return indexes


def _global(params: Params, given: list[Params], schemas: list[KeySchema]) -> list[Index]:
    billing = throughput.mode(params)
    indexes = []
    for index, schema in zip(given, schemas, strict=True):
        projection, included = projected(index["Projection"])
        settings = throughput.of_new_index(index, billing)
        indexes.append(
            Index(
                NO_SPACE,
                index["IndexName"],
                is_local=False,
                keys=schema,
                projection=projection,
                included=included,
                settings=settings,
            )
        )
    return indexes


def projected(projection: Params) -> tuple[str, tuple[str, ...]]:
    """What an index holds: the type of its projection and the attributes that are included, in AWS's order.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-indexes.md#ddb-table-126
    """
    kind = projection.get("ProjectionType")
    included = projection.get("NonKeyAttributes")
    if kind is None:
        raise invalid.value("Unknown ProjectionType: null")
    if kind != "INCLUDE":
        if included is not None:
            raise invalid.value(f"ProjectionType is {kind}, but NonKeyAttributes is specified")
        return kind, ()
    if included is None:
        raise invalid.value("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
    for number, name in enumerate(included):
        if name in included[:number]:
            raise invalid.value(f"Duplicate element in NonKeyAttributes: {name}")
    return kind, tuple(sorted(included))


def check_names(indexes: Sequence[Index]) -> None:
    """Raises where two indexes have one name."""
    seen: set[str] = set()
    for index in indexes:
        if index.name in seen:
            raise invalid.value(f"Duplicate index name: {index.name}")
        seen.add(index.name)


def check_counts(indexes: Sequence[Index]) -> None:
    """Raises where there are too many indexes, or too many attributes are included in them."""
    local = sum(index.is_local for index in indexes)
    if local > limits.LOCAL_INDEXES:
        raise invalid.value(
            f"Number of LocalSecondaryIndexes exceeds per-table limit of {limits.LOCAL_INDEXES}"
        )
    if len(indexes) - local > limits.GLOBAL_INDEXES:
        raise invalid.value(
            f"GlobalSecondaryIndex count exceeds the per-table limit of {limits.GLOBAL_INDEXES}"
        )
    check_included(indexes)


def check_included(indexes: Sequence[Index]) -> None:
    """Raises where too many attributes are included in all indexes together; AWS documents the limit, not its text."""
    included = sum(len(index.included) for index in indexes)
    if included > limits.INCLUDED_ATTRIBUTES:
        raise invalid.value(
            "Number of NonKeyAttributes in all secondary indexes exceeds the per-table limit of "
            f"{limits.INCLUDED_ATTRIBUTES}"
        )
