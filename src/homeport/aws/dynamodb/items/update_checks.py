"""What an update must not do, whatever the item is."""

from __future__ import annotations

from homeport.aws.dynamodb import errors, limits
from homeport.aws.dynamodb.expressions import key_use
from homeport.aws.dynamodb.expressions.nodes import Literal, Node
from homeport.aws.dynamodb.expressions.update import Update
from homeport.aws.dynamodb.items import index_keys
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.values import sizes
from homeport.aws.dynamodb.values.attribute import Item

TOO_LARGE = "Item size to update has exceeded the maximum allowed size"
"""https://github.com/architect/dynalite/blob/main/actions/updateItem.js"""
UPDATE_BYTES = 3
CLAUSE_BYTES = {"SET": 19, "ADD": 19, "REMOVE": 2, "DELETE": 2}
"""What an update and its clauses count beside the attributes, the key not counted: measured at the limit of the real service,
https://github.com/nubo-db/dynoxide/pull/195"""


def check(table: Table, update: Update, condition: Node | None) -> None:
    """Raises ValidationException for an update of a key, or of a key of an index to what it cannot be."""
    key_use.check_update(table, update)
    if table.indexes:
        index_keys.check_set(table, _set_values(update))
    key_use.check_paths(table, update.clauses, condition)


def _set_values(update: Update) -> Item:
    """The attributes that become values of the request."""
    return {
        str(clause.path.parts[0]): clause.value.value
        for clause in update.clauses
        if len(clause.path.parts) == 1 and isinstance(clause.value, Literal)
    }


def check_flat_size(size: int) -> None:
    """Raises ValidationException where the item has become too large, as transactions and PartiQL measure it."""
    if size > limits.ITEM_SIZE:
        raise errors.VALIDATION(TOO_LARGE)


def check_size(update: Update, key: Item, size: int) -> None:
    """Raises ValidationException where the item has become too large, as UpdateItem measures it."""
    own = UPDATE_BYTES + sum([CLAUSE_BYTES[clause.action] for clause in update.clauses])
    if size + own <= limits.ITEM_SIZE:
        return
    if size > limits.ITEM_SIZE or size + own - sizes.of_item(key) > limits.ITEM_SIZE:
        raise errors.VALIDATION(TOO_LARGE)
