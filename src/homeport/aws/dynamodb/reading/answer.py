"""The answer of a query or a scan, of which the items are stored text."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from typing import Any

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.items import capacity
from homeport.aws.dynamodb.reading import page
from homeport.aws.dynamodb.reading.page import Page, Reading
from homeport.aws.protocol.call import Output, Params

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def read(dynamodb: DynamoDb, reading: Reading, params: Params) -> Output | Awaitable[Output]:
    """Reads a page and answers it, at once where it is short."""
    found = page.read(dynamodb, reading)
    if isinstance(found, Page):
        return _of(found, reading, params)
    return _when_read(found, reading, params)


async def _when_read(found: Awaitable[Page], reading: Reading, params: Params) -> Output:
    return _of(await found, reading, params)


def _of(found: Page, reading: Reading, params: Params) -> Output:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html#API_Query_ResponseSyntax"""
    end = f'"Count":{found.count},"ScannedCount":{found.scanned_count}'
    if found.last_key is not None:
        end += f',"LastEvaluatedKey":{_encode(found.last_key)}'
    mode = params.get("ReturnConsumedCapacity")
    if mode is not None:
        end += _consumed(
            capacity.consumed(
                mode, reading.table, found.units, found.index_units, name=params["TableName"]
            )
        )
    if reading.is_count:
        return Output(json=f"{{{end}}}".encode())
    return Output(json=b'{"Items":[%b],%b}' % (b",".join(found.texts), end.encode()))


def _consumed(member: dict[str, Any] | None) -> str:
    return "" if member is None else f',"ConsumedCapacity":{_encode(member)}'
