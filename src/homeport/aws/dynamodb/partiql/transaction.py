"""ExecuteTransaction: up to 100 statements, all of them reads, or all writes that are done all or not at all.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.multiplestatements.transactions.html

What is wrong is told in this order: each statement in turn without its table; tables that are missing; each statement with its table;
keys. https://github.com/floci-io/floci/pull/3798 (PartiQL edge cases) has how the service says it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from homeport.aws.dynamodb import errors as dynamodb_errors
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.items import capacity
from homeport.aws.dynamodb.items import key as keys
from homeport.aws.dynamodb.items.action import Action
from homeport.aws.dynamodb.items.transact import Token, limits, reasons, transaction
from homeport.aws.dynamodb.items.transact.get_items import TOO_LARGE
from homeport.aws.dynamodb.items.transact.write_items import TOO_LARGE as REQUEST_TOO_LARGE
from homeport.aws.dynamodb.items.transact.write_items import consumed
from homeport.aws.dynamodb.partiql import errors, execute, reads, values
from homeport.aws.dynamodb.partiql.errors import Refused
from homeport.aws.dynamodb.partiql.language.syntax import Call as FunctionCall
from homeport.aws.dynamodb.partiql.language.syntax import Operation, Select
from homeport.aws.dynamodb.partiql.reads import Selection
from homeport.aws.dynamodb.partiql.writes import CHECK, INSERT, Write
from homeport.aws.dynamodb.store import rows
from homeport.aws.dynamodb.store.rows import Key
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.values import sizes, text
from homeport.aws.dynamodb.values.attribute import Item, Value
from homeport.aws.protocol.call import AwsError, Call, Params, Result

_NOT_FOUND = "ResourceNotFoundException"


@dataclass(frozen=True, slots=True)
class _Member:
    """One statement of a transaction."""

    number: int
    params: Params
    understood: Selection | Write

    @property
    def table(self) -> str:
        """The table that it names."""
        understood = self.understood
        return understood.source.table if isinstance(understood, Selection) else understood.table

    def refused(self, refused: Refused) -> AwsError:
        """The error of the request for something wrong with this statement."""
        return _refused(self.number, self.params["Statement"], refused)


def execute_transaction(
    dynamodb: DynamoDb, call: Call, params: Params
) -> Result | Awaitable[Result]:
    """Carries out statements together."""
    asked = params["TransactStatements"]
    given = [_parameters(member) for member in asked]
    size = sum(len(member["Statement"]) for member in asked)
    size += sum(sizes.of_value(value) for each in given for value in each)
    if size > limits.SIZE:
        raise dynamodb_errors.VALIDATION(REQUEST_TOO_LARGE.format(size))
    members = []
    for number, member in enumerate(asked):
        try:
            members.append(
                _Member(number, member, _understand(dynamodb, call, member, given[number]))
            )
        except Refused as refused:
            raise _refused(number, member["Statement"], refused) from None
    is_read = isinstance(members[0].understood, Selection)
    if any(isinstance(member.understood, Selection) != is_read for member in members):
        raise dynamodb_errors.VALIDATION(errors.MIXED_TRANSACTION)
    tables = _tables(dynamodb, call, members)
    if is_read:
        return _read(dynamodb, members, tables, params.get("ReturnConsumedCapacity"))
    return _write(dynamodb, call, members, tables, params)


def _parameters(member: Params) -> list[Value]:
    """The parameters of a statement, of which what is wrong is told without the statement's number (recorded)."""
    try:
        return values.parameters(member.get("Parameters"))
    except Refused as refused:
        raise refused.within(member["Statement"]) from None


def _understand(
    dynamodb: DynamoDb, call: Call, member: Params, given: list[Value]
) -> Selection | Write:
    tree = execute.read(member["Statement"], given)
    if not isinstance(tree, FunctionCall | Operation):
        return execute.of_tree(dynamodb, call, tree, given)
    inner = tree.arguments[0] if isinstance(tree, FunctionCall) and tree.arguments else None
    if isinstance(inner, Select) and isinstance(tree, FunctionCall) and tree.function == "exists":
        return _check(inner, given)
    raise dynamodb_errors.VALIDATION(errors.TRANSACTION_OPERATION)


def _check(statement: Select, given: list[Value]) -> Write:
    """An EXISTS, which is a condition on one item without a write."""
    selected = reads.selection(statement, given)
    if selected.source.index_name is not None:
        raise Refused(errors.EXISTS_ON_INDEX)
    return Write(CHECK, selected.source.table, where=selected.where)


def _refused(number: int, statement: str, refused: Refused) -> AwsError:
    error = refused.within(statement)
    return dynamodb_errors.VALIDATION(errors.IN_TRANSACTION.format(number, error.message))


def _tables(dynamodb: DynamoDb, call: Call, members: list[_Member]) -> list[Table]:
    """The tables, whatever is wrong with those statements whose tables are there told first."""
    found: list[Table] = []
    missing: list[AwsError | None] = []
    for member in members:
        try:
            found.append(dynamodb.tables.of(call, member.table))
        except AwsError as error:
            if error.code != _NOT_FOUND:
                raise
            missing.append(error)
            continue
        missing.append(None)
        _check_statement(member)
    if len(found) < len(members):
        raise _without_tables(missing)
    return found


