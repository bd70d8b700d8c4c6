"""One write of one item, as a request asks for it: alone, in a batch, in a transaction or by PartiQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from homeport.aws.dynamodb import errors, limits
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.expressions import evaluate, key_use
from homeport.aws.dynamodb.expressions import update as updates
from homeport.aws.dynamodb.expressions.nodes import Node
from homeport.aws.dynamodb.expressions.update import Update
from homeport.aws.dynamodb.items import change, index_keys, update_checks
from homeport.aws.dynamodb.items import key as keys
from homeport.aws.dynamodb.items.change import After, Before
from homeport.aws.dynamodb.store.rows import Key
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.values import attribute
from homeport.aws.dynamodb.values.attribute import Item
from homeport.aws.protocol.call import AwsError

TOO_LARGE = "Item size has exceeded the maximum allowed size"
"""https://github.com/architect/dynalite/blob/main/validations/putItem.js"""


@dataclass(slots=True)
class Action:
    """One of `put`, `update` and `is_delete`; none of them only checks the condition."""

    table: Table
    """As it was when the request came."""
    key: Key
    key_item: Item
    """The key as attributes; the whole item of a put."""
    put: After | None = None
    update: Update | None = None
    is_delete: bool = False
    condition: Node | None = None
    is_flat: bool = True
    """Whether an update is measured by what it makes; UpdateItem counts its clauses too."""
    on_failure: str = "NONE"
    """ReturnValuesOnConditionCheckFailure: `ALL_OLD` answers a failed condition with the item."""


class Done(NamedTuple):
    """What a write did."""

    before: Before
    after: After | None
    """None where the item was deleted, or only looked at."""
    index_units: Mapping[str, float]
    """The write units of each index that changed, by its name."""


def item_to_put(wire: Item) -> After:
    """The item that a request puts. Raises ValidationException and SerializationException; needs no table."""
    return measured(attribute.item(wire))


def measured(item: Item) -> After:
    """An item with its size. Raises ValidationException where it is too large."""
    after = After(item)
    if after.stored.size > limits.ITEM_SIZE:
        raise errors.VALIDATION(TOO_LARGE)
    return after


def of_put(
    table: Table,
    after: After,
    condition: Node | None = None,
    on_failure: str = "NONE",
    *,
    in_batch: bool = False,
) -> Action:
    """The put of an item. Raises ValidationException for keys that are none of the table or of its indexes."""
    key = keys.locate_item(table, after.item, in_batch=in_batch)
    if table.indexes:
        index_keys.check_item(table, after.item)
    if condition is not None:
        key_use.check_paths(table, condition)
    return Action(table, key, after.item, put=after, condition=condition, on_failure=on_failure)


def of_update(
    table: Table,
    key_item: Item,
    update: Update,
    condition: Node | None = None,
    on_failure: str = "NONE",
) -> Action:
    """The update of the item of a key, which is made where there is none. Raises ValidationException."""
    key = keys.locate(table, key_item)
    update_checks.check(table, update, condition)
    return Action(table, key, key_item, update=update, condition=condition, on_failure=on_failure)


def of_delete(
    table: Table, key_item: Item, condition: Node | None = None, on_failure: str = "NONE"
) -> Action:
    """The deletion of the item of a key. Raises ValidationException."""
    action = of_check(table, key_item, condition, on_failure)
    action.is_delete = True
    return action


def of_check(
    table: Table, key_item: Item, condition: Node | None, on_failure: str = "NONE"
) -> Action:
    """A condition on the item of a key, without a change. Raises ValidationException."""
    key = keys.locate(table, key_item)
    if condition is not None:
        key_use.check_paths(table, condition)
    return Action(table, key, key_item, condition=condition, on_failure=on_failure)


def carry_out(dynamodb: DynamoDb, action: Action) -> Awaitable[Done]:
    """Does an action, and is done once that is durable. Errors of `perform`, and ResourceNotFoundException where the table has gone meanwhile."""

    def work(connection: sqlite3.Connection) -> Done:
        table = current(dynamodb, action.table)
        return perform(connection, table, action, dynamodb.now_ms())

    return dynamodb.db.write(work)


def current(dynamodb: DynamoDb, table: Table) -> Table:
    """A table as it is now, inside of a write. Raises ResourceNotFoundException where it has gone."""
    now = dynamodb.tables.get(table.id)
    if now is None or now.status == "DELETING":
        raise errors.TABLE_NOT_FOUND()
    return now


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
            index_keys.check_item(table, after.item)
    elif action.update is not None:
        after = _updated(table, action, action.update, before)
        if before.stored is None and action.update.only_removes:
            return Done(before, None, {})
    elif not action.is_delete:
        return Done(before, None, {})
    return Done(before, after, change.write(connection, table, before, after, now_ms))


def _failed(action: Action, before: Before) -> AwsError:
    if action.on_failure == "ALL_OLD" and before.item is not None:
        return errors.CONDITION_FAILED(Item=before.item)
    return errors.CONDITION_FAILED()


def _updated(table: Table, action: Action, update: Update, before: Before) -> After:
    old = before.item or action.key_item
    item = updates.apply(update, old)
    if table.indexes:
        index_keys.check_updated(table, old, item)
    after = After(item)
    if action.is_flat:
        update_checks.check_flat_size(after.stored.size)
    else:
        update_checks.check_size(update, action.key_item, after.stored.size)
    return after
