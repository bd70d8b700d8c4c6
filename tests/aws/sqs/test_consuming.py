import asyncio

import pytest

from homeport.aws.protocol.call import AwsError
from homeport.aws.sqs.consuming import Consumer
from homeport.aws.sqs.engine.redrive import Address

SIZE = 1024 * 1024


@pytest.fixture
async def url(client):
    return await client.make()


@pytest.fixture
def consumer(client, url):
    return Consumer(client.sqs, Address("000000000000", "us-east-1", "q"))


async def bodies(consumer, count=10, size=SIZE):
    return [message["Body"] for message in await consumer.receive(count, size)]


async def test_messages_have_all_their_attributes(client, url, consumer):
    said = {"a": {"DataType": "String", "StringValue": "b"}}
    await client.send(url, "m", MessageAttributes=said)
    (message,) = await consumer.receive(10, SIZE)
    assert message["MessageAttributes"] == said
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    await consumer.delete([message["ReceiptHandle"]])
    assert await client.attributes(url, "ApproximateNumberOfMessagesNotVisible") == {
        "ApproximateNumberOfMessagesNotVisible": "0"
    }


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (10, 10), (11, 11), (99, 99), (500, 130)])
async def test_more_than_a_client_may_have(client, url, consumer, count, expected):
    for number in range(130):
        await client.send(url, str(number))
    assert len(await bodies(consumer, count)) == expected


async def test_a_size_is_hardly_exceeded(client, url, consumer):
    for _ in range(30):
        await client.send(url, "x" * 100_000)
    assert len(await bodies(consumer, 30, 900_000)) == 10


async def test_what_was_taken_is_given_out_where_no_more_may_be_in_flight(
    client, url, consumer, monkeypatch
):
    monkeypatch.setattr("homeport.aws.sqs.limits.IN_FLIGHT", 10)
    for number in range(20):
        await client.send(url, str(number))
    assert len(await bodies(consumer, 20)) == 10
    with pytest.raises(AwsError, match="OverLimit"):
        await consumer.receive(20, SIZE)


async def test_handles_that_no_longer_hold_are_left(client, clock, url, consumer):
    await client.send(url, "m")
    first = await consumer.receive(1, SIZE)
    await clock.advance(31)
    second = await consumer.receive(1, SIZE)
    await consumer.delete([first[0]["ReceiptHandle"], "nonsense"])
    assert (await client.attributes(url))["ApproximateNumberOfMessagesNotVisible"] == "1"
    await consumer.delete([second[0]["ReceiptHandle"]])
    assert (await client.attributes(url))["ApproximateNumberOfMessagesNotVisible"] == "0"


async def test_a_wait_takes_nothing(client, url, consumer):
    await client.send(url, "m")
    assert await consumer.wait(10, 0)
    assert await bodies(consumer) == ["m"]


async def test_a_wait_ends_with_a_message(client, url, consumer):
    waiting = asyncio.ensure_future(consumer.wait(10, 0))
    await asyncio.sleep(0)
    await client.send(url, "m")
    assert await waiting


async def test_a_wait_ends_when_it_is_stopped(client, url, consumer):
    waiting = asyncio.ensure_future(consumer.wait(10, 0))
    await asyncio.sleep(0)
    consumer.stop()
    assert not await waiting
    assert not await consumer.wait(10, 0)
    assert client.sqs.waiters.total == 0


async def test_a_queue_that_is_made_anew_is_another_one(client, url, consumer):
    waiting = asyncio.ensure_future(consumer.wait(10, 0))
    await asyncio.sleep(0)
    await client("DeleteQueue", QueueUrl=url)
    await client.make()
    with pytest.raises(AwsError, match="QueueDoesNotExist"):
        await waiting
    await client.send(url, "m")
    assert await consumer.wait(10, 0)


def test_what_there_is_to_know_of_a_queue(consumer):
    assert consumer.visibility_ms == 30_000