def _check_statement(member: _Member) -> None:
    understood = member.understood
    if isinstance(understood, Selection):
        if understood.source.index_name is not None:
            raise member.refused(Refused(errors.TRANSACTION_INDEX))
    elif understood.returning is not None:
        raise member.refused(Refused(errors.TRANSACTION_RETURNING))


def _without_tables(missing: list[AwsError | None]) -> AwsError:
    found: list[dict[str, Any]] = [
        {"Code": "None"}
        if error is None
        else {"Code": "ResourceNotFound", "Message": error.message}
        for error in missing
    ]
    return _cancelled(found)


def _cancelled(found: list[dict[str, Any]]) -> AwsError:
    codes = ", ".join([reason["Code"] for reason in found])
    message = f"{dynamodb_errors.TRANSACTION_CANCELED.message} [{codes}]"
    return dynamodb_errors.TRANSACTION_CANCELED(message, CancellationReasons=found)


# Reads


def _read(
    dynamodb: DynamoDb, members: list[_Member], tables: list[Table], mode: str | None
) -> Params:
    places = _places(members, tables)
    if len({(table.id, key) for table, key in zip(tables, places, strict=True)}) != len(places):
        raise dynamodb_errors.VALIDATION(transaction.SAME_ITEM)
    tally = capacity.Tally()
    responses: list[Params] = []
    total = 0
    with dynamodb.db.snapshot() as connection:
        for member, table, key in zip(members, tables, places, strict=True):
            stored = rows.find(connection, table.id, key)
            size = 0 if stored is None else stored.size
            total += size
            if total > limits.SIZE:
                raise dynamodb_errors.VALIDATION(TOO_LARGE.format(total))
            units = capacity.TRANSACTIONAL * capacity.read_units(size, is_consistent=True)
            tally.add(table, units, name=member.table)
            responses.append(_answer(member, None if stored is None else text.load(stored.text)))
    return {
        "Responses": responses,
        "ConsumedCapacity": tally.consumed(mode, axis="ReadCapacityUnits"),
    }


def _answer(member: _Member, item: Item | None) -> Params:
    selected = member.understood
    part = selected.project(item) if item and isinstance(selected, Selection) else None
    return {"Item": part} if part else {}


def _places(members: list[_Member], tables: list[Table]) -> list[Key]:
    items = []
    for member, table in zip(members, tables, strict=True):
        if isinstance(member.understood, Selection):
            try:
                items.append(reads.key_of_one(table, member.understood, errors.TRANSACTION_KEY))
            except Refused as refused:
                raise member.refused(refused) from None
    places: list[Key] = []
    found: list[AwsError | None] = []
    for table, item in zip(tables, items, strict=True):
        try:
            places.append(keys.locate(table, item))
            found.append(None)
        except AwsError as error:
            if not reasons.is_reason(error):
                raise
            found.append(error)
    if any(found):
        raise reasons.cancelled(found)
    return places


# Writes


async def _write(
    dynamodb: DynamoDb, call: Call, members: list[_Member], tables: list[Table], params: Params
) -> Params:
    actions = _actions(members, tables)
    transaction.check_items(actions)
    client_token = params.get("ClientRequestToken")
    token = None
    if client_token is not None:
        digest = _digest(params["TransactStatements"])
        token = Token(call.account, call.region, client_token, digest)
    try:
        written = await transaction.write(dynamodb, actions, token)
    except AwsError as error:
        raise _as_duplicates(error, members) from None
    names = [member.table for member in members]
    mode = params.get("ReturnConsumedCapacity")
    return {"Responses": [], "ConsumedCapacity": consumed(mode, actions, names, written)}


def _actions(members: list[_Member], tables: list[Table]) -> list[Action]:
    actions: list[Action] = []
    found: list[AwsError | None] = []
    for member, table in zip(members, tables, strict=True):
        write = member.understood
        if isinstance(write, Selection):
            continue
        on_failure = member.params.get("ReturnValuesOnConditionCheckFailure", "NONE")
        try:
            actions.append(write.transacted(table, on_failure))
            found.append(None)
        except Refused as refused:
            if write.kind == CHECK:
                raise member.refused(refused) from None
            found.append(refused.within(""))
        except AwsError as error:
            if not reasons.is_reason(error):
                raise
            found.append(error)
    if any(found):
        raise reasons.cancelled(found)
    return actions


def _as_duplicates(error: AwsError, members: list[_Member]) -> AwsError:
    """A transaction that was cancelled, with INSERTs that found an item where none may be under their own code."""
    found = error.fields.get("CancellationReasons")
    if not isinstance(found, list):
        return error
    duplicate = {"Code": "DuplicateItem", "Message": errors.DUPLICATE_ITEM.message}
    changed = []
    for member, reason in zip(members, found, strict=True):
        write = member.understood
        is_insert = isinstance(write, Write) and write.kind == INSERT
        is_duplicate = is_insert and reason["Code"] == "ConditionalCheckFailed"
        changed.append(duplicate if is_duplicate else reason)
    return _cancelled(changed)


def _digest(members: list[Params]) -> bytes:
    """Of the statements and their parameters."""
    encoded = json.dumps(members, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.blake2b(encoded, digest_size=16).digest()
