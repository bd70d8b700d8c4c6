"""TransactGetItems: items of several tables, all as of one commit.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.expressions import key_use, requests
from homeport.aws.dynamodb.expressions.projecting import Projection
from homeport.aws.dynamodb.items import capacity
from homeport.aws.dynamodb.items import key as keys
from homeport.aws.dynamodb.items.transact import limits, reasons, transaction
from homeport.aws.dynamodb.store import rows
from homeport.aws.dynamodb.store.rows import Key, Stored
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.values import attribute, sizes, text
from homeport.aws.dynamodb.values.attribute import Item
from homeport.aws.protocol.call import AwsError, Call, Output, Params
from homeport.aws.protocol.values.json_writer import dump

TOO_LARGE = "Payload in response is too large.{}"
"""As DynamoDB Local says it; AWS names the limit alone:
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html"""


class _Asked(NamedTuple):
    """One read as the request has it, checked as far as that goes without its table."""

    params: Params
    key: Item
    projection: Projection | None


def transact_get_items(dynamodb: DynamoDb, call: Call, params: Params) -> Output:
    """TransactGetItems"""
    asked = _ask_all([item["Get"] for item in params["TransactItems"]])
    tables = transaction.tables(dynamodb, call, [one.params["TableName"] for one in asked])
    places = _places(asked, tables)
    found = _read(dynamodb, tables, places, asked)
    pieces = [b'"Responses":[' + b",".join([item for _, item in found]) + b"]"]
    mode = params.get("ReturnConsumedCapacity")
    if capacity.is_asked_for(mode):
        tally = capacity.Tally()
        for one, table, (size, _) in zip(asked, tables, found, strict=True):
            units = capacity.TRANSACTIONAL * capacity.read_units(size, is_consistent=True)
            tally.add(table, units, name=one.params["TableName"])
        consumed = tally.consumed(mode, axis="ReadCapacityUnits")
        pieces.append(b'"ConsumedCapacity":' + dump(consumed))
    return Output(json=b"{" + b",".join(pieces) + b"}")


def _ask_all(gets: Sequence[Params]) -> list[_Asked]:
    try:
        return [_ask(get) for get in gets]
    except AwsError:
        for get in gets:
            attribute.check_types(get["Key"])
        raise


def _ask(params: Params) -> _Asked:
    requests.check("Get", params)
    projection = requests.of_get(params)
    return _Asked(params, attribute.item(params["Key"]), projection)


def _places(asked: Sequence[_Asked], tables: Sequence[Table]) -> list[Key]:
    """Where the items are. Errors as those of TransactWriteItems."""
    places: list[Key] = []
    wrong: AwsError | None = None
    for place, (one, table) in enumerate(zip(asked, tables, strict=True)):
        try:
            places.append(keys.locate(table, one.key))
        except AwsError as error:
            if not reasons.is_reason(error):
                raise
            wrong = wrong or reasons.only(place, error, len(asked))
        if one.projection is not None:
            key_use.check_paths(table, one.projection.paths)
    if wrong is not None:
        raise wrong
    if len({(table.id, key) for table, key in zip(tables, places, strict=True)}) != len(places):
        raise errors.VALIDATION(transaction.SAME_ITEM)
    return places


def _read(
    dynamodb: DynamoDb, tables: Sequence[Table], places: Sequence[Key], asked: Sequence[_Asked]
) -> list[tuple[int, bytes]]:
    """The size of each item that was read, and its answer."""
    found = []
    total = 0
    with dynamodb.db.snapshot() as connection:
        for table, key, one in zip(tables, places, asked, strict=True):
            stored = rows.find(connection, table.id, key)
            size, answer = _answer(stored, one.projection)
            total += size
            if total > limits.SIZE:
                raise errors.VALIDATION(TOO_LARGE.format(total))
            found.append((0 if stored is None else stored.size, answer))
    return found


def _answer(stored: Stored | None, projection: Projection | None) -> tuple[int, bytes]:
    """How much is answered, and the element of `Responses`: without `Item` where nothing is there of what is wanted.

    https://github.com/nubo-db/dynoxide/issues/39
    """
    if stored is None:
        return 0, b"{}"
    if projection is None:
        return stored.size, b'{"Item":' + stored.text + b"}"
    part = projection.of(text.load(stored.text))
    if not part:
        return 0, b"{}"
    return sizes.of_item(part), b'{"Item":' + text.dump(part) + b"}"
