"""Errors of AWS STS: code, status, usual message.

https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
Texts that are marked so were recorded at AWS in
https://github.com/localstack/localstack/blob/main/tests/aws/services/sts/test_sts.snapshot.json
"""

from __future__ import annotations

from homeport.aws.protocol.call import AwsError, ErrorKind

VALIDATION = ErrorKind("ValidationError", 400, "The input fails to satisfy a constraint.")
INVALID_PARAMETER = ErrorKind(
    "InvalidParameterValue", 400, "An invalid or out-of-range value was supplied."
)
ACCESS_DENIED = ErrorKind("AccessDenied", 403, "Access denied.")
EXPIRED = ErrorKind("ExpiredToken", 403, "The security token included in the request is expired")
UNKNOWN_KEY = ErrorKind(
    "InvalidClientTokenId", 403, "The security token included in the request is invalid."
)
MALFORMED_POLICY = ErrorKind(
    "MalformedPolicyDocumentException", 400, "This policy contains invalid Json"
)
PACKED_TOO_LARGE = ErrorKind(
    "PackedPolicyTooLargeException", 400, "The packed policy is too large."
)
INVALID_IDENTITY = ErrorKind(
    "InvalidIdentityTokenException",
    400,
    "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
)
EXPIRED_IDENTITY = ErrorKind("ExpiredTokenException", 400, "Token expired")
THROTTLED = ErrorKind("Throttling", 400, "Rate exceeded")
DUPLICATE_TAGS = INVALID_PARAMETER(
    "Duplicate tag keys found. Please note that Tag keys are case insensitive."
)


def constraint(value: object, member: str, rule: str) -> AwsError:
    """A member that breaks a rule, in the words of AWS's framework."""
    return VALIDATION(
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {rule}"
    )
