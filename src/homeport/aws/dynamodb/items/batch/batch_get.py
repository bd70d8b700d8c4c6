"""BatchGetItem.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from homeport.aws.dynamodb import errors, limits
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.expressions import key_use, requests
from homeport.aws.dynamodb.expressions.projecting import Projection
from homeport.aws.dynamodb.items import answers, capacity
from homeport.aws.dynamodb.items import key as keys
from homeport.aws.dynamodb.items.capacity import Tally
from homeport.aws.dynamodb.store import rows
from homeport.aws.dynamodb.store.rows import Key
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.values import attribute, text
from homeport.aws.dynamodb.values.attribute import Item
from homeport.aws.dynamodb.values.invalid import Invalid
from homeport.aws.protocol.call import Call, Output, Params
from homeport.aws.protocol.values.json_writer import dump

KEYS = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-api-batch-get-item"""
ANSWER_SIZE = 16 * limits.MIB
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-api-batch-get-item"""
TOO_MANY = "Too many items requested for the BatchGetItem call"
DUPLICATES = "Provided list of item keys contains duplicates"
"""Both: https://github.com/architect/dynalite/blob/main/validations/batchGetItem.js"""


class _Request(NamedTuple):
    """What is wanted of one table."""

    name: str
    """As in the request, where it may be an ARN."""
    params: Params
    projection: Projection | None
    keys: list[Item]


class _Wanted(NamedTuple):
    """The same, once the table is known."""

    request: _Request
    table: Table
    keys: list[Key]


def batch_get_item(dynamodb: DynamoDb, call: Call, params: Params) -> Output:
    """Reads up to 100 items; keys for which the answer has no room come back as `UnprocessedKeys`."""
    try:
        asked = _read(params["RequestItems"])
    except Invalid as wrong:
        raise wrong.newer() from None
    wanted = [_locate(dynamodb, call, request) for request in asked]
    tally = Tally()
    found, left, room = [], [], ANSWER_SIZE
    for one in wanted:
        items, done, room = _fetch(dynamodb, one, room, tally)
        found.append(dump(one.request.name) + b":[" + b",".join(items) + b"]")
        if done < len(one.keys):
            left.append(dump(one.request.name) + b":" + dump(_rest(one, done)))
    pieces = [
        b'"Responses":{' + b",".join(found) + b"}",
        b'"UnprocessedKeys":{' + b",".join(left) + b"}",
    ]
    consumed = tally.consumed(params.get("ReturnConsumedCapacity"))
    if consumed is not None:
        pieces.append(b'"ConsumedCapacity":' + dump(consumed))
    return Output(json=b"{" + b",".join(pieces) + b"}")


def _read(request_items: Params) -> list[_Request]:
    """The requests of all tables, checked as far as they can be without the tables.

    The order is AWS's: https://github.com/architect/dynalite/blob/main/validations/batchGetItem.js
    """
    # One kind of parameters in the whole request: https://github.com/nubo-db/dynoxide/blob/main/src/actions/batch_get_item.rs
    merged = {name: value for params in request_items.values() for name, value in params.items()}
    requests.check("BatchGetItem", merged)
    count = 0
    asked = []
    for name, params in request_items.items():
        requests.check("BatchGetItem", params)
        projection = requests.of_get(params)
        found = []
        for wire in params["Keys"]:
            found.append(attribute.item(wire))
            count += 1
        check_distinct(found)
        if count > KEYS:
            raise errors.VALIDATION(TOO_MANY)
        asked.append(_Request(name, params, projection, found))
    return asked


def check_distinct(found: Iterable[Item]) -> None:
    """Raises ValidationException where a key is there twice, its attributes in whatever order."""
    seen = set()
    for key in found:
        shown = text.dump(dict(sorted(key.items())))
        if shown in seen:
            raise errors.VALIDATION(DUPLICATES)
        seen.add(shown)


def _locate(dynamodb: DynamoDb, call: Call, request: _Request) -> _Wanted:
    table = dynamodb.tables.of(call, request.name)
    located = [keys.locate(table, key) for key in request.keys]
    if request.projection is not None:
        key_use.check_paths(table, request.projection.paths)
    return _Wanted(request, table, located)


def _fetch(
    dynamodb: DynamoDb, wanted: _Wanted, room: int, tally: Tally
) -> tuple[list[bytes], int, int]:
    """The items of one table, how many keys were read for them, and the room that they leave: -1 where one found no room."""
    request, table, located = wanted
    is_consistent = bool(request.params.get("ConsistentRead"))
    items: list[bytes] = []
    for number, key in enumerate(located):
        if room < 0:
            return items, number, room
        row = dynamodb.db.query_one(rows.FIND, (table.id, key[0], key[1]))
        size = 0 if row is None else row[0]
        if size > room:
            return items, number, -1
        room -= size
        units = capacity.read_units(size, is_consistent=is_consistent)
        tally.add(table, units, name=request.name)
        if row is not None:
            items.append(answers.projected(request.projection, row[1]))
    return items, len(located), room


def _rest(wanted: _Wanted, done: int) -> Params:
    """What is to be asked for again, in the same way."""
    return {**wanted.request.params, "Keys": wanted.request.params["Keys"][done:]}
