"""Limits of DynamoDB Streams, each with its page."""

from __future__ import annotations

DAY_MS = 24 * 60 * 60 * 1000
"""How long records are kept, also after the stream or its table is gone.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html#Streams.Processing"""

SHARD_MS = 4 * 60 * 60 * 1000
"""After about this time a shard is closed and gets a child: AWS promises no figure, this one is what is seen there.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html"""

ITERATOR_MS = 15 * 60 * 1000
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html"""

RECORDS = 1000
RECORDS_SIZE = 1024 * 1024
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html"""

SHARDS = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html"""

STREAMS = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ListStreams.html"""
