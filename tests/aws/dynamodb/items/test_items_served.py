"""Items over a real socket, with boto3's client and resource."""

import asyncio
from decimal import Decimal

import boto3
import pytest
from boto3.dynamodb.conditions import Attr
from botocore.config import Config
from botocore.exceptions import ClientError

from homeport.aws.dispatch import Dispatcher
from homeport.clock import SystemClock, VirtualClock
from homeport.edge.config import EdgeConfig
from homeport.edge.server import Server

KEY = {"id": {"B": b"\x00\xff"}}
ITEM = {
    **KEY,
    "n": {"N": "-1.5"},
    "s": {"BS": [b"a", b"b"]},
    "m": {"M": {"l": {"L": [{"BOOL": True}, {"NULL": True}, {"B": b""}]}}},
}


@pytest.fixture
async def port(client):
    await client.make("t", "id:B")
    await client.make("texts", "id:S")
    app = Dispatcher([client.service], clock=SystemClock(), version="9")
    clock = VirtualClock()
    server = Server(app, EdgeConfig(), clock=clock)
    await server.start()
    yield server.ports[0]
    stopping = asyncio.ensure_future(server.stop(5))
    await asyncio.wait([stopping], timeout=1)
    await clock.advance(10)
    await stopping


@pytest.fixture
async def settings(port):
    return {
        "region_name": "us-east-1",
        "endpoint_url": f"http://127.0.0.1:{port}",
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
        "config": Config(retries={"total_max_attempts": 1}),
    }


@pytest.fixture
async def boto(settings):
    made = boto3.client("dynamodb", **settings)
    yield made
    made.close()


def in_thread(function, **params):
    return asyncio.to_thread(lambda: function(**params))


async def test_an_item_of_all_types(boto):
    await in_thread(boto.put_item, TableName="t", Item=ITEM)
    found = await in_thread(boto.get_item, TableName="t", Key=KEY)
    assert found["Item"] == ITEM
    found = await in_thread(boto.batch_get_item, RequestItems={"t": {"Keys": [KEY]}})
    assert found["Responses"] == {"t": [ITEM]}
    assert found["UnprocessedKeys"] == {}
    old = await in_thread(boto.delete_item, TableName="t", Key=KEY, ReturnValues="ALL_OLD")
    assert old["Attributes"] == ITEM


async def test_a_failed_condition_brings_the_item(boto):
    await in_thread(boto.put_item, TableName="t", Item={**KEY, "n": {"N": "1"}})
    with pytest.raises(ClientError) as caught:
        await in_thread(
            boto.update_item,
            TableName="t",
            Key=KEY,
            UpdateExpression="SET n = n + :one",
            ConditionExpression="n > :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert caught.value.response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert caught.value.response["Item"] == {**KEY, "n": {"N": "1"}}


def use_resource(settings):
    """The resource with Python's own values: a batch writer that repeats what was not processed, conditions, updates."""
    resource = boto3.resource("dynamodb", **settings)
    table = resource.Table("texts")
    with table.batch_writer() as batch:
        for number in range(60):
            batch.put_item(Item={"id": str(number), "n": Decimal(number), "tags": {"a", "b"}})
        batch.delete_item(Key={"id": "7"})
    updated = table.update_item(
        Key={"id": "8"},
        UpdateExpression="ADD n :n DELETE tags :tags",
        ConditionExpression=Attr("n").eq(8) & Attr("tags").contains("a"),
        ExpressionAttributeValues={":n": Decimal("0.5"), ":tags": {"a"}},
        ReturnValues="ALL_NEW",
    )
    found = [table.get_item(Key={"id": str(number)}).get("Item") for number in (6, 7)]
    resource.meta.client.close()
    return updated["Attributes"], found


async def test_the_resource(settings, port):
    updated, found = await asyncio.to_thread(use_resource, settings)
    assert updated == {"id": "8", "n": Decimal("8.5"), "tags": {"b"}}
    assert found == [{"id": "6", "n": Decimal(6), "tags": {"a", "b"}}, None]


async def test_an_answer_waits_for_the_commit(client, boto):
    before = client.dynamodb.db.commits
    await in_thread(boto.put_item, TableName="t", Item=ITEM)
    assert client.dynamodb.db.commits == before + 1
