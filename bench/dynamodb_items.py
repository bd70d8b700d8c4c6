"""DynamoDB GetItem and PutItem: at least 4 times ministack's requests/s and at least DynamoDB Local's, ours durable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench import load, report, servers, versus

WANTED = {"ministack": 4.0, "DynamoDB Local": 1.0}
KEYS = 1_000_000
"""Items that are put in turns, so that no two requests that follow each other write the same one."""
ITEM = {
    "id": {"S": "customer#4711"},
    "name": {"S": "A name of a usual length"},
    "visits": {"N": "42"},
    "is_member": {"BOOL": True},
    "address": {"M": {"city": {"S": "Hamburg"}, "zip": {"S": "20095"}}},
}


def _table(client: Any) -> None:
    client.create_table(
        TableName="bench",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client.get_waiter("table_exists").wait(TableName="bench")


def prepare_get(client: Any, _: servers.Server) -> Mapping[str, Any]:
    _table(client)
    client.put_item(TableName="bench", Item=ITEM)
    return {"TableName": "bench", "Key": {"id": ITEM["id"]}}


def prepare_put(client: Any, _: servers.Server) -> Mapping[str, Any]:
    _table(client)
    return {"TableName": "bench", "Item": ITEM | {"id": {"S": f"customer#{load.NUMBER}"}}}


def run_get() -> report.Report:
    return versus.compare("DynamoDB GetItem: wrk -c8", "dynamodb", "GetItem", prepare_get, WANTED)


def run_put() -> report.Report:
    return versus.compare("DynamoDB PutItem: wrk -c8", "dynamodb", "PutItem", prepare_put, WANTED)
