"""Places in a stream that no longer hold: iterators that have expired, records that were trimmed, streams begun anew."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest

from homeport.console.cloud.dynamodb import stream
from homeport.console.cloud.dynamodb import table as its

ON = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}}
TABLE = its.read(
    {
        "TableName": "x",
        "KeySchema": [],
        "LatestStreamArn": "arn",
        "StreamSpecification": {"StreamEnabled": True},
    }
)


def record(number, **more):
    return {
        "eventName": "MODIFY",
        "dynamodb": {
            "Keys": {"id": {"S": str(number)}},
            "SequenceNumber": str(number),
            "ApproximateCreationDateTime": datetime.datetime.fromtimestamp(number, datetime.UTC),
            **more,
        },
    }


class Stream:
    """A stream of one shard, as DynamoDB Streams answers it: records up to `trimmed` are gone."""

    exceptions = SimpleNamespace(
        ExpiredIteratorException=type("Expired", (Exception,), {}),
        TrimmedDataAccessException=type("Trimmed", (Exception,), {}),
    )

    def __init__(self, last, trimmed=0, expired=(), refused=()):
        self.last, self.trimmed = last, trimmed
        self.expired, self.refused = set(expired), set(refused)
        self.kinds = []

    def get_shard_iterator(self, **asked):
        kind = asked["ShardIteratorType"]
        self.kinds.append(kind)
        if kind == "LATEST":
            return {"ShardIterator": str(self.last)}
        if kind == "TRIM_HORIZON":
            return {"ShardIterator": str(self.trimmed)}
        if int(asked["SequenceNumber"]) <= self.trimmed:
            raise self.exceptions.TrimmedDataAccessException
        return {"ShardIterator": asked["SequenceNumber"]}

    def get_records(self, **asked):
        place = asked["ShardIterator"]
        if place in self.expired:
            raise self.exceptions.ExpiredIteratorException
        if place in self.refused:
            raise self.exceptions.TrimmedDataAccessException
        begin = int(place)
        numbers = list(range(begin + 1, self.last + 1))[: asked["Limit"]]
        end = numbers[-1] if numbers else begin
        return {"Records": [record(number) for number in numbers], "NextShardIterator": str(end)}


def walked(client, **tail):
    shards = [{"ShardId": "s", "SequenceNumberRange": {}}]
    return stream.walk(client, TABLE, shards, stream.Tail(shard="s", **tail))


def numbers(tail):
    return [int(each.sequence) for each in tail.changes]


def test_a_place_that_was_trimmed_is_gone_on_from_with_the_oldest_that_is_kept():
    tail = walked(Stream(10, trimmed=7), after="3")
    assert numbers(tail) == [8, 9, 10]
    assert (tail.after, tail.iterator) == ("10", "10")


def test_records_that_were_trimmed_behind_an_iterator_are_gone_on_from():
    client = Stream(10, trimmed=7, refused=("3",))
    assert numbers(walked(client, after="3", iterator="3")) == [8, 9, 10]
    assert client.kinds == ["TRIM_HORIZON"]


def test_an_iterator_that_has_expired_is_gone_on_from():
    client = Stream(10, expired=("old",))
    assert numbers(walked(client, after="8", iterator="old")) == [9, 10]
    assert client.kinds == ["AFTER_SEQUENCE_NUMBER"]


def test_a_page_that_slept_and_has_shown_nothing_does_not_tell_all_of_the_day():
    client = Stream(10, expired=("old",))
    tail = walked(client, iterator="old")
    assert numbers(tail) == []
    client.last = 12
    assert numbers(walked(client, after=tail.after, iterator=tail.iterator)) == [11, 12]


def test_a_page_is_full_at_its_size():
    tail = walked(Stream(120))
    assert numbers(tail) == list(range(1, stream.PAGE + 1))
    assert numbers(walked(Stream(120), after=tail.after)) == list(range(51, 101))


def test_a_change_tells_each_attribute_before_and_after():
    told = record(
        1,
        OldImage={"id": {"S": "1"}, "a": {"S": "x"}, "b": {"B": b"\x00"}, "same": {"N": "1"}},
        NewImage={"id": {"S": "1"}, "a": {"S": ""}, "c": {"NULL": True}, "same": {"N": "1"}},
    )
    made = stream.change(told)
    assert (made.what, made.named, made.at, made.by) == ("changed", "id = 1", 1.0, "")
    assert [tuple(each) for each in made.differences] == [
        ("a", "x", ""),
        ("b", "1 bytes: AA==", ""),
        ("c", "", "null"),
    ]


@pytest.mark.parametrize(
    ("user", "by"),
    [
        ({"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}, "expiry"),
        ({"Type": "Service", "PrincipalId": "other.amazonaws.com"}, ""),
    ],
)
def test_who_it_was(user, by):
    assert stream.change({**record(1), "userIdentity": user}).by == by


async def test_the_tabs_lead_to_both_ends(visitor, client, make):
    name = make(**ON)
    client.put_item(TableName=name, Item={"id": {"S": "a"}, "at": {"N": "1"}})
    live = await visitor.get(f"/dynamodb/tables/{name}/stream")
    assert live.rows() == [["Waiting for changes"]]
    assert "Changes as they happen, the newest first" in live.text
    oldest = await visitor.get(live.links["From the oldest"])
    assert "Changes of the last 24 hours, the oldest first" in oldest.text
    assert oldest.all("tr", id="poll") == []
    row = oldest.rows()[0]
    assert row[1:] == ["made", "id = a, at = 1", "Nothing beside the key."]
    assert row[0].endswith("UTC")
    item = await visitor.get(oldest.links["id = a, at = 1"])
    assert "Item id = a, at = 1" in item.text
    live = await visitor.get(oldest.links["Live"])
    assert live.all("tr", id="poll")


async def test_a_stream_without_a_change_says_so(visitor, make):
    page = await visitor.get(f"/dynamodb/tables/{make(**ON)}/stream?from=oldest")
    assert "There is no change here." in page.text
    assert page.all("table") == []
    assert "Later changes" not in page.links


async def test_a_place_in_a_stream_that_was_begun_anew(visitor, client, make):
    name = make(**ON)
    page = await visitor.get(f"/dynamodb/tables/{name}/stream")
    poll = page.find("tr", id="poll").attributes["hx-get"]
    client.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
    assert (await visitor.get(poll, is_part=True)).status == 404
    client.update_table(TableName=name, **ON)
    client.put_item(TableName=name, Item={"id": {"S": "new"}, "at": {"N": "1"}})
    part = await visitor.get(poll.split("?")[0], is_part=True)
    assert part.status == 200
    assert "id = new, at = 1" in part.text
    assert part.find("tr", id="poll").attributes["hx-get"] != poll


class Closed(Stream):
    """A shard that has ended, of which an answer in between is empty, as AWS may give it."""

    def get_records(self, **asked):
        if not asked["ShardIterator"].startswith("then-"):
            return {"Records": [], "NextShardIterator": f"then-{asked['ShardIterator']}"}
        return {"Records": [record(1), record(2)]}


def test_an_empty_answer_is_not_the_end_of_a_shard_that_has_ended():
    shards = [{"ShardId": "s", "SequenceNumberRange": {"EndingSequenceNumber": "2"}}]
    tail = stream.walk(Closed(2), TABLE, shards, stream.Tail(shard="s"))
    assert numbers(tail) == [1, 2]
