"""ExclusiveStartKey: checked as AWS checks it.

The texts and their order are those of the real service, as recorded in
https://github.com/architect/dynalite/blob/main/test/query.js and https://github.com/architect/dynalite/blob/main/test/scan.js ("should
return ValidationException if ExclusiveStartKey ...").
"""

from __future__ import annotations

from homeport.aws.dynamodb import errors, limits
from homeport.aws.dynamodb.items import key as keys
from homeport.aws.dynamodb.reading.page import key_of
from homeport.aws.dynamodb.reading.ranges import Range, Segment
from homeport.aws.dynamodb.store.rows import Key
from homeport.aws.dynamodb.tables.model import Index, Table
from homeport.aws.dynamodb.values import attribute
from homeport.aws.dynamodb.values.attribute import Item
from homeport.aws.protocol.call import AwsError, Params

INVALID = "The provided starting key is invalid"
OUTSIDE = "The provided starting key is outside query boundaries based on provided conditions"
NO_MATCH = "The provided starting key does not match the range key predicate"
AT_MOST_ONE = "The query can return at most one row and cannot be restarted"
WRONG_SEGMENT = (
    INVALID + ": Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. "
    "TotalSegments: {} Segment: {}"
)
_BARE = (
    "contains duplicates",
    "number set",
    "numeric value",
    "significant digits",
    "number with magnitude",
)
"""Errors of values that have these words do not tell of the key:
https://github.com/architect/dynalite/blob/main/validations/query.js"""


def values(params: Params) -> Item | None:
    """The start key of a request, its values checked, whatever table they are for."""
    wire = params.get("ExclusiveStartKey")
    if wire is None:
        return None
    try:
        return attribute.item(wire)
    except AwsError as error:
        message = error.message
        if error.code != errors.VALIDATION.code or any(words in message for words in _BARE):
            raise
        raise errors.VALIDATION(f"{INVALID}: {message}") from error


def check_size(table: Table, index: Index | None, key: Item, otherwise: str = INVALID) -> None:
    """Raises unless a start key has as many attributes as the keys of the table and the index."""
    names = set(table.keys.names)
    if index is not None:
        names.update(index.keys.names)
    if len(key) != len(names):
        raise errors.VALIDATION(otherwise)


def check_names(table: Table, names: tuple[str, ...], key: Item, *, is_partition: bool) -> None:
    """Checks the attributes of one part of the key that is read by, the table's or the index's."""
    for name in names:
        value = key.get(name)
        if value is None:
            raise errors.VALIDATION(INVALID)
        content = value.get(table.types[name])
        if content is None:
            raise errors.VALIDATION(keys.MISMATCH)
        _check_content(table, name, content, is_partition=is_partition)


def _check_content(table: Table, name: str, content: str, *, is_partition: bool) -> None:
    kind = table.types[name]
    if not content:
        raise errors.VALIDATION(f"{INVALID}: {keys.EMPTY.format(keys.KINDS[kind], name)}")
    limit = limits.PARTITION_KEY_SIZE if is_partition else limits.SORT_KEY_SIZE
    if keys.is_too_long({kind: content}, limit):
        raise errors.VALIDATION(keys.PARTITION_TOO_LONG if is_partition else keys.SORT_TOO_LONG)


def check_table_key(table: Table, key: Item) -> None:
    """Checks the attributes of the table's key in a start key."""
    schema = table.keys
    try:
        keys.check_key(table, {name: key[name] for name in schema.names if name in key})
    except AwsError as error:
        raise errors.VALIDATION(f"{INVALID}: {error.message}") from error


def in_range(
    table: Table, index: Index | None, key: Item, rows: Range, *, has_sort_condition: bool
) -> Key:
    """Where a query goes on. Raises where that is not in what the query asks for."""
    place = key_of(table, index, key)
    if not has_sort_condition:
        if place.pk != rows.pk:
            raise errors.VALIDATION(OUTSIDE)
    elif not rows.low <= place.sk < rows.high:
        raise errors.VALIDATION(NO_MATCH)
    elif place.pk != rows.pk:
        raise errors.VALIDATION(AT_MOST_ONE)
    return place


def in_segment(table: Table, index: Index | None, key: Item, rows: Segment, params: Params) -> Key:
    """Where a scan goes on. Raises where that is in another segment."""
    place = key_of(table, index, key)
    if not rows.holds(place):
        message = WRONG_SEGMENT.format(params.get("TotalSegments"), params.get("Segment"))
        raise errors.VALIDATION(message)
    return place
