"""UpdateItem.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
"""

from __future__ import annotations

from collections.abc import Awaitable

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.expressions import requests
from homeport.aws.dynamodb.expressions.update import Update
from homeport.aws.dynamodb.items import action as actions
from homeport.aws.dynamodb.items import answers
from homeport.aws.dynamodb.items.action import Action
from homeport.aws.dynamodb.values import attribute
from homeport.aws.dynamodb.values.invalid import Invalid
from homeport.aws.protocol.call import Call, Output, Params

_NO_CHANGE = Update(())
"""Of a request that names a key only: the item is made where there is none."""


def update_item(dynamodb: DynamoDb, call: Call, params: Params) -> Awaitable[Output]:
    """Changes the item of a key, which is made where there is none."""
    try:
        action = _action(dynamodb, call, params)
    except Invalid as wrong:
        raise answers.refusal(wrong, params) from None
    return answers.carried_out(dynamodb, action, params)


def _action(dynamodb: DynamoDb, call: Call, params: Params) -> Action:
    """Checked in AWS's order: https://github.com/architect/dynalite/blob/main/validations/updateItem.js"""
    requests.check("UpdateItem", params)
    key_item = attribute.item(params["Key"])
    write = requests.of_write(params)
    table = dynamodb.tables.of(call, params["TableName"])
    action = actions.of_update(
        table, key_item, write.update or _NO_CHANGE, write.condition, answers.on_failure(params)
    )
    action.is_flat = False
    return action
