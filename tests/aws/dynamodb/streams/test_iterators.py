import base64

import pytest

MINUTE = 60
A = {"id": {"S": "a"}}
INVALID = "One or more parameter values were invalid: "


def keys_of(records):
    return [record["dynamodb"]["Keys"]["id"]["S"] for record in records]


@pytest.fixture
async def arn(streams, client):
    """A stream with the records a, b and c, a minute between them."""
    arn = await streams.make()
    for name in "abc":
        await client.put({"id": {"S": name}})
        await client.clock.advance(MINUTE)
    return arn


@pytest.fixture
async def numbers(streams, arn):
    return [record["dynamodb"]["SequenceNumber"] for record in await streams.records(arn)]


async def test_trim_horizon_and_latest(streams, client, arn):
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html#DDB-streams_GetShardIterator-request-ShardIteratorType
    latest = await streams.iterator(arn, "LATEST")
    assert keys_of(await streams.records(arn, "TRIM_HORIZON")) == ["a", "b", "c"]
    assert (await streams.get(latest))["Records"] == []
    await client.put({"id": {"S": "d"}})
    assert keys_of((await streams.get(latest))["Records"]) == ["d"]


async def test_at_and_after_a_sequence_number(streams, arn, numbers):
    at = await streams.records(arn, "AT_SEQUENCE_NUMBER", SequenceNumber=numbers[1])
    after = await streams.records(arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=numbers[1])
    assert (keys_of(at), keys_of(after)) == (["b", "c"], ["c"])


async def test_the_ends_of_a_shard_are_sequence_numbers_too(streams, arn):
    await streams.disable()
    (shard,) = await streams.shards(arn)
    start = shard["SequenceNumberRange"]["StartingSequenceNumber"]
    end = shard["SequenceNumberRange"]["EndingSequenceNumber"]
    from_start = await streams.records(arn, "AT_SEQUENCE_NUMBER", SequenceNumber=start)
    assert keys_of(from_start) == ["a", "b", "c"]
    assert await streams.records(arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=end) == []


@pytest.mark.parametrize(
    ("minutes", "found"), [(-5, "abc"), (0, "abc"), (0.5, "bc"), (1, "bc"), (2, "c"), (3, "")]
)
async def test_at_a_timestamp(streams, arn, minutes, found):
    # "The iterator points to the first stream record whose ApproximateCreationDateTime is at or after the specified timestamp",
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
    timestamp = 1_700_000_000 + minutes * MINUTE
    assert keys_of(await streams.records(arn, "AT_TIMESTAMP", Timestamp=timestamp)) == list(found)


async def test_an_iterator_expires_after_fifteen_minutes(streams, client, arn):
    iterator = await streams.iterator(arn)
    await client.clock.advance(15 * MINUTE)
    fresh = (await streams.get(iterator))["NextShardIterator"]
    await client.clock.advance(0.001)
    error = await streams.refused("GetRecords", ShardIterator=iterator)
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html#API_streams_GetRecords_Errors
    assert error.code == "ExpiredIteratorException"
    assert error.message == (
        "The shard iterator has expired and can no longer be used to retrieve stream records. A shard "
        "iterator expires 15 minutes after it is retrieved using the GetShardIterator action."
    )
    assert (await streams.get(fresh))["Records"] == []


async def test_an_iterator_works_more_than_once(streams, arn):
    iterator = await streams.iterator(arn)
    assert (await streams.get(iterator))["Records"] == (await streams.get(iterator))["Records"]


