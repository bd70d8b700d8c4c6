"""One write of one item, as a request asks for it: alone, in a batch, in a transaction or by PartiQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from homeport.aws.dynamodb import errors, limits
from homeport.aws.dynamodb.expressions import evaluate
from homeport.aws.dynamodb.expressions import update as updates
from homeport.aws.dynamodb.expressions.nodes import Node
from homeport.aws.dynamodb.expressions.update import Update
from homeport.aws.dynamodb.items import change
from homeport.aws.dynamodb.items import key as keys
from homeport.aws.dynamodb.items.change import After, Before
from homeport.aws.dynamodb.store.rows import Key
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.values.attribute import Item

UPDATE_TOO_LARGE = "Item size to update has exceeded the maximum allowed size"
"""https://github.com/architect/dynalite/blob/main/db/index.js"""


@dataclass(slots=True)
class Action:
    """One of `put`, `update` and `is_delete`; none of them only checks the condition."""

    table: Table
    """As it was when the request came."""
    key: Key
    key_item: Item
    put: After | None = None
    update: Update | None = None
    is_delete: bool = False
    condition: Node | None = None
    on_failure: str = "NONE"
    """ReturnValuesOnConditionCheckFailure: `ALL_OLD` answers a failed condition with the item."""


class Done(NamedTuple):
    """What a write did."""

    before: Before
    after: After | None
    """None where the item was deleted, or only looked at."""
    index_bytes: Mapping[str, int]
    """The larger of before and after in each index that changed, by its name."""


def perform(connection: sqlite3.Connection, table: Table, action: Action, now_ms: int) -> Done:
    """Does an action inside of `Database.write`, with the table as it is now.

    Raises ConditionalCheckFailedException (with `Item` where that was asked for) and ValidationException.
    """
    before = change.read(connection, table, action.key)
    condition = action.condition
    if condition is not None and not evaluate.holds(condition, before.item or {}):
        raise _failed(action, before)
    after = action.put
    if after is not None:
        if table is not action.table:
            keys.check_index_keys(table, after.item)
    elif action.update is not None:
        after = _updated(table, action, action.update, before)
    elif not action.is_delete:
        return Done(before, None, {})
    return Done(before, after, change.write(connection, table, before, after, now_ms))


def _failed(action: Action, before: Before) -> Exception:
    if action.on_failure == "ALL_OLD" and before.item is not None:
        return errors.CONDITION_FAILED(Item=before.item)
    return errors.CONDITION_FAILED()


def _updated(table: Table, action: Action, update: Update, before: Before) -> After:
    item = updates.apply(update, before.item or action.key_item)
    keys.check_index_keys(table, item)
    after = After(item)
    if after.stored.size > limits.ITEM_SIZE:
        raise errors.VALIDATION(UPDATE_TOO_LARGE)
    return after
