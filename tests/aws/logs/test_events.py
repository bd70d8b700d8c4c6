"""PutLogEvents and GetLogEvents."""

import pytest
from tests.aws.logs.conftest import DAY_MS, GROUP_BYTES, STREAM_BYTES

from homeport.aws.logs import limits
from homeport.errors import StorageFull


async def test_what_is_put_is_read(client):
    await client.make("g", "s")
    now = client.now
    answer = await client.put((now - 1, "a"), (now, "ä\u0000 \U0001f600"), (now, "c"))
    assert answer.keys() == {"nextSequenceToken"}
    await client.restart()
    assert (await client.get())["events"] == [
        {"timestamp": now - 1, "message": "a", "ingestionTime": now},
        {"timestamp": now, "message": "ä\u0000 \U0001f600", "ingestionTime": now},
        {"timestamp": now, "message": "c", "ingestionTime": now},
    ]


async def test_half_a_surrogate_pair_is_replaced(client):
    await client.make("g", "s")
    await client.put((client.now, "a\ud800b"))
    assert await client.messages() == ["a?b"]


async def test_events_of_one_time_are_in_the_order_in_which_they_came(client):
    await client.make("g", "s")
    for number in range(5):
        await client.put((client.now, f"{number}a"), (client.now, f"{number}b"))
    assert await client.messages() == [f"{n}{c}" for n in range(5) for c in "ab"]


@pytest.mark.parametrize(
    ("ages_ms", "rejected", "kept"),
    [
        ([-limits.TOO_NEW_MS, -limits.TOO_NEW_MS - 1], {"tooNewLogEventStartIndex": 1}, 1),
        ([limits.TOO_OLD_MS + 1, limits.TOO_OLD_MS], {"tooOldLogEventEndIndex": 1}, 1),
        ([limits.TOO_OLD_MS + 2, limits.TOO_OLD_MS + 1], {"tooOldLogEventEndIndex": 2}, 0),
        (
            [limits.TOO_OLD_MS + 1, 0, -limits.TOO_NEW_MS - 1],
            {"tooOldLogEventEndIndex": 1, "tooNewLogEventStartIndex": 2},
            1,
        ),
        ([0], None, 1),
    ],
    ids=["new", "old", "all", "both", "none"],
)
async def test_events_too_old_and_too_new_are_left_out(client, ages_ms, rejected, kept):
    await client.make("g", "s")
    answer = await client.put(*[(client.now - age, str(age)) for age in ages_ms])
    assert answer.get("rejectedLogEventsInfo") == rejected
    assert len(await client.messages()) == kept


async def test_events_beyond_the_retention_are_left_out(client):
    await client.make("g", "s")
    await client("PutRetentionPolicy", logGroupName="g", retentionInDays=3)
    times = [client.now - days * DAY_MS for days in (20, 4, 3, 2)]
    answer = await client.put(*[(each, str(each)) for each in times])
    assert answer["rejectedLogEventsInfo"] == {
        "tooOldLogEventEndIndex": 1,
        "expiredLogEventEndIndex": 2,
    }
    assert await client.messages() == [str(each) for each in times[2:]]


def batch(*events):
    return [{"timestamp": timestamp, "message": message} for timestamp, message in events]


NOW = 1_750_000_000_000


@pytest.mark.parametrize(
    ("events", "text"),
    [
        (
            batch((NOW, "b"), (NOW - 1, "a")),
            "Log events in a single PutLogEvents request must be in chronological order.",
        ),
        (
            batch((NOW - DAY_MS - 1, "a"), (NOW, "b")),
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
        ),
        (
            batch(*[(NOW, "ä" * 262_144)] * 2),
            "Upload too large: 1048628 bytes exceeds limit of 1048576",
        ),
        (
            batch((NOW, "")),
            (
                "1 validation error detected: Value '' at 'logEvents.1.member.message' failed to satisfy "
                "constraint: Member must have length greater than or equal to 1"
            ),
        ),
    ],
    ids=["order", "span", "size", "empty"],
)
async def test_batches_that_are_refused(client, events, text):
    await client.make("g", "s")
    error = await client.refused(
        "PutLogEvents", logGroupName="g", logStreamName="s", logEvents=events
    )
    assert (error.code, error.message) == ("InvalidParameterException", text)
    assert await client.messages() == []


async def test_too_many_events_are_refused(client):
    await client.make("g", "s")
    error = await client.refused(
        "PutLogEvents", logGroupName="g", logStreamName="s", logEvents=batch(*[(NOW, "a")] * 10_001)
    )
    assert error.message.endswith("Member must have length less than or equal to 10000")


