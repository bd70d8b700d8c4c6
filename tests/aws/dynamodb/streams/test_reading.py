"""Streams as other parts of Homeport read them, in process."""

import json

import pytest

from homeport.aws.dynamodb.streams import reading, wire
from homeport.aws.dynamodb.streams.reading import Start


async def put(client, *names):
    for name in names:
        await client.put({"id": {"S": name}})


def names_of(page):
    return [json.loads(record.images)["Keys"]["id"]["S"] for record in page.records]


async def test_a_reader_goes_from_a_shard_to_its_child(streams, client):
    arn = await streams.make()
    (parent,) = reading.shards(client.dynamodb, arn)
    position = reading.start(client.dynamodb, arn, parent.name, Start(reading.LATEST))
    await put(client, "a")
    await streams.pass_time(4 * 3600)
    await put(client, "b")
    page = reading.read(client.dynamodb, arn, parent.name, position)
    assert (names_of(page), page.next) == (["a"], None)
    (child,) = reading.shards(client.dynamodb, arn, parent.id)
    assert child.parent == parent.name
    position = reading.start(client.dynamodb, arn, child.name, Start(reading.TRIM_HORIZON))
    page = reading.read(client.dynamodb, arn, child.name, position)
    assert names_of(page) == ["b"]
    again = reading.read(client.dynamodb, arn, child.name, page.next)
    assert (again.records, again.next) == ([], page.next)


async def test_a_reader_says_how_much_at_once(streams, client):
    arn = await streams.make()
    (shard,) = reading.shards(client.dynamodb, arn)
    position = reading.start(client.dynamodb, arn, shard.name, Start(reading.TRIM_HORIZON))
    await put(client, "a", "b", "c", "d")
    by_number = reading.read(client.dynamodb, arn, shard.name, position, limit=3)
    assert names_of(by_number) == ["a", "b", "c"]
    by_size = reading.read(client.dynamodb, arn, shard.name, by_number.next - 2, size=12)
    assert names_of(by_size) == ["b", "c"]
    one_at_least = reading.read(client.dynamodb, arn, shard.name, by_size.next, size=0)
    assert names_of(one_at_least) == ["d"]


async def test_a_record_in_process_is_that_of_the_wire(streams, client):
    arn = await streams.make()
    await put(client, "a")
    (shard,) = reading.shards(client.dynamodb, arn)
    page = reading.read(client.dynamodb, arn, shard.name, shard.first)
    records = [json.loads(wire.record(page.stream, record)) for record in page.records]
    assert records == await streams.records(arn)


@pytest.mark.parametrize(
    "arn", ["x", "arn:aws:dynamodb:us-east-1:000000000000:table/t", "arn:aws:s3:::b"]
)
async def test_what_is_no_stream(arn):
    assert reading.parse_arn(arn) is None
