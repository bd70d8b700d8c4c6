"""The changes of a table, from its stream: shard by shard from the oldest, or live from now on.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
"""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.dynamodb import items, values
from homeport.console.cloud.dynamodb import table as its
from homeport.console.cloud.dynamodb.table import Table
from homeport.console.cloud.dynamodb.values import Item
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

PAGE = 50
SHARDS = 1000
"""Looked at: one is open at a time, and each is kept for a day."""
WALKED = 20
"""Shards that one page reads, where they are empty."""
NAMES = {"INSERT": "made", "MODIFY": "changed", "REMOVE": "deleted"}


class Difference(NamedTuple):
    """An attribute before and after; empty where it was not there."""

    name: str
    before: str
    after: str


class Change(NamedTuple):
    """A record of the stream."""

    at: float
    what: str
    named: str
    key: str
    differences: list[Difference]
    sequence: str
    by: str
    """`expiry` where the service itself did it."""
    has_images: bool


@dataclass
class Tail:
    """A page of changes, and where it goes on."""

    changes: list[Change] = field(default_factory=list)
    shard: str = ""
    after: str = ""
    """The sequence number of the last one, or empty where the shard is still to begin."""
    iterator: str = ""


async def show(visit: Visit) -> http.Response:
    """Changes from the oldest on, page by page; or the place where new ones appear."""
    table = await its.find(visit)
    if not table.stream:
        return visit.page(
            "cloud/dynamodb/stream.html",
            **its.frame(table, "Stream"),
            shards=[],
            is_live=False,
            tail=Tail(),
            more="",
            poll="",
        )
    is_live = visit.query.text("from") != "oldest"
    shard, after = visit.query.text("shard"), visit.query.text("after")

    def work(client: Any) -> tuple[list[dict[str, Any]], Tail]:
        shards = _shards(client, table.stream)
        if is_live:
            return shards, _latest(client, table, shards)
        return shards, walk(client, table, shards, Tail(shard=shard, after=after))

    shards, tail = await visit.cloud.use("dynamodbstreams", work)
    return visit.page(
        "cloud/dynamodb/stream.html",
        **its.frame(table, "Stream"),
        shards=shards,
        is_live=is_live,
        tail=tail,
        more=_older(table, tail) if not is_live and len(tail.changes) == PAGE else "",
        poll=_poll(table, tail) if is_live else "",
    )


def _older(table: Table, tail: Tail) -> str:
    query = {"from": "oldest", "shard": tail.shard, "after": tail.after}
    return f"{table.path}/stream?{urllib.parse.urlencode(query)}"


def _poll(table: Table, tail: Tail) -> str:
    query = {"shard": tail.shard, "after": tail.after, "iterator": tail.iterator}
    text = urllib.parse.urlencode({name: value for name, value in query.items() if value})
    return f"{table.path}/stream/new?{text}"


async def new(visit: Visit) -> http.Response:
    """What has come since the page last asked: a part of the page."""
    table = await its.find(visit)
    if not table.stream:
        raise Trouble("The stream was switched off.", hint="Settings switch it on.", status=404)
    query = visit.query
    tail = Tail(
        shard=query.text("shard"), after=query.text("after"), iterator=query.text("iterator")
    )

    def work(client: Any) -> Tail:
        return walk(client, table, _shards(client, table.stream), tail)

    found = await visit.cloud.use("dynamodbstreams", work)
    found.changes.reverse()
    return visit.page(
        "cloud/dynamodb/changes.html", changes=found.changes, poll=_poll(table, found), table=table
    )


def _shards(client: Any, arn: str) -> list[dict[str, Any]]:
    """All shards, the oldest first."""
    shards: list[dict[str, Any]] = []
    more: dict[str, str] = {}
    while len(shards) < SHARDS:
        said = client.describe_stream(StreamArn=arn, **more)["StreamDescription"]
        shards += said["Shards"]
        if "LastEvaluatedShardId" not in said:
            break
        more = {"ExclusiveStartShardId": said["LastEvaluatedShardId"]}
    return shards