async def test_the_largest_batch_is_kept(client):
    await client.make("g", "s")
    message = "x" * (limits.BATCH_BYTES // 2 - limits.EVENT_OVERHEAD_BYTES)
    await client.put((NOW, message), (NOW, message))
    assert await client.messages() == [message, message]


@pytest.mark.parametrize("operation", ["PutLogEvents", "GetLogEvents"])
@pytest.mark.parametrize(
    ("group", "stream", "text"),
    [
        ("none", "s", "The specified log group does not exist."),
        ("g", "none", "The specified log stream does not exist."),
    ],
)
async def test_what_is_not_there(client, operation, group, stream, text):
    await client.make("g", "s")
    more = {"logEvents": batch((NOW, "m"))} if operation == "PutLogEvents" else {}
    error = await client.refused(operation, logGroupName=group, logStreamName=stream, **more)
    assert (error.code, error.message) == ("ResourceNotFoundException", text)


async def test_a_full_quota_refuses_events_and_lets_others_go(client):
    await client.make("g", "s", "t")
    await client.put((NOW, "x" * 100))
    client.quota.limit = client.quota.used + 100
    with pytest.raises(StorageFull, match="is used up"):
        await client.put((NOW, "x" * 100))
    assert len(await client.messages()) == 1
    await client("DeleteLogStream", logGroupName="g", logStreamName="s")
    await client.logs.sweep()
    await client.put((NOW, "x" * 100), stream="t")
    assert client.quota.used == GROUP_BYTES + STREAM_BYTES + 126
    client.quota.limit = client.quota.used
    with pytest.raises(StorageFull):
        await client("CreateLogGroup", logGroupName="more")
    with pytest.raises(StorageFull):
        await client("CreateLogStream", logGroupName="g", logStreamName="more")
    await client("PutRetentionPolicy", logGroupName="g", retentionInDays=1)
    await client("DeleteLogGroup", logGroupName="g")
    await client.logs.sweep()
    assert client.quota.used == 0


async def numbered(client, count):
    await client.make("g", "s")
    await client.put(*[(NOW + number // 2, str(number)) for number in range(count)])


async def test_without_a_token_the_newest_come_first(client):
    await numbered(client, 10)
    page = await client.get(limit=3)
    assert [each["message"] for each in page["events"]] == ["7", "8", "9"]
    back = await client.get(limit=3, nextToken=page["nextBackwardToken"])
    assert [each["message"] for each in back["events"]] == ["4", "5", "6"]
    again = await client.get(limit=3, nextToken=back["nextForwardToken"])
    assert again["events"] == page["events"]


async def test_at_both_ends_the_token_stays_the_same(client):
    await numbered(client, 4)
    page = await client.get(startFromHead=True)
    end = await client.get(nextToken=page["nextForwardToken"], startFromHead=True)
    assert (end["events"], end["nextForwardToken"]) == ([], page["nextForwardToken"])
    start = await client.get(nextToken=page["nextBackwardToken"])
    assert (start["events"], start["nextBackwardToken"]) == ([], page["nextBackwardToken"])
    back = await client.get(nextToken=end["nextBackwardToken"])
    assert back["events"] == page["events"]


async def test_a_token_of_an_empty_stream_finds_what_comes_later(client):
    await client.make("g", "s")
    page = await client.get()
    await client.put((NOW, "m"))
    later = await client.get(nextToken=page["nextForwardToken"])
    assert [each["message"] for each in later["events"]] == ["m"]


@pytest.mark.parametrize(
    ("params", "seen"),
    [
        ({"startTime": NOW + 1}, ["2", "3", "4", "5"]),
        ({"endTime": NOW + 1}, ["0", "1"]),
        ({"startTime": NOW + 1, "endTime": NOW + 2}, ["2", "3"]),
        ({"startTime": NOW + 9}, []),
        ({"startTime": 2**70}, []),
        ({"endTime": 2**70}, ["0", "1", "2", "3", "4", "5"]),
        ({"endTime": 0}, []),
    ],
    ids=["start", "end", "both", "none", "far", "for-ever", "nothing"],
)
async def test_a_range_of_time(client, params, seen):
    await numbered(client, 6)
    assert await client.messages(**params) == seen
    page = await client.get(**params)
    assert [each["message"] for each in page["events"]] == seen
    for token in (page["nextForwardToken"], page["nextBackwardToken"]):
        assert (await client.get(**params, nextToken=token))["events"] == []


async def test_a_page_has_a_mebibyte_at_most(client):
    await client.make("g", "s")
    for number in range(3):
        await client.put((NOW + number, str(number) * 600_000))
    assert [len(each) for each in await client.messages()] == [600_000]
    page = await client.get()
    assert [each["message"][0] for each in page["events"]] == ["2"]


@pytest.mark.parametrize(
    "token", ["invalid-token", "f/1/s", "x/" + "0" * 56 + "/s", "f/" + "9" * 56 + "/s"]
)
async def test_tokens_that_no_answer_gave(client, token):
    await client.make("g", "s")
    error = await client.refused(
        "GetLogEvents", logGroupName="g", logStreamName="s", nextToken=token
    )
    assert (error.code, error.message) == (
        "InvalidParameterException",
        "The specified nextToken is invalid.",
    )


async def test_accounts_and_regions_are_kept_apart(client):
    await client.make("g", "s")
    await client.put((NOW, "mine"))
    for other in (client.other(region="eu-west-1"), client.other(account="111111111111")):
        await other.make("g", "s")
        assert await other.messages() == []
