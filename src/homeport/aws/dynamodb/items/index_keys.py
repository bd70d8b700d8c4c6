"""What the key attributes of secondary indexes may hold, as puts and updates have to keep it.

An item may lack them; it is then not in the index. Where several are wrong, AWS names that of the index whose name comes first:
https://github.com/nubo-db/dynoxide/blob/main/src/actions/helpers.rs
"""

from __future__ import annotations

from collections.abc import Iterator

from homeport.aws.dynamodb import errors, limits
from homeport.aws.dynamodb.items.key import INVALID, KINDS, is_too_long
from homeport.aws.dynamodb.tables.model import Index, Table
from homeport.aws.dynamodb.values import sizes
from homeport.aws.dynamodb.values.attribute import Item, Value

EMPTY = (
    "One or more parameter values are not valid. A value specified for a secondary index key is not supported. "
    "The AttributeValue for a key attribute cannot contain an empty {} value. IndexName: {}, IndexKey: {}"
)
"""https://github.com/nubo-db/dynoxide/blob/main/tests/index_key_validation.rs"""
UPDATE_EMPTY = (
    "One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value "
    "that is not supported. The AttributeValue for a key attribute cannot contain an empty {} value."
)
"""https://github.com/nubo-db/dynoxide/blob/main/tests/index_key_validation.rs"""
UPDATE_TYPE = (
    "The update expression attempted to update the secondary index key to unsupported type"
)
"""Where the type shows only when the update is carried out:
https://github.com/architect/dynalite/blob/main/actions/updateItem.js"""


def check_item(table: Table, item: Item) -> None:
    """Raises ValidationException where an item to be put holds something that no key can be."""
    for index, name, limit in _attributes(table):
        value = item.get(name)
        if value is not None:
            _check(table, index, name, limit, value, EMPTY)


def check_set(table: Table, values: Item) -> None:
    """Raises ValidationException where an update sets an attribute to a value of the request that it must not have."""
    for index, name, limit in _attributes(table):
        value = values.get(name)
        if value is not None:
            _check(table, index, name, limit, value, UPDATE_EMPTY)


def check_updated(table: Table, before: Item, item: Item) -> None:
    """Raises ValidationException where an update made something of an attribute that no key can be.

    What the update did not touch may be older than the index, and wrong.
    """
    for index, name, limit in _attributes(table):
        value = item.get(name)
        if value is not None and value != before.get(name):
            if table.types[name] not in value:
                raise errors.VALIDATION(UPDATE_TYPE)
            _check(table, index, name, limit, value, UPDATE_EMPTY)


def _attributes(table: Table) -> Iterator[tuple[Index, str, int]]:
    """The key attributes of all indexes, with the bytes that each may have."""
    indexes = table.indexes
    for index in sorted(indexes, key=_name) if len(indexes) > 1 else indexes:
        if not index.is_local:
            for name in index.keys.partition:
                yield index, name, limits.PARTITION_KEY_SIZE
        for name in index.keys.sort:
            yield index, name, limits.SORT_KEY_SIZE


def _name(index: Index) -> str:
    return index.name


def _check(table: Table, index: Index, name: str, limit: int, value: Value, empty: str) -> None:
    kind = table.types[name]
    content = value.get(kind)
    if content is None:
        raise errors.VALIDATION(
            f"{INVALID}Type mismatch for Index Key {name} Expected: {kind} Actual: {next(iter(value))} "
            f"IndexName: {index.name}"
        )
    if not content:
        raise errors.VALIDATION(empty.format(KINDS[kind], index.name, name))
    if len(content) > limit // 4 and is_too_long(value, limit):
        # https://github.com/architect/dynalite/issues/35
        raise errors.VALIDATION(
            f"{INVALID}Size limit exceeded for Index Key {name} Actual Size: {sizes.of_value(value)} bytes "
            f"Max Size: {limit} bytes IndexName: {index.name}"
        )
