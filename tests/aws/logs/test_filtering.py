"""FilterLogEvents: streams, ranges, order, pages."""

import pytest

from homeport.aws.logs import limits

NOW = 1_750_000_000_000


async def three_streams(client):
    await client.make("g", "a1", "a2", "b")
    await client.put((NOW, "0"), (NOW + 3, "3"), stream="a1")
    await client.put((NOW + 1, "1"), (NOW + 4, "4"), stream="a2")
    await client.put((NOW + 2, "2"), (NOW + 5, "5"), stream="b")


async def test_events_of_all_streams_in_the_order_of_their_time(client):
    await three_streams(client)
    answer = await client.filter()
    assert [each["message"] for each in answer["events"]] == list("012345")
    assert answer["searchedLogStreams"] == []
    assert "nextToken" not in answer
    first = answer["events"][0]
    assert first == {
        "logStreamName": "a1",
        "timestamp": NOW,
        "message": "0",
        "ingestionTime": NOW,
        "eventId": first["eventId"],
    }
    assert len({each["eventId"] for each in answer["events"]}) == 6
    assert all(len(each["eventId"]) == 56 for each in answer["events"])


@pytest.mark.parametrize(
    ("params", "seen"),
    [
        ({"logStreamNames": ["a1", "b"]}, "0235"),
        ({"logStreamNames": ["b", "b"]}, "25"),
        ({"logStreamNamePrefix": "a"}, "0134"),
        ({"logStreamNamePrefix": "x"}, ""),
        ({"startTime": NOW + 1, "endTime": NOW + 3}, "123"),
        ({"startTime": NOW + 6}, ""),
        ({"startTime": 2**70}, ""),
        ({"endTime": 2**70}, "012345"),
        ({"endTime": NOW}, "0"),
        ({"interleaved": False}, "012345"),
        ({"filterPattern": "4"}, "4"),
    ],
    ids=[
        "names",
        "twice",
        "prefix",
        "no-prefix",
        "time",
        "later",
        "far",
        "for-ever",
        "inclusive",
        "interleaved",
        "pattern",
    ],
)
async def test_what_is_searched(client, params, seen):
    await three_streams(client)
    assert "".join(await client.found(**params)) == seen
    assert "".join(await client.found(**params, limit=1)) == seen


async def test_the_newest_first(client):
    await three_streams(client)
    params = {"startFromHead": False, "startTime": NOW + 1}
    assert await client.found(**params) == list("54321")
    assert await client.found(**params, limit=2) == list("54321")


async def test_the_token_has_the_direction(client):
    await three_streams(client)
    page = await client.filter(startFromHead=False, startTime=NOW, limit=2)
    rest = await client.filter(startFromHead=True, startTime=NOW, nextToken=page["nextToken"])
    assert [each["message"] for each in rest["events"]] == list("3210")


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"logStreamNames": ["a1"], "logStreamNamePrefix": "a"}, "InvalidParameterException"),
        ({"logStreamNames": ["none"]}, "ResourceNotFoundException"),
        ({"startFromHead": False}, "InvalidParameterException"),
        ({"nextToken": "invalid-token"}, "InvalidParameterException"),
        ({"nextToken": "Zi8xLzk5OTk5OTk5OTk5OTk5OTk5OTk"}, "InvalidParameterException"),
        ({"limit": 10_001}, "InvalidParameterException"),
    ],
    ids=["both", "stream", "direction", "token", "large", "limit"],
)
async def test_searches_that_are_refused(client, params, code):
    await three_streams(client)
    error = await client.refused("FilterLogEvents", logGroupName="g", **params)
    assert error.code == code
    if "nextToken" in params:
        assert error.message == "The specified nextToken is invalid."


async def test_who_follows_sees_each_event_once(client):
    """As `aws logs tail --follow` does: from the last time on, without the ids that were seen."""
    await three_streams(client)
    seen, last = {}, NOW
    for number in range(6, 9):
        for event in (await client.filter(startTime=last))["events"]:
            seen.setdefault(event["eventId"], event["message"])
            last = event["timestamp"]
        await client.put((last, str(number)), stream="a1")
    assert list(seen.values()) == list("01234567")


async def test_a_page_has_a_mebibyte_at_most(client):
    await client.make("g", "s")
    for number in range(3):
        await client.put((NOW + number, str(number) * 600_000))
    page = await client.filter()
    assert [len(each["message"]) for each in page["events"]] == [600_000]
    assert [each[0] for each in await client.found()] == ["0", "1", "2"]


async def test_a_page_that_looks_at_much_is_empty_and_goes_on(client, monkeypatch):
    monkeypatch.setattr(limits, "SEARCHED_EVENTS", 3)
    await three_streams(client)
    page = await client.filter(filterPattern="5")
    assert page["events"] == []
    rest = await client.filter(filterPattern="5", nextToken=page["nextToken"])
    assert [each["message"] for each in rest["events"]] == ["5"]


async def test_only_streams_that_reach_into_the_page_are_opened(client):
    await client.make("g", *(f"s{number:03}" for number in range(100)))
    for number in range(100):
        await client.put((NOW + number, str(number)), stream=f"s{number:03}")
    opened = []
    async with client.logs_trace(opened):
        await client.filter(limit=3)
    assert 0 < sum("FROM event" in each for each in opened) <= 5
