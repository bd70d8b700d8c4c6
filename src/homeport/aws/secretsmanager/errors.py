"""Errors of Secrets Manager: the code of the model, the status, the usual message.

Texts as recorded at AWS, where nothing else is said:
https://github.com/localstack/localstack/blob/main/tests/aws/services/secretsmanager/test_secretsmanager.snapshot.json
"""

from __future__ import annotations

from homeport.aws.protocol.call import AwsError, ErrorKind

NOT_FOUND = ErrorKind(
    "ResourceNotFoundException", 400, "Secrets Manager can't find the specified secret."
)
EXISTS = ErrorKind("ResourceExistsException", 400, "The operation failed because it exists.")
INVALID_REQUEST = ErrorKind("InvalidRequestException", 400, "The request is not valid.")
INVALID_PARAMETER = ErrorKind(
    "InvalidParameterException", 400, "The parameter name or value is invalid."
)
INVALID_NAME = ErrorKind(
    "ValidationException",
    400,
    "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
)
INVALID_NEXT_TOKEN = ErrorKind("InvalidNextTokenException", 400, "Invalid token")
LIMIT_EXCEEDED = ErrorKind(
    "LimitExceededException",
    400,
    "The request failed because it would exceed one of the Secrets Manager quotas.",
)
MALFORMED_POLICY = ErrorKind(
    "MalformedPolicyDocumentException", 400, "This resource policy contains invalid Json."
)
MARKED = ErrorKind(
    "InvalidRequestException",
    400,
    "You can't perform this operation on the secret because it was marked for deletion.",
)
NO_TOKEN = ErrorKind(
    "InvalidRequestException",
    400,
    "You must provide a ClientRequestToken value. We recommend a UUID-type value.",
)
NOT_BUILT = ErrorKind("NotImplemented", 501, "")


def no_value(what: str, which: str) -> AwsError:
    """A version that is not there, by its staging label or its id."""
    return NOT_FOUND(f"Secrets Manager can't find the specified secret value for {what}: {which}")
