"""The operations of DynamoDB Streams, by their name in the model."""

from __future__ import annotations

import functools
from collections.abc import Callable

from homeport.aws.dynamodb import wire
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.streams import describing, records, upkeep
from homeport.aws.protocol.call import Call, Params, Result, Service

TABLE: dict[str, Callable[[DynamoDb, Call, Params], Result]] = {
    "DescribeStream": describing.describe_stream,
    "GetRecords": records.get_records,
    "GetShardIterator": records.get_shard_iterator,
    "ListStreams": describing.list_streams,
}


def service(dynamodb: DynamoDb) -> Service:
    """DynamoDB Streams for the dispatcher; starts what time does to streams."""
    upkeep.resume(dynamodb)
    operations = {name: functools.partial(work, dynamodb) for name, work in TABLE.items()}
    return Service("dynamodbstreams", operations, before=wire.begin, after=wire.finish)
