"""Log streams: create, delete, describe."""

import pytest
from tests.aws.logs.conftest import GROUP_BYTES, STREAM_BYTES

ARN = "arn:aws:logs:us-east-1:000000000000:log-group:g"


async def names(client, **params):
    answer = await client("DescribeLogStreams", logGroupName="g", **params)
    return [stream["logStreamName"] for stream in answer["logStreams"]], answer.get("nextToken")


async def pages(client, limit, **params):
    seen, token = await names(client, limit=limit, **params)
    while token is not None:
        assert len(seen) % limit == 0
        more, token = await names(client, limit=limit, nextToken=token, **params)
        seen += more
    return seen


@pytest.mark.parametrize(
    "params",
    [{"logGroupName": "g"}, {"logGroupIdentifier": "g"}, {"logGroupIdentifier": ARN}],
    ids=["name", "identifier", "arn"],
)
async def test_a_stream_without_events(client, params):
    await client.make("g", "s")
    answer = await client("DescribeLogStreams", **params)
    assert answer == {
        "logStreams": [
            {
                "logStreamName": "s",
                "creationTime": client.now,
                "arn": f"{ARN}:log-stream:s",
                "storedBytes": 0,
            }
        ]
    }


async def test_a_stream_with_events_tells_their_times(client):
    await client.make("g", "s")
    now = client.now
    await client.put((now - 5, "b"), (now + 7, "c"))
    await client.put((now - 9, "a"))
    (stream,) = (await client("DescribeLogStreams", logGroupName="g"))["logStreams"]
    assert stream["firstEventTimestamp"] == now - 9
    assert stream["lastEventTimestamp"] == now + 7
    assert stream["lastIngestionTime"] == now
    assert len(stream["uploadSequenceToken"]) == 56
    assert (await client.group())["storedBytes"] == 3 * 27


async def test_streams_by_name(client):
    await client.make("g", "b", "a", "ab", "ä", "B")
    assert await pages(client, 2) == ["B", "a", "ab", "b", "ä"]
    assert await pages(client, 2, descending=True) == ["ä", "b", "ab", "a", "B"]
    assert await pages(client, 1, logStreamNamePrefix="a") == ["a", "ab"]
    assert await pages(client, 1, logStreamNamePrefix="a", descending=True) == ["ab", "a"]


async def test_streams_by_their_last_event(client):
    await client.make("g", "a", "b", "c", "d")
    now = client.now
    for stream, timestamp in [("a", now), ("b", now - 2), ("c", now)]:
        await client.put((timestamp, "m"), stream=stream)
    by_time = {"orderBy": "LastEventTime"}
    assert await pages(client, 1, **by_time) == ["d", "b", "a", "c"]
    assert await pages(client, 1, **by_time, descending=True) == ["c", "a", "b", "d"]


@pytest.mark.parametrize(
    ("params", "code", "text"),
    [
        (
            {"logGroupName": "g", "orderBy": "LastEventTime", "logStreamNamePrefix": "a"},
            "InvalidParameterException",
            "Cannot order by LastEventTime with a logStreamNamePrefix.",
        ),
        (
            {"logGroupName": "g", "logGroupIdentifier": "g"},
            "ValidationException",
            "LogGroup name and LogGroup ARN are mutually exclusive parameters.",
        ),
        ({"logGroupName": "none"}, "ResourceNotFoundException", None),
        (
            {"logGroupIdentifier": ARN.replace("us-east-1", "eu-west-1")},
            "ResourceNotFoundException",
            None,
        ),
        ({}, "ValidationException", None),
        (
            {"logGroupName": "g", "orderBy": "x"},
            "InvalidParameterException",
            (
                "1 validation error detected: Value 'x' at 'orderBy' failed to satisfy constraint: "
                "Member must satisfy enum value set: [LogStreamName, LastEventTime]"
            ),
        ),
        (
            {"logGroupName": "g", "limit": 51},
            "InvalidParameterException",
            (
                "1 validation error detected: Value '51' at 'limit' failed to satisfy constraint: "
                "Member must have value less than or equal to 50"
            ),
        ),
    ],
    ids=["prefix", "both", "none", "elsewhere", "neither", "order", "limit"],
)
async def test_descriptions_that_are_refused(client, params, code, text):
    await client.make("g", "s")
    error = await client.refused("DescribeLogStreams", **params)
    assert error.code == code
    assert text is None or error.message == text


async def test_a_name_is_taken_once_in_a_group(client):
    await client.make("g", "s")
    await client.make("h", "s")
    error = await client.refused("CreateLogStream", logGroupName="g", logStreamName="s")
    assert (error.code, error.message) == (
        "ResourceAlreadyExistsException",
        "The specified log stream already exists",
    )


@pytest.mark.parametrize("name", ["a:b", "a*", "x" * 513, "\ud800"])
async def test_names_that_are_none(client, name):
    await client.make()
    error = await client.refused("CreateLogStream", logGroupName="g", logStreamName=name)
    assert error.code == "InvalidParameterException"


async def test_a_stream_of_no_group(client):
    error = await client.refused("CreateLogStream", logGroupName="g", logStreamName="s")
    assert error.message == "The specified log group does not exist."
    error = await client.refused("DeleteLogStream", logGroupName="g", logStreamName="s")
    assert error.message == "The specified log group does not exist."


async def test_a_deleted_stream_takes_its_events_with_it(client):
    await client.make("g", "s", "t")
    await client.put((client.now, "m"))
    await client.put((client.now, "m"), stream="t")
    await client("DeleteLogStream", logGroupName="g", logStreamName="s")
    assert (await client.group())["storedBytes"] == 27
    for name in ("s", "\ud800"):
        error = await client.refused("DeleteLogStream", logGroupName="g", logStreamName=name)
        assert error.message == "The specified log stream does not exist."
    assert await client.found() == ["m"]
    await client.logs.sweep()
    assert client.quota.used == GROUP_BYTES + STREAM_BYTES + 27


async def test_what_was_deleted_is_swept_after_a_restart(client):
    await client.make("g", "s")
    await client.put(*[(client.now, str(number)) for number in range(2500)])
    await client.logs.db.write(lambda c: c.execute("UPDATE log_stream SET log_group = NULL"))
    await client.restart()
    await client.logs.sweep()
    assert client.logs.db.query("SELECT count(*) FROM event") == [(0,)]
    assert client.quota.used == GROUP_BYTES
