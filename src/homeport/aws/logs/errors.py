"""Errors of CloudWatch Logs: the code of the model, the status, the usual message.

Texts as recorded at AWS: https://github.com/localstack/localstack/tree/main/tests/aws/services/logs (`*.snapshot.json`).
"""

from __future__ import annotations

from homeport.aws.protocol.call import AwsError, ErrorKind

INVALID_PARAMETER = ErrorKind(
    "InvalidParameterException", 400, "A parameter is specified incorrectly."
)
VALIDATION = ErrorKind("ValidationException", 400, "One of the parameters is not valid.")
NO_GROUP = ErrorKind("ResourceNotFoundException", 400, "The specified log group does not exist.")
NO_STREAM = ErrorKind("ResourceNotFoundException", 400, "The specified log stream does not exist.")
NO_RESOURCE = ErrorKind("ResourceNotFoundException", 400, "The specified resource does not exist.")
GROUP_EXISTS = ErrorKind(
    "ResourceAlreadyExistsException", 400, "The specified log group already exists"
)
STREAM_EXISTS = ErrorKind(
    "ResourceAlreadyExistsException", 400, "The specified log stream already exists"
)
LIMIT_EXCEEDED = ErrorKind("LimitExceededException", 400, "Resource limit exceeded.")
TOO_MANY_TAGS = ErrorKind("TooManyTagsException", 400, "A resource can have no more than 50 tags.")


def invalid_token() -> AwsError:
    """A token that no answer gave."""
    return INVALID_PARAMETER("The specified nextToken is invalid.")


def invalid_value(value: object, path: str, constraint: str) -> AwsError:
    """One value that breaks a constraint, in AWS's usual form."""
    return INVALID_PARAMETER(
        f"1 validation error detected: Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"
    )
