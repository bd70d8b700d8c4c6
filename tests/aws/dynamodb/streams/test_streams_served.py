"""boto3 against a served endpoint: a table with a stream, a transaction, and its records read back."""

import asyncio

import boto3
import pytest
from botocore.config import Config

from homeport.aws.dispatch import Dispatcher
from homeport.aws.dynamodb import operations
from homeport.aws.dynamodb.streams import operations as streams_operations
from homeport.clock import SystemClock, VirtualClock
from homeport.edge.config import EdgeConfig
from homeport.edge.server import Server

A = {"id": {"S": "a"}}


@pytest.fixture
async def port(client):
    services = [
        operations.service(client.dynamodb),
        streams_operations.service(client.dynamodb),
    ]
    clock = VirtualClock()
    server = Server(
        Dispatcher(services, clock=SystemClock(), version="9"), EdgeConfig(), clock=clock
    )
    await server.start()
    yield server.ports[0]
    stopping = asyncio.ensure_future(server.stop(5))
    await asyncio.wait([stopping], timeout=1)
    await clock.advance(10)
    await stopping


@pytest.fixture
def connect(port):
    made = []

    def new(service):
        made.append(
            boto3.client(
                service,
                region_name="us-east-1",
                endpoint_url=f"http://127.0.0.1:{port}",
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=Config(retries={"total_max_attempts": 1}),
            )
        )
        return made[-1]

    yield new
    for one in made:
        one.close()


def run(connect):
    """All calls, in a thread beside the server's loop."""
    db, streams = connect("dynamodb"), connect("dynamodbstreams")
    made = db.create_table(
        TableName="events",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    arn = made["TableDescription"]["LatestStreamArn"]
    put = {"TableName": "events", "Item": {**A, "b": {"B": b"\x00\xff"}}}
    db.transact_write_items(
        TransactItems=[{"Put": put}, {"Put": {**put, "Item": {"id": {"S": "b"}}}}]
    )
    (listed,) = streams.list_streams(TableName="events")["Streams"]
    assert listed["StreamArn"] == arn
    described = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    (shard,) = described["Shards"]
    records, iterator = [], _iterator(streams, arn, shard, "TRIM_HORIZON")
    while len(records) < 2:
        page = streams.get_records(ShardIterator=iterator, Limit=1)
        records += page["Records"]
        iterator = page["NextShardIterator"]
    db.delete_table(TableName="events")
    last = streams.get_records(ShardIterator=iterator)
    expired = streams.exceptions.ResourceNotFoundException
    with pytest.raises(expired, match="Shard does not exist"):
        _iterator(streams, arn, {"ShardId": "shardId-00000000000000000000-00000000"}, "LATEST")
    after = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    return described, records, last, after


def _iterator(streams, arn, shard, kind):
    answer = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType=kind
    )
    return answer["ShardIterator"]


async def test_a_stream_from_its_table_to_its_end(connect):
    described, records, last, after = await asyncio.to_thread(run, connect)
    assert described["CreationRequestDateTime"].timestamp() == 1_700_000_000
    first, second = (record["dynamodb"] for record in records)
    assert first["NewImage"] == {**A, "b": {"B": b"\x00\xff"}}
    assert first["ApproximateCreationDateTime"].timestamp() == 1_700_000_000
    assert first["SequenceNumber"] < second["SequenceNumber"]
    # The table is gone, its stream is not: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
    assert last["Records"] == []
    assert "NextShardIterator" not in last
    assert after["StreamStatus"] == "DISABLED"


def cancel(connect):
    db = connect("dynamodb")
    db.create_table(
        TableName="events",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    put = {
        "TableName": "events",
        "Item": A,
        "ConditionExpression": "attribute_not_exists(id)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    db.transact_write_items(TransactItems=[{"Put": put}])
    with pytest.raises(db.exceptions.TransactionCanceledException) as caught:
        db.transact_write_items(TransactItems=[{"Put": put}])
    return caught.value.response


async def test_reasons_as_boto3_shows_them(connect):
    response = await asyncio.to_thread(cancel, connect)
    assert response["Error"]["Message"].endswith("[ConditionalCheckFailed]")
    assert response["CancellationReasons"] == [
        {"Item": A, "Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
    ]
