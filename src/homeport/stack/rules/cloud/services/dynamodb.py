"""DynamoDB: an item is put, read back and deleted with its table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from homeport.stack.rules.cloud.services import present
from homeport.stack.rules.rule import Finding, Planned, Rule, Running

ITEM = {"id": {"S": "one"}, "count": {"N": "7"}}


def table(running: Running, dynamodb: Any) -> str:
    """A new table with the key `id`, once it is active."""
    name = running.unique("check")
    dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    running.until(
        lambda: dynamodb.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE",
        f"the table {name} to be active",
    )
    return name


def on_running(planned: Planned, running: Running) -> Iterator[Finding]:
    """One item in a table of its own."""
    present.demand(planned, "dynamodb")
    dynamodb = running.aws("dynamodb")
    name = table(running, dynamodb)
    try:
        dynamodb.put_item(TableName=name, Item=ITEM)
        got = dynamodb.get_item(TableName=name, Key={"id": ITEM["id"]}, ConsistentRead=True)
        if got.get("Item") != ITEM:
            yield Finding(
                f"DynamoDB gives {got.get('Item')} back for {ITEM}.",
                "homeport logs cloud tells more.",
            )
    finally:
        dynamodb.delete_table(TableName=name)


RULE = Rule(
    id="cloud-dynamodb",
    title="DynamoDB keeps an item and gives it back.",
    why="It is one of the services of the data model.",
    hint="homeport logs cloud tells what it answered, and why.",
    link="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html",
    running=on_running,
)
