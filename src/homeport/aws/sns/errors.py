"""Errors of Amazon SNS: the code of the model, the status, the usual message.

Texts are those recorded in https://github.com/localstack/localstack/blob/main/tests/aws/services/sns/test_sns.snapshot.json where nothing else
is said; a text that is recorded nowhere is in the same form.
"""

from __future__ import annotations

from homeport.aws.protocol.call import AwsError, ErrorKind

INVALID = ErrorKind("InvalidParameter", 400, "Invalid parameter")
INVALID_VALUE = ErrorKind("ParameterValueInvalid", 400, "Invalid parameter value")
NOT_FOUND = ErrorKind("NotFound", 404, "Topic does not exist")
NO_SUBSCRIPTION = ErrorKind("NotFound", 404, "Subscription does not exist")
NO_APPLICATION = ErrorKind("NotFound", 404, "PlatformApplication does not exist")
NO_ENDPOINT = ErrorKind("NotFound", 404, "Endpoint does not exist")
NO_RESOURCE = ErrorKind("ResourceNotFound", 404, "Resource does not exist")
ENDPOINT_DISABLED = ErrorKind("EndpointDisabled", 400, "Endpoint is disabled")
AUTHORIZATION = ErrorKind("AuthorizationError", 403, "Not authorized")
TAG_LIMIT = ErrorKind(
    "TagLimitExceeded", 400, "Could not complete request: tag quota of per resource exceeded"
)
FILTER_LIMIT = ErrorKind("FilterPolicyLimitExceeded", 403, "Filter policy limit exceeded")
SUBSCRIPTION_LIMIT = ErrorKind("SubscriptionLimitExceeded", 403, "Subscription limit exceeded")
OPTED_OUT = ErrorKind("OptedOut", 400, "Phone number is opted out")

TOO_MANY_ENTRIES = ErrorKind(
    "TooManyEntriesInBatchRequest", 400, "The batch request contains more entries than permissible."
)
EMPTY_BATCH = ErrorKind("EmptyBatchRequest", 400, "The batch request doesn't contain any entries.")
IDS_NOT_DISTINCT = ErrorKind(
    "BatchEntryIdsNotDistinct", 400, "Two or more batch entries in the request have the same Id."
)
INVALID_ENTRY_ID = ErrorKind("InvalidBatchEntryId", 400, "The Id of a batch entry is invalid.")
BATCH_TOO_LONG = ErrorKind(
    "BatchRequestTooLong",
    400,
    "The length of all the messages put together is more than the limit.",
)


def invalid(what: str, reason: str = "") -> AwsError:
    """The usual form of a wrong parameter."""
    return INVALID(f"Invalid parameter: {what}" + (f" Reason: {reason}" if reason else ""))
