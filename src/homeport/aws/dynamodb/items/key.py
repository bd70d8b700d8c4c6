"""Keys of items: checked against the schema of a table, and as the store has them.

The texts are AWS's as dynalite recorded them: https://github.com/architect/dynalite/blob/main/db/index.js (`validateKey`,
`validateItem`, `checkKeySize`), those about empty values as in https://github.com/nubo-db/dynoxide/blob/main/src/actions/helpers.rs
"""

from __future__ import annotations

from homeport.aws.dynamodb import errors, limits
from homeport.aws.dynamodb.store.rows import Key
from homeport.aws.dynamodb.tables.model import Index, KeySchema, Table
from homeport.aws.dynamodb.values import keys, sizes
from homeport.aws.dynamodb.values.attribute import Item, Value
from homeport.aws.protocol.call import AwsError

MISMATCH = "The provided key element does not match the schema"
INVALID = "One or more parameter values were invalid: "
EMPTY = (
    "One or more parameter values are not valid. "
    "The AttributeValue for a key attribute cannot contain an empty {} value. Key: {}"
)
PARTITION_TOO_LONG = f"{INVALID}Size of hashkey has exceeded the maximum size limit of2048 bytes"
SORT_TOO_LONG = (
    f"{INVALID}Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
)
KINDS = {"S": "string", "B": "binary"}
_SURELY_SHORT = limits.SORT_KEY_SIZE // 4
"""Characters of which none takes more than four bytes."""


def row_key(schema: KeySchema, item: Item) -> Key:
    """Where an item with this key stands in its table."""
    sort = schema.sort
    pk = keys.hashed([item[name] for name in schema.partition])
    return Key(pk, keys.several([item[name] for name in sort]) if sort else b"")


def names_only(schema: KeySchema, item: Item) -> Item:
    """The key attributes of an item."""
    return {name: item[name] for name in schema.names}


def check_key(table: Table, wire: Item) -> Item:
    """The key that a request names, checked; its values are canonical already. Raises ValidationException."""
    locate(table, wire)
    return wire


def locate(table: Table, key: Item) -> Key:
    """Where the item is whose key a request names. Raises ValidationException for what is no key of the table."""
    schema = table.keys
    if len(key) != len(schema.partition) + len(schema.sort):
        raise errors.VALIDATION(MISMATCH)
    types = table.types
    for name in schema.partition:
        _check(key.get(name), name, types[name], limits.PARTITION_KEY_SIZE)
    for name in schema.sort:
        _check(key.get(name), name, types[name], limits.SORT_KEY_SIZE)
    return row_key(schema, key)


def locate_item(table: Table, item: Item, *, in_batch: bool = False) -> Key:
    """Where an item to be put belongs. Raises ValidationException where its key attributes are none of the table.

    A batch does not tell which attribute is missing or of a wrong type:
    https://github.com/architect/dynalite/blob/main/actions/batchWriteItem.js
    """
    schema, types = table.keys, table.types
    for name in schema.partition:
        kind = types[name]
        value = item.get(name)
        if value is None or kind not in value:
            raise _no_key(name, kind, value, in_batch=in_batch)
        _check(value, name, kind, limits.PARTITION_KEY_SIZE)
    for name in schema.sort:
        kind = types[name]
        value = item.get(name)
        if value is None or kind not in value:
            raise _no_key(name, kind, value, in_batch=in_batch)
        _check(value, name, kind, limits.SORT_KEY_SIZE)
    return row_key(schema, item)


def _check(value: Value | None, name: str, kind: str, limit: int) -> None:
    content = None if value is None else value.get(kind)
    if content is None:
        raise errors.VALIDATION(MISMATCH)
    if not content:
        raise errors.VALIDATION(EMPTY.format(KINDS[kind], name))
    if len(content) > _SURELY_SHORT and is_too_long({kind: content}, limit):
        is_partition = limit == limits.PARTITION_KEY_SIZE
        raise errors.VALIDATION(PARTITION_TOO_LONG if is_partition else SORT_TOO_LONG)


def is_too_long(value: Value, limit: int) -> bool:
    """Whether a key value has more bytes than a key may."""
    return sizes.of_value(value) > limit


def _no_key(name: str, kind: str, value: Value | None, *, in_batch: bool) -> AwsError:
    if in_batch:
        return errors.VALIDATION(MISMATCH)
    if value is None:
        return errors.VALIDATION(f"{INVALID}Missing the key {name} in the item")
    actual = next(iter(value))
    return errors.VALIDATION(
        f"{INVALID}Type mismatch for key {name} expected: {kind} actual: {actual}"
    )


def index_key(table: Table, index: Index, item: Item) -> Key | None:
    """Where an item stands in an index; None where it has not all of the index's key attributes, or one that is no key.

    The key of the item in its table follows the index's own, so that items with equal keys stand side by side. Items that are
    older than the index may hold anything: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.OnlineOps.ViolationDetection.html
    """
    own, types = index.keys, table.types
    for name in own.partition:
        if not _is_fit(item.get(name), types[name], limits.PARTITION_KEY_SIZE):
            return None
    for name in own.sort:
        if not _is_fit(item.get(name), types[name], limits.SORT_KEY_SIZE):
            return None
    pk = keys.hashed([item[name] for name in own.partition])
    return Key(pk, keys.several([item[name] for name in own.sort + table.keys.names]))


def _is_fit(value: Value | None, kind: str, limit: int) -> bool:
    content = None if value is None else value.get(kind)
    if not content:
        return False
    return len(content) <= _SURELY_SHORT or not is_too_long({kind: content}, limit)
