import asyncio

import pytest


class Heard:
    """Counts what a listener is told, and what could be read at that time."""

    def __init__(self, dynamodb):
        self.dynamodb = dynamodb
        self.counts = []

    def __call__(self):
        self.counts.append(self.dynamodb.db.query("SELECT count(*) FROM stream_records")[0][0])

    async def until(self, number):
        for _ in range(2000):
            if len(self.counts) >= number:
                return
            await asyncio.sleep(0.001)
        raise AssertionError(self.counts)


@pytest.fixture
async def heard(client):
    return Heard(client.dynamodb)


async def stream_of(streams, name="t"):
    await streams.make(name=name)
    return streams.table(name).stream.id


async def test_a_record_is_told_once_it_can_be_read(client, streams, heard):
    number = await stream_of(streams)
    await client.dynamodb.news.listen(number, heard)
    for count in range(1, 4):
        await client.put({"id": {"S": str(count)}}, "t")
        await heard.until(count)
    assert heard.counts == [1, 2, 3]


async def test_records_of_one_commit_are_told_at_once(client, streams, heard):
    number = await stream_of(streams)
    await client.dynamodb.news.listen(number, heard)
    await asyncio.gather(*[client.put({"id": {"S": str(each)}}, "t") for each in range(10)])
    await heard.until(1)
    assert heard.counts == [10]


async def test_other_streams_are_not_told(client, streams, heard):
    number = await stream_of(streams)
    await streams.make(name="other")
    await client.dynamodb.news.listen(number, heard)
    await client.put({"id": {"S": "a"}}, "other")
    await client.put({"id": {"S": "a"}}, "t")
    await heard.until(1)
    assert heard.counts == [2]


async def test_the_end_of_a_shard_is_told(client, streams, heard):
    number = await stream_of(streams)
    await client.dynamodb.news.listen(number, heard)
    await streams.pass_time(5 * 3600)
    await heard.until(1)


async def test_who_has_left_is_not_told(client, streams, heard):
    number = await stream_of(streams)
    news = client.dynamodb.news
    await news.listen(number, heard)
    await news.leave(number, heard)
    await client.put({"id": {"S": "a"}}, "t")
    await asyncio.sleep(0.01)
    assert heard.counts == []
    triggers = await client.dynamodb.db.write(
        lambda connection: connection.execute("SELECT name FROM temp.sqlite_master").fetchall()
    )
    assert triggers == [], "nothing is spent where nobody listens"


async def test_a_write_that_fails_does_no_harm(client, streams, heard):
    number = await stream_of(streams)
    await client.dynamodb.news.listen(number, heard)
    await client.refused(
        "PutItem",
        TableName="t",
        Item={"id": {"S": "a"}},
        ConditionExpression="attribute_exists(id)",
    )
    await client.put({"id": {"S": "a"}}, "t")
    await heard.until(1)
