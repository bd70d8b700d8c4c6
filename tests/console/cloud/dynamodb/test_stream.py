"""The tail of a stream: each change once, in order, over the ends of shards."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest

from homeport.console.cloud.dynamodb import stream
from homeport.console.cloud.dynamodb import table as its

ON = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}}


def key(at):
    return {"id": {"S": "a"}, "at": {"N": str(at)}}


def polled(page):
    return page.find("tr", id="poll").attributes["hx-get"]


async def test_new_changes_appear_once_and_in_order(visitor, client, make):
    name = make(**ON)
    client.put_item(TableName=name, Item={**key(0), "old": {"S": "not shown"}})
    page = await visitor.get(f"/dynamodb/tables/{name}/stream")
    assert [row[0] for row in page.rows()] == ["Waiting for changes"]
    seen = []
    path = polled(page)
    for round_ in range(1, 4):
        client.put_item(TableName=name, Item={**key(round_), "city": {"S": "<b>Bonn</b>"}})
        client.update_item(
            TableName=name,
            Key=key(round_),
            UpdateExpression="SET city = :c REMOVE nothing",
            ExpressionAttributeValues={":c": {"S": "Ulm"}},
        )
        part = await visitor.get(path, is_part=True)
        assert part.status == 200
        rows = [row.text for row in part.all("tr")]
        seen += list(reversed(rows[1:]))
        path = polled(part)
    assert len(seen) == 6
    assert "made id = a, at = 1" in seen[0]
    assert seen[1].endswith("city <b>Bonn</b> Ulm")
    assert "at = 3" in seen[-1]
    assert (await visitor.get(path, is_part=True)).all("tr")[1:] == []


async def test_all_changes_page_by_page_from_the_oldest(visitor, client, make):
    name = make(**ON)
    for at in range(120):
        client.put_item(TableName=name, Item=key(at))
    client.delete_item(TableName=name, Key=key(7))
    path, seen = f"/dynamodb/tables/{name}/stream?from=oldest", []
    while path:
        page = await visitor.get(path)
        seen += [row[1:3] for row in page.rows()] if page.all("table") else []
        path = page.links.get("Later changes")
    assert [row[1] for row in seen] == [f"id = a, at = {at}" for at in [*range(120), 7]]
    assert seen[-1][0] == "deleted"


async def test_a_table_without_a_stream(visitor, make):
    name = make()
    page = await visitor.get(f"/dynamodb/tables/{name}/stream")
    assert "The table has no stream." in page.text
    assert (await visitor.get(f"/dynamodb/tables/{name}/stream/new", is_part=True)).status == 404


async def test_a_stream_of_keys_alone_says_so(visitor, client, make):
    name = make(StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    client.put_item(TableName=name, Item=key(1))
    page = await visitor.get(f"/dynamodb/tables/{name}/stream?from=oldest")
    assert page.rows()[0][3] == "The stream has no images."


class Shards:
    """Streams with shards of some records, as DynamoDB Streams answers them: the last shard is open."""

    exceptions = SimpleNamespace(ExpiredIteratorException=type("Expired", (Exception,), {}))

    def __init__(self, shards, piece=7):
        self.shards, self.piece, self.expired = shards, piece, False

    def described(self):
        made = [
            {"ShardId": name, "SequenceNumberRange": {"EndingSequenceNumber": "9"}}
            for name in self.shards
        ]
        made[-1]["SequenceNumberRange"] = {}
        return made

    def get_shard_iterator(self, **asked):
        numbers = self.shards[asked["ShardId"]]
        after = asked.get("SequenceNumber", "")
        place = numbers.index(int(after)) + 1 if after else 0
        return {"ShardIterator": f"{asked['ShardId']}:{place}"}

    def get_records(self, **asked):
        if self.expired:
            self.expired = False
            raise self.exceptions.ExpiredIteratorException
        shard, place = asked["ShardIterator"].rsplit(":", 1)
        numbers = self.shards[shard][int(place) :][: min(asked["Limit"], self.piece)]
        end = int(place) + len(numbers)
        is_over = end >= len(self.shards[shard]) and shard != list(self.shards)[-1]
        answer = {"Records": [record(number) for number in numbers]}
        return answer if is_over else {**answer, "NextShardIterator": f"{shard}:{end}"}


def record(number):
    return {
        "eventName": "INSERT",
        "dynamodb": {
            "Keys": {"id": {"S": str(number)}},
            "SequenceNumber": str(number),
            "ApproximateCreationDateTime": datetime.datetime.fromtimestamp(number, datetime.UTC),
        },
    }


TABLE = its.read(
    {
        "TableName": "x",
        "KeySchema": [],
        "LatestStreamArn": "arn",
        "StreamSpecification": {"StreamEnabled": True},
    }
)


@pytest.mark.parametrize("sizes", [[0, 0, 3], [60, 0, 5], [50, 50, 50], [1, 2, 3, 4, 120], [0]])
def test_shards_are_walked_to_the_end_each_record_once(sizes):
    numbers = iter(range(1, 1000))
    shards = {f"s{at}": [next(numbers) for _ in range(size)] for at, size in enumerate(sizes)}
    client, seen = Shards(shards), []
    tail = stream.Tail()
    while True:
        tail = stream.walk(
            client, TABLE, client.described(), stream.Tail(tail.changes[:0], tail.shard, tail.after)
        )
        seen += [int(each.sequence) for each in tail.changes]
        if len(tail.changes) < stream.PAGE:
            break
    assert seen == list(range(1, sum(sizes) + 1))


def test_a_page_that_slept_goes_on_behind_what_it_has_shown():
    client = Shards({"s0": list(range(1, 21))})
    tail = stream.Tail(shard="s0", after="15", iterator="s0:0")
    client.expired = True
    assert [
        each.sequence for each in stream.walk(client, TABLE, client.described(), tail).changes
    ] == ["16", "17", "18", "19", "20"]


def test_a_shard_that_is_no_longer_kept_is_gone_on_from():
    client = Shards({"s5": [1, 2]})
    tail = stream.walk(client, TABLE, client.described(), stream.Tail(shard="s0", after="99"))
    assert [each.sequence for each in tail.changes] == ["1", "2"]


def test_expiry_is_told_from_a_program():
    said = record(1) | {
        "eventName": "REMOVE",
        "userIdentity": {"PrincipalId": "dynamodb.amazonaws.com"},
    }
    assert stream.change(said).by == "expiry"
    assert stream.differences(
        {"a": {"S": "x"}, "b": {"N": "1"}}, {"a": {"S": "y"}, "b": {"N": "1"}}
    ) == [stream.Difference("a", "x", "y")]
