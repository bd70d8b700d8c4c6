"""Errors of Amazon SQS: the code of the model, the status, the usual message.

A code that is no shape of the model (`InvalidParameterValue`) is one of the query protocol, which `protocol.errors` translates:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

from typing import Any

from homeport.aws.protocol.call import AwsError, ErrorKind

QUEUE_DOES_NOT_EXIST = ErrorKind("QueueDoesNotExist", 400, "The specified queue does not exist.")
QUEUE_NAME_EXISTS = ErrorKind(
    "QueueNameExists", 400, "A queue already exists with the same name and different attributes."
)
PURGE_IN_PROGRESS = ErrorKind(
    "PurgeQueueInProgress", 403, "Only one PurgeQueue operation is allowed every 60 seconds."
)
INVALID_ATTRIBUTE_NAME = ErrorKind("InvalidAttributeName", 400, "Unknown Attribute.")
INVALID_ATTRIBUTE_VALUE = ErrorKind(
    "InvalidAttributeValue", 400, "Invalid value for the parameter."
)
INVALID_PARAMETER = ErrorKind("InvalidParameterValue", 400, "One or more parameters are invalid.")
MISSING_PARAMETER = ErrorKind(
    "MissingParameter", 400, "The request must contain a parameter that is not there."
)
INVALID_CONTENTS = ErrorKind(
    "InvalidMessageContents",
    400,
    "Invalid characters found. Valid unicode characters are "
    "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
)
INVALID_HANDLE = ErrorKind(
    "ReceiptHandleIsInvalid", 404, "The input receipt handle is not a valid receipt handle."
)
"""`delete-garbage-handle` in https://github.com/yavosh/pail/blob/main/test/diff/testdata/golden/sqs-visibility.json"""
UNSUPPORTED = ErrorKind("UnsupportedOperation", 400, "Unsupported operation.")
OVER_LIMIT = ErrorKind(
    "OverLimit",
    403,
    "The maximum number of in flight messages is reached: 120000 messages that were received and not deleted.",
)
NO_RESOURCE = ErrorKind("ResourceNotFoundException", 404, "The resource does not exist.")
EMPTY_BATCH = ErrorKind(
    "EmptyBatchRequest", 400, "There should be at least one entry in the request."
)
TOO_MANY_ENTRIES = ErrorKind(
    "TooManyEntriesInBatchRequest", 400, "Maximum number of entries per request are 10."
)
IDS_NOT_DISTINCT = ErrorKind("BatchEntryIdsNotDistinct", 400, "Two entries have the same Id.")
INVALID_ENTRY_ID = ErrorKind(
    "InvalidBatchEntryId",
    400,
    "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
    "It can be at most 80 letters long.",
)
BATCH_TOO_LONG = ErrorKind(
    "BatchRequestTooLong", 400, "Batch requests cannot be longer than 1048576 bytes."
)


def invalid_value(value: Any, parameter: str, reason: str) -> AwsError:
    """The usual form of a wrong parameter, in the words that AWS has for it."""
    return INVALID_PARAMETER(
        f"Value {value} for parameter {parameter} is invalid. Reason: {reason}"
    )


def missing(parameter: str) -> AwsError:
    """A parameter that must be there."""
    return MISSING_PARAMETER(f"The request must contain the parameter {parameter}.")


def not_for_this_queue(value: Any, parameter: str) -> AwsError:
    """A parameter of FIFO queues on a standard one, or the other way round."""
    return invalid_value(
        value, parameter, "The request include parameter that is not valid for this queue type."
    )
