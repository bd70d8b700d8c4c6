"""TransactWriteItems.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html

What is wrong is told in this order, as recorded at AWS (https://github.com/paritysuite/dynamodb-conformance, tests/tier3/validation-ordering;
https://github.com/floci-io/floci/pull/3674) and at DynamoDB Local: each action in turn as far as that goes without its table
(expressions, then values); tables; keys, of which the first that is wrong cancels and an empty one refuses; two actions on one item.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.expressions import requests
from homeport.aws.dynamodb.expressions.nodes import Node
from homeport.aws.dynamodb.expressions.update import Update
from homeport.aws.dynamodb.items import action as actions_of_one
from homeport.aws.dynamodb.items import answers, capacity, collections
from homeport.aws.dynamodb.items.action import Action
from homeport.aws.dynamodb.items.change import After
from homeport.aws.dynamodb.items.transact import limits, reasons, transaction
from homeport.aws.dynamodb.items.transact.transaction import Written
from homeport.aws.dynamodb.store.tokens import Token
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.values import attribute, sizes
from homeport.aws.dynamodb.values.attribute import Item
from homeport.aws.protocol.call import AwsError, Call, Output, Params
from homeport.aws.protocol.values.json_writer import dump

PUT, DELETE = "Put", "Delete"
_KINDS = (PUT, "Update", DELETE, "ConditionCheck")
_VALUES = ("Item", "Key", "ExpressionAttributeValues")
_EXPRESSIONS = ("ConditionExpression", "UpdateExpression")
NO_ACTION = "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"
"""https://github.com/paritysuite/dynamodb-conformance, tests/tier3/error-messages/transactWriteItems.test.ts"""
SEVERAL_ACTIONS = "TransactItems can only contain one of Check, Put, Update or Delete"
"""https://github.com/getmoto/moto/blob/master/tests/test_dynamodb/exceptions/test_dynamodb_transactions.py"""
TOO_LARGE = "Transaction payload size cannot exceed 4MB. Payload Size: {}"
"""As DynamoDB Local says it; the limit itself is ValidationException at AWS, too:
https://github.com/paritysuite/dynamodb-conformance, tests/tier3/limits/transactionLimits.test.ts"""


class _Asked(NamedTuple):
    """One action as the request has it, checked as far as that goes without its table."""

    kind: str
    params: Params
    put: After | None
    key: Item
    condition: Node | None
    update: Update | None


async def transact_write_items(dynamodb: DynamoDb, call: Call, params: Params) -> Output:
    """TransactWriteItems"""
    items = params["TransactItems"]
    asked = _ask_all(items)
    tables = transaction.tables(dynamodb, call, [one.params["TableName"] for one in asked])
    actions = _actions(asked, tables)
    transaction.check_items(actions)
    text = params.get("ClientRequestToken")
    token = None if text is None else Token(call.account, call.region, text, _digest(items))
    written = await transaction.write(dynamodb, actions, token)
    names = [one.params["TableName"] for one in asked]
    return await _answer(dynamodb, params, actions, names, written)


# The request


def _ask_all(items: Sequence[Params]) -> list[_Asked]:
    """The actions in turn; they must not be too large together."""
    asked = []
    size = 0
    try:
        for item in items:
            one, own_size = _ask(item)
            size += own_size
            if size > limits.SIZE:
                raise errors.VALIDATION(TOO_LARGE.format(size))
            asked.append(one)
    except AwsError:
        _check_types(items)
        raise
    return asked


def _ask(item: Params) -> tuple[_Asked, int]:
    """One action, and its size as AWS counts it: its item or key, its values and its expressions."""
    kinds = [kind for kind in _KINDS if kind in item]
    if len(kinds) != 1:
        raise errors.VALIDATION(SEVERAL_ACTIONS if kinds else NO_ACTION)
    kind = kinds[0]
    params = item[kind]
    requests.check(kind, params)
    write = requests.of_write(params, is_older=True)
    if kind == PUT:
        after = actions_of_one.item_to_put(params["Item"])
        asked = _Asked(kind, params, after, after.item, write.condition, write.update)
        size = after.stored.size
    else:
        key = attribute.item(params["Key"])
        asked = _Asked(kind, params, None, key, write.condition, write.update)
        size = sizes.of_item(key)
    return asked, size + _size_of_expressions(params)