def _latest(client: Any, table: Table, shards: list[dict[str, Any]]) -> Tail:
    """The place behind the last change; its iterator holds for 15 minutes, each answer brings the next."""
    if not shards:
        return Tail()
    shard = shards[-1]["ShardId"]
    answer = client.get_shard_iterator(
        StreamArn=table.stream, ShardId=shard, ShardIteratorType="LATEST"
    )
    return Tail(shard=shard, iterator=answer["ShardIterator"])


def walk(client: Any, table: Table, shards: list[dict[str, Any]], tail: Tail) -> Tail:
    """Reads on from a place, over the ends of shards, until a page is full or there is nothing newer."""
    at = _place(shards, tail.shard)
    for _ in range(WALKED):
        if at >= len(shards):
            break
        if shards[at]["ShardId"] != tail.shard:
            tail.shard, tail.after, tail.iterator = shards[at]["ShardId"], "", ""
        is_closed = "EndingSequenceNumber" in shards[at].get("SequenceNumberRange", {})
        has_ended = _read(client, table, tail, is_closed=is_closed)
        if len(tail.changes) >= PAGE or not has_ended:
            break
        at += 1
    return tail


def _place(shards: list[dict[str, Any]], shard: str) -> int:
    """A shard that is no longer kept is gone on from with the oldest that is."""
    names = [each["ShardId"] for each in shards]
    return names.index(shard) if shard in names else 0


def _read(client: Any, table: Table, tail: Tail, *, is_closed: bool) -> bool:
    """Reads one shard; whether it is at its end for ever."""
    iterator: str | None = tail.iterator or _iterator(client, table, tail)
    while iterator and len(tail.changes) < PAGE:
        try:
            answer = client.get_records(ShardIterator=iterator, Limit=PAGE - len(tail.changes))
        except client.exceptions.ExpiredIteratorException:
            # A page that slept: it goes on behind what it has shown, or from now on where that was nothing.
            iterator = _iterator(client, table, tail, "LATEST")
            continue
        except client.exceptions.TrimmedDataAccessException:
            tail.after = ""
            iterator = _iterator(client, table, tail)
            continue
        records = answer["Records"]
        tail.changes += [change(record) for record in records]
        if records:
            tail.after = records[-1]["dynamodb"]["SequenceNumber"]
        iterator = answer.get("NextShardIterator")
        if not records and not is_closed:
            break
    tail.iterator = iterator or ""
    return not iterator


def _iterator(client: Any, table: Table, tail: Tail, otherwise: str = "TRIM_HORIZON") -> str:
    """The place behind the last record; that which the other kind names where there is none."""
    kind = {"ShardIteratorType": otherwise}
    if tail.after:
        kind = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": tail.after}
    try:
        answer = client.get_shard_iterator(StreamArn=table.stream, ShardId=tail.shard, **kind)
    except client.exceptions.TrimmedDataAccessException:
        if not tail.after:
            raise
        # Kept for a day, and then gone: the oldest that is kept comes next.
        tail.after = ""
        return _iterator(client, table, tail)
    return str(answer["ShardIterator"])


def change(record: dict[str, Any]) -> Change:
    """A record as people read it."""
    its_change = record["dynamodb"]
    key = values.from_boto(its_change["Keys"])
    old: Item = values.from_boto(its_change.get("OldImage", {}))
    new: Item = values.from_boto(its_change.get("NewImage", {}))
    is_expiry = record.get("userIdentity", {}).get("PrincipalId") == "dynamodb.amazonaws.com"
    return Change(
        its_change["ApproximateCreationDateTime"].timestamp(),
        NAMES.get(record["eventName"], record["eventName"]),
        items.named(key),
        values.encode_key(key),
        [each for each in differences(old, new) if each.name not in key],
        its_change["SequenceNumber"],
        "expiry" if is_expiry else "",
        bool(old or new),
    )


def differences(old: Item, new: Item) -> list[Difference]:
    """The attributes that are not the same in both images."""
    return [
        Difference(
            name,
            values.show(old[name]) if name in old else "",
            values.show(new[name]) if name in new else "",
        )
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]


ROWS = (
    Row("GET", "/dynamodb/tables/{table}/stream", show, "cloud"),
    Row("GET", "/dynamodb/tables/{table}/stream/new", new, "cloud"),
)
