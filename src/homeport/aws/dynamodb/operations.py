"""The operations of Amazon DynamoDB, by their name in the model."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.protocol.call import Call, Params, Result, Service

Function = Callable[[DynamoDb, Call, Params], Result | Awaitable[Result]]

TABLE: dict[str, Function] = {}


def service(dynamodb: DynamoDb) -> Service:
    """DynamoDB for the dispatcher."""
    return Service(
        "dynamodb", {name: functools.partial(work, dynamodb) for name, work in TABLE.items()}
    )