NO_NUMBER = f"{INVALID}Invalid SequenceNumber"
NOT_WANTED = f"{INVALID}SequenceNumber should not be passed for this iterator type"
OF_ANOTHER = "Invalid SequenceNumber for the shard"
# Texts as DynamoDB Local has them, see streams/errors.py.
WRONG = [
    ({"ShardIteratorType": "AT_SEQUENCE_NUMBER"}, NO_NUMBER),
    ({"ShardIteratorType": "AFTER_SEQUENCE_NUMBER"}, NO_NUMBER),
    ({"ShardIteratorType": "LATEST", "SequenceNumber": "1" * 21}, NOT_WANTED),
    ({"ShardIteratorType": "TRIM_HORIZON", "SequenceNumber": "1" * 21}, NOT_WANTED),
    ({"ShardIteratorType": "AT_TIMESTAMP", "SequenceNumber": "1" * 21}, NOT_WANTED),
    ({"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": "0" * 21}, OF_ANOTHER),
    ({"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": "9" * 40}, OF_ANOTHER),
    ({"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": "x" * 21}, OF_ANOTHER),
    ({"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": "²" * 21}, OF_ANOTHER),
    ({"ShardIteratorType": "AT_TIMESTAMP"}, f"{INVALID}Invalid Timestamp"),
    (
        {"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": 1_800_000_000},
        f"{INVALID}Timestamp should not be in the future",
    ),
    (
        {"ShardIteratorType": "LATEST", "Timestamp": 1_600_000_000},
        f"{INVALID}Timestamp should not be passed for this iterator type",
    ),
]


@pytest.mark.parametrize(("params", "message"), WRONG)
async def test_what_is_no_place_to_start(streams, arn, params, message):
    shard = await streams.shard(arn)
    assert (
        await streams.invalid("GetShardIterator", StreamArn=arn, ShardId=shard, **params) == message
    )


async def test_a_sequence_number_of_another_shard(streams, arn, numbers):
    await streams.pass_time(4 * 3600)
    _, child = await streams.shards(arn)
    params = {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": numbers[0]}
    message = await streams.invalid(
        "GetShardIterator", StreamArn=arn, ShardId=child["ShardId"], **params
    )
    assert message == OF_ANOTHER


@pytest.mark.parametrize(
    "iterator",
    [
        "x",
        "{arn}|1|",
        "{arn}|1|AAAA",
        "{arn}|1|!!!!",
        "{arn}|1|" + base64.b64encode(b"shard|x|1").decode(),
        "{arn}|1|" + base64.b64encode(b"shard|1|1|1").decode(),
        "{arn}|1|" + base64.b64encode(b"shard|-1|1").decode(),
        "{arn}|1|" + base64.b64encode(b"shard|99999999999999999999|1").decode(),
        "{arn}|1|é",
    ],
)
async def test_what_is_no_iterator(streams, arn, iterator):
    text = iterator.replace("{arn}", arn)
    assert await streams.invalid("GetRecords", ShardIterator=text) == "Invalid ShardIterator"


async def test_an_iterator_does_not_leave_its_shard(streams, client, arn):
    iterator = await streams.iterator(arn)
    await streams.pass_time(4 * 3600)
    child = await streams.shard(arn)
    await client.put({"id": {"S": "d"}})
    _, _, rest = iterator.partition("|1|")
    _, position, _ = base64.b64decode(rest).split(b"|")
    made = str(client.dynamodb.now_ms()).encode()
    text = base64.b64encode(b"|".join([child.encode(), position, made])).decode()
    assert keys_of((await streams.get(f"{arn}|1|{text}"))["Records"]) == ["d"]


async def test_an_iterator_of_a_stream_or_shard_that_is_not_there(streams, arn):
    iterator = await streams.iterator(arn)
    _, _, rest = iterator.partition("|1|")
    gone = arn.replace("2023", "2022")
    error = await streams.refused("GetRecords", ShardIterator=f"{gone}|1|{rest}")
    assert error.message == f"Requested resource not found: Stream: {gone} not found"
    shard = base64.b64encode(b"shardId-00000000000000000000-00000000|1|1700000100000").decode()
    error = await streams.refused("GetRecords", ShardIterator=f"{arn}|1|{shard}")
    assert error.message == "Requested resource not found: Shard does not exist"


async def test_a_stream_that_is_not_there(streams):
    gone = "arn:aws:dynamodb:us-east-1:000000000000:table/none/stream/2023-11-14T22:13:20.000"
    asked = {"ShardId": "s" * 28, "ShardIteratorType": "LATEST"}
    error = await streams.refused("GetShardIterator", StreamArn=gone, **asked)
    # https://github.com/localstack/localstack/issues/1655
    assert error.message == f"Requested resource not found: Stream: {gone} not found"
    # https://github.com/scylladb/scylladb/blob/master/test/alternator/test_streams.py
    text = await streams.invalid("GetShardIterator", StreamArn="x" * 37, **asked)
    assert text == "Invalid StreamArn"
