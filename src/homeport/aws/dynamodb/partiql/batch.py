"""BatchExecuteStatement: up to 25 statements, each by itself, all of them reads or all writes.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html, and for the answers
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementResponse.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from homeport.aws.dynamodb import errors as dynamodb_errors
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.items import action as actions
from homeport.aws.dynamodb.items import answers, capacity
from homeport.aws.dynamodb.items import key as keys
from homeport.aws.dynamodb.items.action import Action
from homeport.aws.dynamodb.partiql import errors, execute, planning, reads
from homeport.aws.dynamodb.partiql.errors import Refused
from homeport.aws.dynamodb.partiql.reads import Selection
from homeport.aws.dynamodb.partiql.writes import Write
from homeport.aws.dynamodb.store import rows
from homeport.aws.dynamodb.store.rows import Key
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.values import text
from homeport.aws.protocol.call import AwsError, Call, Params, Result

_CODES = {"ValidationException": "ValidationError"}
"""Others are that of the error without `Exception`:
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementError.html"""


@dataclass(slots=True)
class _Member:
    """One statement of a batch."""

    params: Params
    understood: Selection | Write | None = None
    table: Table | None = None
    key: Key | None = None
    action: Action | None = None
    error: AwsError | None = None

    def prepare(self, dynamodb: DynamoDb, call: Call) -> None:
        """Does all that needs no item; what is wrong is kept for the answer."""
        statement: str = self.params["Statement"]
        try:
            self._prepare(dynamodb, call, statement)
        except Refused as refused:
            self.error = refused.within(statement)
        except AwsError as error:
            self.error = error

    def _prepare(self, dynamodb: DynamoDb, call: Call, statement: str) -> None:
        params = self.params
        understood = execute.understand(dynamodb, call, statement, params.get("Parameters"))
        self.understood = understood
        if isinstance(understood, Selection):
            table = dynamodb.tables.of(call, understood.source.table)
            key = reads.key_of_one(table, understood, errors.BATCH_KEY)
            planning.check(table, understood.where)
            self.table, self.key = table, keys.locate(table, key)
            return
        table = dynamodb.tables.of(call, understood.table)
        on_failure = params.get("ReturnValuesOnConditionCheckFailure", "NONE")
        self.action = understood.action(table, on_failure)
        self.table, self.key = table, self.action.key


def batch_execute_statement(
    dynamodb: DynamoDb, call: Call, params: Params
) -> Result | Awaitable[Result]:
    """Carries out statements; what fails is told in its place."""
    members = [_Member(one) for one in params["Statements"]]
    for member in members:
        member.prepare(dynamodb, call)
    kinds = {type(member.understood) for member in members if member.understood is not None}
    if len(kinds) > 1:
        raise dynamodb_errors.VALIDATION(errors.MIXED_BATCH)
    found = [(member.table.id, member.key) for member in members if member.table is not None]
    if len(set(found)) != len(found):
        raise dynamodb_errors.VALIDATION(errors.SAME_ITEM_IN_BATCH)
    tally = capacity.Tally()
    mode = params.get("ReturnConsumedCapacity")
    if Write in kinds:
        return _write_all(dynamodb, members, tally, mode)
    return _answer([_read(dynamodb, member, tally) for member in members], tally, mode)


async def _write_all(
    dynamodb: DynamoDb, members: list[_Member], tally: capacity.Tally, mode: str | None
) -> Params:
    responses = await asyncio.gather(*[_write(dynamodb, member, tally) for member in members])
    return _answer(responses, tally, mode)


def _answer(responses: list[Params], tally: capacity.Tally, mode: str | None) -> Params:
    return {"Responses": responses, "ConsumedCapacity": tally.consumed(mode)}


def _read(dynamodb: DynamoDb, member: _Member, tally: capacity.Tally) -> Params:
    table, key, selected = member.table, member.key, member.understood
    if member.error is not None or table is None or key is None:
        return _failed(member.error, None)
    row = dynamodb.db.query_one(rows.FIND, (table.id, key[0], key[1]))
    is_consistent = bool(member.params.get("ConsistentRead"))
    size = 0 if row is None else row[0]
    units = capacity.read_units(size, is_consistent=is_consistent)
    tally.add(table, units)
    response: Params = {"TableName": table.name}
    if row is not None and isinstance(selected, Selection):
        response["Item"] = selected.project(text.load(row[1]))
    return response


async def _write(dynamodb: DynamoDb, member: _Member, tally: capacity.Tally) -> Params:
    action, write = member.action, member.understood
    if member.error is not None or action is None or not isinstance(write, Write):
        return _failed(member.error, None)
    try:
        done = await actions.carry_out(dynamodb, action)
    except AwsError as error:
        return _failed(write.failed(error), action.table)
    tally.add(action.table, answers.units(done), done.index_units, name=write.table)
    response: Params = {"TableName": action.table.name}
    returned = write.returned(done)
    if returned is not None:
        response["Item"] = returned
    return response


def _failed(error: AwsError | None, table: Table | None) -> Params:
    """The answer about a statement that failed; it names the table only where the statement got to it (recorded)."""
    if error is None:
        return {}
    code = _CODES.get(error.code, error.code.removesuffix("Exception"))
    response: Params = {"Error": {"Code": code, "Message": error.message, **error.fields}}
    if table is not None:
        response["TableName"] = table.name
    return response