def _size_of_expressions(params: Params) -> int:
    values = params.get("ExpressionAttributeValues", {}).values()
    size = sum([sizes.of_value(attribute.value(value, depth=0)) for value in values])
    return size + sum([len(params.get(name, "")) for name in _EXPRESSIONS])


def _check_types(items: Sequence[Params]) -> None:
    """Raises SerializationException for values that are of a wrong type in the JSON, which is told before anything else."""
    for item in items:
        for kind in _KINDS:
            for name in _VALUES:
                values = item.get(kind, {}).get(name)
                if values is not None:
                    attribute.check_types(values)


def _actions(asked: Sequence[_Asked], tables: Sequence[Table]) -> list[Action]:
    """Raises TransactionCanceledException for the first key that is none of its table, ValidationException for an empty one."""
    actions: list[Action] = []
    wrong: AwsError | None = None
    for place, (one, table) in enumerate(zip(asked, tables, strict=True)):
        try:
            actions.append(_action(one, table))
        except AwsError as error:
            if not reasons.is_reason(error):
                raise
            wrong = wrong or reasons.only(place, error, len(asked))
    if wrong is not None:
        raise wrong
    return actions


def _action(asked: _Asked, table: Table) -> Action:
    kind, params, put, key, condition, update = asked
    on_failure = answers.on_failure(params)
    if put is not None:
        return actions_of_one.of_put(table, put, condition, on_failure)
    if update is not None:
        return actions_of_one.of_update(table, key, update, condition, on_failure)
    if kind == DELETE:
        return actions_of_one.of_delete(table, key, condition, on_failure)
    return actions_of_one.of_check(table, key, condition, on_failure)


def _digest(items: Sequence[Params]) -> bytes:
    """Of the actions alone: what is to be returned may change. The order of attributes is of no account."""
    text = json.dumps(items, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


# The answer


async def _answer(
    dynamodb: DynamoDb,
    params: Params,
    actions: Sequence[Action],
    names: Sequence[str],
    written: Written,
) -> Output:
    pieces = []
    mode = params.get("ReturnConsumedCapacity")
    if capacity.is_asked_for(mode):
        found = consumed(mode, actions, names, written)
        pieces.append(b'"ConsumedCapacity":' + dump(found))
    if collections.is_asked_for(params):
        metrics = await _metrics(dynamodb, actions, names)
        if metrics:
            pieces.append(b'"ItemCollectionMetrics":' + dump(metrics))
    return Output(json=b"{" + b",".join(pieces) + b"}") if pieces else answers.NOTHING


def consumed(
    mode: str | None, actions: Sequence[Action], names: Sequence[str], written: Written
) -> list[dict[str, Any]] | None:
    """The member ConsumedCapacity. What was done before is charged as a read of the items.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#DDB-TransactWriteItems-request-ClientRequestToken
    """
    tally = capacity.Tally()
    if written.is_replay:
        for action, name, size in zip(actions, names, written.sizes, strict=True):
            units = capacity.TRANSACTIONAL * capacity.read_units(size, is_consistent=True)
            tally.add(action.table, units, name=name)
        return tally.consumed(mode, axis="ReadCapacityUnits")
    for action, name, size, done in zip(actions, names, written.sizes, written.done, strict=True):
        # A condition alone costs as much as a write: https://github.com/nubo-db/dynoxide/blob/main/src/actions/index_capacity.rs
        units = capacity.TRANSACTIONAL * capacity.write_units(size, size)
        tally.add(action.table, units, done.index_units, name=name)
    return tally.consumed(mode, axis="WriteCapacityUnits")


async def _metrics(
    dynamodb: DynamoDb, actions: Sequence[Action], names: Sequence[str]
) -> dict[str, list[Params]]:
    """By the table as the request names it, each item collection that was written to once."""
    found: dict[str, list[Params]] = {}
    seen = set()
    for action, name in zip(actions, names, strict=True):
        is_write = action.put is not None or action.update is not None or action.is_delete
        collection = action.table.id, action.key.pk
        if not is_write or collection in seen:
            continue
        seen.add(collection)
        metrics = await collections.metrics(dynamodb, action.table, action.key_item)
        if metrics is not None:
            found.setdefault(name, []).append(metrics)
    return found
