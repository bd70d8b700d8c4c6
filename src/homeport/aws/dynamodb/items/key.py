"""Keys of items: checked against the schema of a table or index, and as the store has them."""

from __future__ import annotations

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.store.rows import Key
from homeport.aws.dynamodb.tables.model import Index, KeySchema, Table
from homeport.aws.dynamodb.values import keys
from homeport.aws.dynamodb.values.attribute import Item


def row_key(schema: KeySchema, item: Item) -> Key:
    """Where an item with this key stands in its table."""
    sort = schema.sort
    pk = keys.hashed([item[name] for name in schema.partition])
    return Key(pk, keys.several([item[name] for name in sort]) if sort else b"")


def index_key(table: Table, index: Index, item: Item) -> Key | None:
    """Where an item stands in an index; None where it lacks one of the index's key attributes.

    The key of the item in its table follows the index's own, so that items with equal keys stand side by side.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
    """
    own = index.keys
    if any(name not in item for name in own.names):
        return None
    pk = keys.hashed([item[name] for name in own.partition])
    return Key(pk, keys.several([item[name] for name in own.sort + table.keys.names]))


def names_only(schema: KeySchema, item: Item) -> Item:
    """The key attributes of an item."""
    return {name: item[name] for name in schema.names}


def check_key(table: Table, wire: Item) -> Item:
    """The key that a request names, checked. Raises ValidationException."""
    types = table.types
    if len(wire) != len(table.keys.names) or any(
        types[name] not in wire.get(name, ()) for name in table.keys.names
    ):
        raise errors.VALIDATION("The provided key element does not match the schema")
    return wire
