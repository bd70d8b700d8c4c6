"""Errors of DynamoDB Streams, beside those of DynamoDB.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
"""

from __future__ import annotations

from homeport.aws.dynamodb.errors import VALIDATION
from homeport.aws.protocol.call import AwsError, ErrorKind

_NOT_FOUND = ErrorKind("ResourceNotFoundException", 400, "Requested resource not found")
SHARD_NOT_FOUND = ErrorKind(
    "ResourceNotFoundException", 400, "Requested resource not found: Shard does not exist"
)
"""https://github.com/opensearch-project/data-prepper/issues/4401"""
EXPIRED = ErrorKind(
    "ExpiredIteratorException",
    400,
    "The shard iterator has expired and can no longer be used to retrieve stream records. A shard iterator expires "
    "15 minutes after it is retrieved using the GetShardIterator action.",
)
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html#API_streams_GetRecords_Errors"""
TRIMMED = ErrorKind(
    "TrimmedDataAccessException", 400, "The data you are trying to access has been trimmed"
)
"""https://github.com/ironSource/node-dynamodb-stream/issues/13"""
MANY_RECORDS = "Limit should be less than or equal to 1000"
"""A ValidationException at AWS, whatever the page of GetRecords says:
https://github.com/scylladb/scylladb/blob/master/test/alternator/test_streams.py (test_get_records_too_high_limit)"""
INVALID_ITERATOR = "Invalid ShardIterator"
INVALID_ARN = "Invalid StreamArn"
WRONG_SEQUENCE_NUMBER = "Invalid SequenceNumber for the shard"
_INVALID = "One or more parameter values were invalid: "
NO_SEQUENCE_NUMBER = _INVALID + "Invalid SequenceNumber"
UNWANTED_SEQUENCE_NUMBER = _INVALID + "SequenceNumber should not be passed for this iterator type"
NO_TIMESTAMP = _INVALID + "Invalid Timestamp"
FUTURE_TIMESTAMP = _INVALID + "Timestamp should not be in the future"
UNWANTED_TIMESTAMP = _INVALID + "Timestamp should not be passed for this iterator type"
MANY_SHARDS = _INVALID + "Limit cannot be greater than the maximum: 100"
MANY_STREAMS = _INVALID + "Limit cannot be greater than the maximum allowed size: 100"
NO_FILTER_TYPE = (
    "1 validation error detected: Value 'null' at 'shardFilter.type' failed to satisfy constraint: "
    "Member must be CHILD_SHARDS"
)
"""Messages of ValidationException as DynamoDB Local words them, https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.html;
those about a timestamp follow them: AWS gives the rule alone,
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html"""


def stream_not_found(arn: str) -> AwsError:
    """https://github.com/localstack/localstack/issues/1655"""
    return _NOT_FOUND(f"Requested resource not found: Stream: {arn} not found")


def invalid(message: str) -> AwsError:
    """A ValidationException."""
    return VALIDATION(message)
