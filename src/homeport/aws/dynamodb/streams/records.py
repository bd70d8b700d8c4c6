"""GetShardIterator and GetRecords.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html,
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
"""

from __future__ import annotations

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.streams import errors, iterators, limits, reading, wire
from homeport.aws.dynamodb.streams.iterators import Iterator
from homeport.aws.dynamodb.streams.reading import Start
from homeport.aws.protocol.call import Call, Output, Params


def get_shard_iterator(dynamodb: DynamoDb, _call: Call, params: Params) -> Params:
    """GetShardIterator"""
    arn, shard = params["StreamArn"], params["ShardId"]
    begin = Start(
        params["ShardIteratorType"], params.get("SequenceNumber"), params.get("Timestamp")
    )
    position = reading.start(dynamodb, arn, shard, begin)
    iterator = Iterator(arn, shard, position, dynamodb.now_ms())
    return {"ShardIterator": iterators.encode(iterator)}


def get_records(dynamodb: DynamoDb, _call: Call, params: Params) -> Output:
    """GetRecords"""
    limit = params.get("Limit", limits.RECORDS)
    if limit > limits.RECORDS:
        raise errors.invalid(errors.MANY_RECORDS)
    iterator = iterators.decode(params["ShardIterator"])
    now_ms = dynamodb.now_ms()
    if now_ms - iterator.made_ms > limits.ITERATOR_MS:
        raise errors.EXPIRED()
    page = reading.read(dynamodb, iterator.arn, iterator.shard, iterator.position, limit)
    records = b",".join([wire.record(page.stream, record) for record in page.records])
    answer = b'{"Records":[' + records + b"]"
    if page.next is not None:
        following = Iterator(iterator.arn, iterator.shard, page.next, now_ms)
        answer += b',"NextShardIterator":"' + iterators.encode(following).encode() + b'"'
    return Output(json=answer + b"}")
