"""DeleteItem.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html
"""

from __future__ import annotations

from collections.abc import Awaitable

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.expressions import requests
from homeport.aws.dynamodb.items import action as actions
from homeport.aws.dynamodb.items import answers
from homeport.aws.dynamodb.items.action import Action
from homeport.aws.dynamodb.values import attribute
from homeport.aws.dynamodb.values.invalid import Invalid
from homeport.aws.protocol.call import Call, Output, Params


def delete_item(dynamodb: DynamoDb, call: Call, params: Params) -> Awaitable[Output]:
    """Deletes the item of a key; there need not be one."""
    try:
        action = _action(dynamodb, call, params)
    except Invalid as wrong:
        raise answers.refusal(wrong, params) from None
    return answers.carried_out(dynamodb, action, params)


def _action(dynamodb: DynamoDb, call: Call, params: Params) -> Action:
    """Checked in AWS's order: https://github.com/architect/dynalite/blob/main/validations/deleteItem.js"""
    requests.check("DeleteItem", params)
    key_item = attribute.item(params["Key"])
    answers.check_return_values(params)
    condition = requests.of_write(params).condition
    table = dynamodb.tables.of(call, params["TableName"])
    return actions.of_delete(table, key_item, condition, answers.on_failure(params))
