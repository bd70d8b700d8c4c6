import asyncio

import pytest

from homeport.aws.dynamodb.store import records
from homeport.aws.dynamodb.streams import upkeep
from homeport.errors import StorageFull

DAY, HOUR, MINUTE = 86_400, 3600, 60
A = {"id": {"S": "a"}}


def keys_of(records):
    return [record["dynamodb"]["Keys"]["id"]["S"] for record in records]


async def put(client, *names):
    for name in names:
        await client.put({"id": {"S": name}})


def stored(client):
    return client.dynamodb.db.query_one("SELECT count(*) FROM stream_records")[0]


async def test_records_are_kept_for_a_day_to_the_second(streams, client):
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html#Streams.Processing
    arn = await streams.make()
    await put(client, "a")
    await client.clock.advance(1)
    await put(client, "b")
    await streams.pass_time(DAY - 1)
    assert keys_of(await streams.everything(arn)) == ["a", "b"]
    await client.clock.advance(0.001)
    assert keys_of(await streams.everything(arn)) == ["b"]


async def test_trimmed_records_leave_the_store(streams, client):
    arn = await streams.make()
    await put(client, "a", "b")
    await streams.pass_time(DAY)
    assert stored(client) == 2
    await put(client, "c")
    await streams.pass_time(1)
    assert stored(client) == 1
    assert keys_of(await streams.everything(arn)) == ["c"]


async def test_trimming_is_done_in_steps_to_the_end(streams, client, monkeypatch):
    monkeypatch.setattr(upkeep, "STEP", 3)
    await streams.make()
    for number in range(10):
        await put(client, str(number))
    await streams.pass_time(DAY + 1)
    assert stored(client) == 0


async def test_trimming_goes_on_after_a_restart(streams, client, settled):
    await streams.make()
    await put(client, "a")
    await client.restart()
    await client.clock.advance(DAY + 1)
    assert stored(client) == 1
    streams.turn_on()
    await settled(lambda: stored(client) == 0)


async def test_an_iterator_whose_next_record_was_trimmed(streams, client):
    # "You obtain a shard iterator, but before you use the iterator in a GetRecords request, a stream record in the shard exceeds the
    # 24 hour period and is trimmed": https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
    arn = await streams.make()
    await put(client, "a")
    shard = await streams.shard(arn)
    await client.clock.advance(DAY)
    iterator = await streams.iterator(arn, shard=shard)
    await client.clock.advance(1)
    for is_swept in (False, True):
        if is_swept:
            await upkeep.turn(client.dynamodb)
            assert stored(client) == 0
        error = await streams.refused("GetRecords", ShardIterator=iterator)
        # https://github.com/ironSource/node-dynamodb-stream/issues/13
        assert (error.code, error.message) == (
            "TrimmedDataAccessException",
            "The data you are trying to access has been trimmed",
        )


async def test_an_iterator_at_the_last_record_that_was_swept(streams, client):
    arn = await streams.make()
    await put(client, "a")
    shard = await streams.shard(arn)
    (record,) = await streams.records(arn)
    await client.clock.advance(DAY)
    number = {"SequenceNumber": record["dynamodb"]["SequenceNumber"]}
    at = await streams.iterator(arn, "AT_SEQUENCE_NUMBER", shard, **number)
    after = await streams.iterator(arn, "AFTER_SEQUENCE_NUMBER", shard, **number)
    await streams.pass_time(1)
    assert stored(client) == 0
    error = await streams.refused("GetRecords", ShardIterator=at)
    assert error.code == "TrimmedDataAccessException"
    assert (await streams.get(after))["Records"] == []


async def test_a_full_disk_does_not_end_the_rounds(streams, client, monkeypatch, settled):
    await streams.make()
    await put(client, "a")
    write = client.dynamodb.db.write

    async def full(_work):
        monkeypatch.setattr(client.dynamodb.db, "write", write)
        raise StorageFull("No room.")

    monkeypatch.setattr(client.dynamodb.db, "write", full)
    await client.clock.advance(DAY + 1)
    await settled(lambda: client.dynamodb.db.write == write)
    for _ in range(200):
        # A round that waits for the disk sleeps late.
        await client.clock.advance(upkeep.PERIOD_S)
        await asyncio.sleep(0.02)
        if stored(client) == 0:
            break
    assert stored(client) == 0


async def test_a_sequence_number_that_was_trimmed(streams, client):
    # "You request a shard iterator with a sequence number older than the trim point (24 hours)", same page.
    arn = await streams.make()
    await put(client, "a", "b")
    (first, _) = await streams.records(arn)
    shard = await streams.shard(arn)
    params = {
        "StreamArn": arn,
        "ShardId": shard,
        "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
        "SequenceNumber": first["dynamodb"]["SequenceNumber"],
    }
    await client.clock.advance(DAY + 1)
    assert (
        await streams.refused("GetShardIterator", **params)
    ).code == "TrimmedDataAccessException"
    await upkeep.turn(client.dynamodb)
    assert stored(client) == 0
    assert (
        await streams.refused("GetShardIterator", **params)
    ).code == "TrimmedDataAccessException"


async def test_trimming_of_one_stream_is_not_that_of_another(streams, client):
    # Sequence numbers are taken from one row: what is gone of a busy stream was never in a quiet one.
    quiet, busy = await streams.make(name="quiet"), await streams.make(name="busy")
    (shard,) = await streams.shards(quiet)
    start = {"SequenceNumber": shard["SequenceNumberRange"]["StartingSequenceNumber"]}
    await client.put(A, "busy")
    await streams.pass_time(HOUR)
    await client.put(A, "quiet")
    for _ in range(6):
        await streams.pass_time(4 * HOUR - MINUTE)
    assert stored(client) == 1
    found = await streams.records(quiet, "AT_SEQUENCE_NUMBER", shard["ShardId"], **start)
    assert keys_of(found) == ["a"]
    params = {"StreamArn": busy, "ShardIteratorType": "AT_SEQUENCE_NUMBER"}
    (oldest, *_) = await streams.shards(busy)
    number = oldest["SequenceNumberRange"]["StartingSequenceNumber"]
    error = await streams.refused(
        "GetShardIterator", ShardId=oldest["ShardId"], SequenceNumber=number, **params
    )
    assert error.code == "TrimmedDataAccessException"


@pytest.mark.parametrize("kind", ["TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER"])
async def test_an_idle_reader_is_never_told_of_trimming(streams, client, kind):
    arn = await streams.make()
    other = await streams.make(name="other")
    (shard,) = await streams.shards(arn)
    start = {"SequenceNumber": shard["SequenceNumberRange"]["StartingSequenceNumber"]}
    iterator = await streams.iterator(arn, kind, **(start if kind.startswith("AT_") else {}))
    for _ in range(3 * 6):
        await client.put(A, "other")
        await client.delete(A, "other")
        page = await streams.get(iterator)
        assert page["Records"] == []
        iterator = page["NextShardIterator"]
        await client.clock.advance(10 * MINUTE)
    assert len(await streams.everything(other)) == 36


async def test_long_records_go_in_smaller_steps(streams, client):
    arn = await streams.make()
    for name in "abcde":
        await client.put({"id": {"S": name}, "p": {"S": "p" * 1000}})

    async def trim():
        return await client.dynamodb.db.write(
            lambda connection: records.trim(connection, 2**62, 10, 2000)
        )

    assert await trim()
    assert len(await streams.records(arn)) == 3
    while await trim():
        pass
    assert client.dynamodb.db.query("SELECT * FROM stream_records") == []
