"""Errors of authentication and of payloads, with AWS's codes, statuses and texts.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
"""

from __future__ import annotations

from typing import NamedTuple

from homeport.aws.protocol.call import AwsError, ErrorKind

ACCESS_DENIED = ErrorKind("AccessDenied", 403, "Access Denied")
AUTHORIZATION_HEADER_MALFORMED = ErrorKind(
    "AuthorizationHeaderMalformed", 400, "The authorization header that you provided is not valid."
)
AUTHORIZATION_QUERY_PARAMETERS = ErrorKind(
    "AuthorizationQueryParametersError",
    400,
    "The authorization query parameters that you provided are not valid.",
)
BAD_DIGEST = ErrorKind(
    "BadDigest", 400, "The Content-MD5 you specified did not match what we received."
)
INCOMPLETE_BODY = ErrorKind("IncompleteBody", 400, "The request body terminated unexpectedly")
INVALID_ACCESS_KEY_ID = ErrorKind(
    "InvalidAccessKeyId",
    403,
    "The AWS Access Key Id you provided does not exist in our records.",
)
INVALID_ARGUMENT = ErrorKind("InvalidArgument", 400, "Invalid Argument")
INVALID_CHUNK_SIZE = ErrorKind(
    "InvalidChunkSizeError",
    403,
    "Only the last chunk is allowed to have a size less than 8192 bytes",
)
INVALID_DIGEST = ErrorKind("InvalidDigest", 400, "The Content-MD5 you specified was invalid.")
INVALID_REQUEST = ErrorKind("InvalidRequest", 400, "The request is not valid.")
MALFORMED_TRAILER = ErrorKind(
    "MalformedTrailerError",
    400,
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
)
MISSING_CONTENT_LENGTH = ErrorKind(
    "MissingContentLength", 411, "You must provide the Content-Length HTTP header."
)
PAYLOAD_MISMATCH = ErrorKind(
    "XAmzContentSHA256Mismatch",
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
)
REQUEST_TIME_TOO_SKEWED = ErrorKind(
    "RequestTimeTooSkewed",
    403,
    "The difference between the request time and the current time is too large.",
)
SIGNATURE_DOES_NOT_MATCH = ErrorKind(
    "SignatureDoesNotMatch",
    403,
    "The request signature we calculated does not match the signature you provided. "
    "Check your key and signing method.",
)


class Family(NamedTuple):
    """How a kind of service words the same four refusals."""

    malformed: ErrorKind
    missing: ErrorKind
    unknown_key: ErrorKind
    mismatch: ErrorKind


_UNKNOWN_KEY = "The security token included in the request is invalid."
_MISSING = "Request is missing Authentication Token"
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)
_MALFORMED = "The request signature does not conform to AWS standards."

S3 = Family(
    AUTHORIZATION_HEADER_MALFORMED, ACCESS_DENIED, INVALID_ACCESS_KEY_ID, SIGNATURE_DOES_NOT_MATCH
)
QUERY = Family(
    ErrorKind("IncompleteSignature", 400, _MALFORMED),
    ErrorKind("MissingAuthenticationToken", 403, _MISSING),
    ErrorKind("InvalidClientTokenId", 403, _UNKNOWN_KEY),
    ErrorKind("SignatureDoesNotMatch", 403, _MISMATCH),
)
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html"""

JSON = Family(
    ErrorKind("IncompleteSignatureException", 400, _MALFORMED),
    ErrorKind("MissingAuthenticationTokenException", 400, _MISSING),
    ErrorKind("UnrecognizedClientException", 400, _UNKNOWN_KEY),
    ErrorKind("InvalidSignatureException", 400, _MISMATCH),
)
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html"""


def malformed(reason: str, family: Family, *, is_query: bool) -> AwsError:
    """A credential that cannot be read."""
    if family is not S3:
        return family.malformed(reason)
    if is_query:
        return AUTHORIZATION_QUERY_PARAMETERS(
            f"Error parsing the X-Amz-Credential parameter; {reason}"
        )
    return AUTHORIZATION_HEADER_MALFORMED(f"The authorization header is malformed; {reason}")
