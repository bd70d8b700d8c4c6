"""GetItem.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
"""

from __future__ import annotations

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.expressions import key_use, requests
from homeport.aws.dynamodb.items import answers, capacity
from homeport.aws.dynamodb.items import key as keys
from homeport.aws.dynamodb.store import rows
from homeport.aws.dynamodb.values import attribute
from homeport.aws.dynamodb.values.invalid import Invalid
from homeport.aws.protocol.call import Call, Output, Params
from homeport.aws.protocol.values.json_writer import dump


def get_item(dynamodb: DynamoDb, call: Call, params: Params) -> Output:
    """The item of a key; without `Item` where there is none. Every read sees the last commit, consistent or not."""
    try:
        if len(params) > 2 and (len(params) > 3 or "ConsistentRead" not in params):
            return _get(dynamodb, call, params)
        # The usual request, straight: nothing but a key. Its item is answered as it is stored.
        key_item = attribute.item(params["Key"])
    except Invalid as wrong:
        raise wrong.newer() from None
    table = dynamodb.tables.of(call, params["TableName"])
    key = keys.locate(table, key_item)
    row = dynamodb.db.query_one(rows.FIND, (table.id, key[0], key[1]))
    return answers.NOTHING if row is None else Output(json=b'{"Item":' + row[1] + b"}")


def _get(dynamodb: DynamoDb, call: Call, params: Params) -> Output:
    """Checked in AWS's order: https://github.com/architect/dynalite/blob/main/validations/getItem.js"""
    requests.check("GetItem", params)
    key_item = attribute.item(params["Key"])
    projection = requests.of_get(params)
    table = dynamodb.tables.of(call, params["TableName"])
    key = keys.locate(table, key_item)
    if projection is not None:
        key_use.check_paths(table, projection.paths)
    row = dynamodb.db.query_one(rows.FIND, (table.id, key[0], key[1]))
    pieces = [] if row is None else [b'"Item":' + answers.projected(projection, row[1])]
    units = capacity.read_units(
        0 if row is None else row[0], is_consistent=bool(params.get("ConsistentRead"))
    )
    mode = params.get("ReturnConsumedCapacity")
    consumed = capacity.consumed(mode, table, units, name=params["TableName"])
    if consumed is not None:
        pieces.append(b'"ConsumedCapacity":' + dump(consumed))
    return Output(json=b"{" + b",".join(pieces) + b"}")
