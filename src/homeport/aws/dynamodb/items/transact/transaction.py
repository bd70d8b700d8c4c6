"""Several writes, all of them or none: in one write of the database, in one commit.

At AWS an item that a transaction works on is closed to others for as long, who are refused with TransactionConflictException,
TransactionCanceledException [TransactionConflict] or TransactionInProgressException
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling). Here writes
come one after the other and reads see one commit, so no two requests ever meet at an item and none of these is answered: who
would be told to try again there, waits for its turn here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.items import action as actions_of_one
from homeport.aws.dynamodb.items.action import Action, Done
from homeport.aws.dynamodb.items.transact import limits, reasons
from homeport.aws.dynamodb.store import tokens
from homeport.aws.dynamodb.store.tokens import Token
from homeport.aws.dynamodb.tables import names
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.protocol.call import AwsError, Call

SAME_ITEM = "Transaction request cannot include multiple operations on one item"
"""https://github.com/getmoto/moto/blob/master/tests/test_dynamodb/exceptions/test_dynamodb_transactions.py, verified at AWS"""

ELSEWHERE = "A table in the {} request is in a different account or region."
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors"""


class Written(NamedTuple):
    """What a transaction did."""

    done: list[Done]
    """In the order of the actions; empty for one that was done before."""
    sizes: list[int]
    """Bytes that each action counts for: the item before or after it, whichever is larger."""
    is_replay: bool
    """Whether a transaction with this token was done before, so that nothing was done now."""


async def write(
    dynamodb: DynamoDb, actions: Sequence[Action], token: Token | None = None
) -> Written:
    """Does all actions and is done once that is durable, with the token in the same commit.

    Raises TransactionCanceledException with the reason of each action, IdempotentParameterMismatchException where the token stood for
    something else within ten minutes, and ResourceNotFoundException where a table has gone meanwhile.
    """

    def work(connection: sqlite3.Connection) -> Written:
        now_ms = dynamodb.now_ms()
        if token is None:
            return _write(dynamodb, connection, actions, now_ms)
        spent = tokens.find(connection, token, now_ms - limits.TOKEN_MS)
        if spent is not None:
            if spent.digest != token.digest:
                raise errors.TOKEN_MISMATCH()
            return Written([], spent.sizes, is_replay=True)
        written = _write(dynamodb, connection, actions, now_ms)
        tokens.save(connection, token, written.sizes, now_ms, now_ms - limits.TOKEN_MS)
        return written

    return await dynamodb.db.write(work)


def check_items(actions: Sequence[Action]) -> None:
    """Raises ValidationException where two actions are on one item."""
    if len({(action.table.id, action.key) for action in actions}) != len(actions):
        raise errors.VALIDATION(SAME_ITEM)


def tables(dynamodb: DynamoDb, call: Call, wanted: Sequence[str]) -> list[Table]:
    """The tables of all members. Raises TransactionCanceledException where one is not of the caller's account and region."""
    for place, name in enumerate(wanted):
        if names.is_elsewhere(call, name):
            error = errors.VALIDATION(ELSEWHERE.format(call.operation))
            raise reasons.only(place, error, len(wanted))
    return [dynamodb.tables.of(call, name) for name in wanted]


def _write(
    dynamodb: DynamoDb, connection: sqlite3.Connection, actions: Sequence[Action], now_ms: int
) -> Written:
    """All actions are tried, so that every one that fails is named; raising undoes what the others did."""
    done: list[Done] = []
    found: list[AwsError | None] = []
    for action in actions:
        table = actions_of_one.current(dynamodb, action.table)
        try:
            done.append(actions_of_one.perform(connection, table, action, now_ms))
        except AwsError as error:
            if not reasons.is_reason(error):
                raise
            found.append(error)
        else:
            found.append(None)
    if len(done) < len(actions):
        raise reasons.cancelled(found)
    return Written(done, [_size(one) for one in done], is_replay=False)


def _size(done: Done) -> int:
    before, after = done.before.stored, done.after
    old = 0 if before is None else before.size
    return old if after is None else max(old, after.stored.size)
