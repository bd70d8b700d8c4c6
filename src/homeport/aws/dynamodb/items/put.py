"""PutItem.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
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


def put_item(dynamodb: DynamoDb, call: Call, params: Params) -> Awaitable[Output]:
    """Puts an item, in place of the one with the same key."""
    try:
        if len(params) > 2:
            action = _conditional(dynamodb, call, params)
            return answers.carried_out(dynamodb, action, params)
        # The usual request, straight: nothing but an item.
        after = actions.item_to_put(params["Item"])
        table = dynamodb.tables.of(call, params["TableName"])
        return _put(dynamodb, actions.of_put(table, after))
    except Invalid as wrong:
        raise answers.refusal(wrong, params) from None


async def _put(dynamodb: DynamoDb, action: Action) -> Output:
    await actions.carry_out(dynamodb, action)
    return answers.NOTHING


def _conditional(dynamodb: DynamoDb, call: Call, params: Params) -> Action:
    """Checked in AWS's order: https://github.com/architect/dynalite/blob/main/validations/putItem.js"""
    requests.check("PutItem", params)
    item = attribute.item(params["Item"])
    answers.check_return_values(params)
    after = actions.measured(item)
    condition = requests.of_write(params).condition
    table = dynamodb.tables.of(call, params["TableName"])
    return actions.of_put(table, after, condition, answers.on_failure(params))
