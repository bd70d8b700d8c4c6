"""ListStreams and DescribeStream.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ListStreams.html,
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import streams
from homeport.aws.dynamodb.store.streams import Described, Shard
from homeport.aws.dynamodb.streams import errors, limits, numbers, reading
from homeport.aws.protocol.call import Call, Params

_AFTER_ALL_LABELS = "~"
"""Follows every label, as those begin with a digit."""


def list_streams(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """ListStreams: the youngest of a table first."""
    limit = params.get("Limit", limits.STREAMS)
    if limit > limits.STREAMS:
        raise errors.invalid(errors.MANY_STREAMS)
    begin = params.get("ExclusiveStartStreamArn")
    after = None
    if begin is not None:
        parsed = reading.parse_arn(begin)
        if parsed is None:
            raise errors.invalid(errors.INVALID_ARN)
        after = parsed[2:]
    with dynamodb.db.snapshot() as connection:
        found = _page(dynamodb, connection, call, params.get("TableName"), after, limit + 1)
    answer: Params = {"Streams": [_listed(stream) for stream in found[:limit]]}
    if len(found) > limit:
        answer["LastEvaluatedStreamArn"] = found[limit - 1].arn
    return answer


def _page(
    dynamodb: DynamoDb,
    connection: sqlite3.Connection,
    call: Call,
    name: str | None,
    after: tuple[str, str] | None,
    limit: int,
) -> list[Described]:
    account, region, horizon = call.account, call.region, reading.horizon_ms(dynamodb)
    if name is None:
        return streams.page(connection, account, region, after or ("", ""), horizon, limit)
    if after is not None and after[0] != name:
        return []
    label = _AFTER_ALL_LABELS if after is None else after[1]
    return streams.page_of(connection, account, region, name, label, horizon, limit)


def _listed(stream: Described) -> Params:
    return {
        "StreamArn": stream.arn,
        "TableName": stream.table_name,
        "StreamLabel": stream.label,
    }


def describe_stream(dynamodb: DynamoDb, _call: Call, params: Params) -> Params:
    """DescribeStream"""
    limit = params.get("Limit", limits.SHARDS)
    if limit > limits.SHARDS:
        raise errors.invalid(errors.MANY_SHARDS)
    only = params.get("ShardFilter")
    if only is not None and only.get("Type") is None:
        raise errors.invalid(errors.NO_FILTER_TYPE)
    with dynamodb.db.snapshot() as connection:
        stream = reading.find(dynamodb, connection, params["StreamArn"])
        begin = params.get("ExclusiveStartShardId")
        after = 0 if begin is None else _place(connection, stream, begin)
        found = _shards(dynamodb, connection, stream, only, after, limit + 1)
    if begin is not None:
        # One that is unknown was trimmed, or was never there: names grow, so what follows it is known all the same.
        found = [shard for shard in found if shard.name > begin]
    description = _described(stream, found[:limit])
    if len(found) > limit:
        description["LastEvaluatedShardId"] = found[limit - 1].name
    return {"StreamDescription": description}


def _place(connection: sqlite3.Connection, stream: Described, name: str) -> int:
    """The id of the shard after which to go on: one that is unknown was trimmed, so from the oldest."""
    shard = streams.shard(connection, stream.id, name)
    return 0 if shard is None else shard.id


def _shards(
    dynamodb: DynamoDb,
    connection: sqlite3.Connection,
    stream: Described,
    only: dict[str, Any] | None,
    after: int,
    limit: int,
) -> list[Shard]:
    horizon = reading.horizon_ms(dynamodb)
    if only is None:
        return streams.shards(connection, stream.id, after, horizon, limit)
    parent = only.get("ShardId", "")
    return streams.children(connection, stream.id, parent, after, horizon, limit)


def _described(stream: Described, shards: list[Shard]) -> Params:
    return {
        "StreamArn": stream.arn,
        "StreamLabel": stream.label,
        "StreamStatus": "ENABLED" if stream.closed_ms is None else "DISABLED",
        "StreamViewType": stream.view,
        "CreationRequestDateTime": stream.created_ms / 1000,
        "TableName": stream.table_name,
        "KeySchema": json.loads(stream.key_schema),
        "Shards": [_shard(shard) for shard in shards],
    }


def _shard(shard: Shard) -> Params:
    numbered = {"StartingSequenceNumber": numbers.wire(shard.first)}
    if shard.last is not None:
        numbered["EndingSequenceNumber"] = numbers.wire(shard.last)
    described: Params = {"ShardId": shard.name, "SequenceNumberRange": numbered}
    if shard.parent is not None:
        described["ParentShardId"] = shard.parent
    return described
