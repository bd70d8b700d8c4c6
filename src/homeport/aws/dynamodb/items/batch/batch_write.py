"""BatchWriteItem.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Sequence
from typing import NamedTuple

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.items import action as actions
from homeport.aws.dynamodb.items import answers, collections
from homeport.aws.dynamodb.items.action import Action, Done
from homeport.aws.dynamodb.items.batch.batch_get import DUPLICATES
from homeport.aws.dynamodb.items.capacity import Tally
from homeport.aws.dynamodb.items.change import After
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.values import attribute
from homeport.aws.dynamodb.values.attribute import SEVERAL, Item
from homeport.aws.protocol.call import Call, Output, Params
from homeport.aws.protocol.values.json_writer import dump

WRITES = 25
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-api-batch-write-item"""
TOO_MANY = "Too many items requested for the BatchWriteItem call"
"""https://github.com/zio/zio-dynamodb/issues/77"""

_Write = After | Item
"""An item to be put, or the key of one to be deleted."""


class _Named(NamedTuple):
    """A write, and its table as the request names it."""

    name: str
    action: Action


def batch_write_item(dynamodb: DynamoDb, call: Call, params: Params) -> Awaitable[Output]:
    """Puts and deletes up to 25 items in one commit. Nothing is ever left unprocessed."""
    read = {
        name: [_read(request) for request in requests]
        for name, requests in params["RequestItems"].items()
    }
    if sum(map(len, read.values())) > WRITES:
        raise errors.VALIDATION(TOO_MANY)
    named: list[_Named] = []
    for name, writes in read.items():
        table = dynamodb.tables.of(call, name)
        named += [_Named(name, _action(table, write)) for write in writes]
        _check_distinct(named)
    return _write(dynamodb, params, named)


def _read(request: Params) -> _Write:
    """One write, checked as far as it can be without its table.

    The order is AWS's: https://github.com/architect/dynalite/blob/main/validations/batchWriteItem.js
    """
    if len(request) != 1:
        raise errors.VALIDATION(SEVERAL)
    put = request.get("PutRequest")
    if put is not None:
        return actions.item_to_put(put["Item"])
    return attribute.item(request["DeleteRequest"]["Key"])


def _action(table: Table, write: _Write) -> Action:
    if isinstance(write, After):
        return actions.of_put(table, write, in_batch=True)
    return actions.of_delete(table, write)


def _check_distinct(named: Sequence[_Named]) -> None:
    keys = [(action.table.id, action.key) for _, action in named]
    if len(set(keys)) < len(keys):
        raise errors.VALIDATION(DUPLICATES)


async def _write(dynamodb: DynamoDb, params: Params, named: Sequence[_Named]) -> Output:
    def work(connection: sqlite3.Connection) -> list[Done]:
        now_ms = dynamodb.now_ms()
        return [
            actions.perform(connection, actions.current(dynamodb, action.table), action, now_ms)
            for _, action in named
        ]

    done = await dynamodb.db.write(work)
    pieces = [b'"UnprocessedItems":{}']
    tally = Tally()
    for (name, action), one in zip(named, done, strict=True):
        tally.add(action.table, answers.units(one), one.index_units, name=name)
    consumed = tally.consumed(params.get("ReturnConsumedCapacity"))
    if consumed is not None:
        pieces.append(b'"ConsumedCapacity":' + dump(consumed))
    if collections.is_asked_for(params):
        metrics = await _metrics(dynamodb, named)
        if metrics:
            pieces.append(b'"ItemCollectionMetrics":' + dump(metrics))
    return Output(json=b"{" + b",".join(pieces) + b"}")


async def _metrics(dynamodb: DynamoDb, named: Sequence[_Named]) -> dict[str, list[Params]]:
    """One for each item collection that was written to, by the table."""
    found: dict[str, list[Params]] = {}
    seen = set()
    for name, action in named:
        if (action.table.id, action.key.pk) not in seen:
            seen.add((action.table.id, action.key.pk))
            metrics = await collections.metrics(dynamodb, action.table, action.key_item)
            if metrics is not None:
                found.setdefault(name, []).append(metrics)
    return found
