"""Presigned URLs: how long they hold, and the headers that they carry in their query.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html#RESTAuthenticationQueryStringAuth

An expired URL is refused whether signatures are verified or not: that it stops working is what it was made for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from homeport.aws.protocol.call import AwsError
from homeport.aws.signing import checksums, errors
from homeport.aws.signing.credential import ALGORITHM, ALGORITHM_V4A, Credential, Form, parameters

MAX_EXPIRES_S = 604_800
"""Seven days. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html (X-Amz-Expires)"""

MAX_SKEW_S = 900
"""Fifteen minutes. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (RequestTimeTooSkewed)"""

_MAX_EPOCH_DIGITS = 11

_REQUIRED = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-Date",
    "X-Amz-SignedHeaders",
    "X-Amz-Expires",
)

_IGNORED = frozenset((*checksums.HEADERS, "x-amz-sdk-checksum-algorithm"))


class Presigned(NamedTuple):
    """What the query of a version 4 URL says of its signature."""

    timestamp: str
    signed_headers: tuple[str, ...]
    signature: str


def check(query: str, credential: Credential, now: float) -> dict[str, str]:
    """The parameters of a presigned request that is still good. Raises `AwsError` for one that is expired or malformed."""
    values = parameters(query)
    if credential.form is Form.V2:
        _check_version_2(values, now)
        return values
    _check_form(values, _REQUIRED if credential.service == "s3" else _REQUIRED[:-1])
    if credential.service != "s3":
        # Elsewhere nothing expires by a parameter; a signature is good for the permitted skew, which `verify` looks at.
        return values
    expires_s = _expires(values.get("X-Amz-Expires", ""))
    signed_at = time_of(values["X-Amz-Date"])
    if signed_at is None:
        raise errors.AUTHORIZATION_QUERY_PARAMETERS(
            "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
        )
    if signed_at - now > MAX_SKEW_S:
        raise errors.ACCESS_DENIED(
            "Request is not valid yet", Expires=iso(signed_at), ServerTime=iso(now)
        )
    if now >= signed_at + expires_s:
        raise _expired(signed_at + expires_s, now, **{"X-Amz-Expires": str(expires_s)})
    return values


def signature(values: Mapping[str, str]) -> Presigned:
    """The parts of a checked version 4 query that its verification needs."""
    names = tuple(values["X-Amz-SignedHeaders"].split(";"))
    return Presigned(values["X-Amz-Date"], names, values["X-Amz-Signature"])


def hoisted(values: Mapping[str, str]) -> dict[str, str]:
    """The `x-amz-*` headers that a signer moved into the query, where S3 reads them as headers, by name in lower case.

    Not a checksum of the body: it cannot be known when a URL is made, yet signers put in that of an empty one, and S3 does not
    look at it. Measured on AWS: https://github.com/localstack/localstack/pull/12164, https://github.com/aws/aws-sdk/issues/480
    """
    found: dict[str, str] = {}
    for name, value in values.items():
        lower = name.lower()
        if lower.startswith("x-amz-") and name not in _REQUIRED and lower not in _IGNORED:
            found[lower] = value
    return found


def time_of(timestamp: str) -> float | None:
    """Seconds since the epoch of an ISO 8601 basic time (`20130524T000000Z`); None where it is none."""
    try:
        return datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def too_skewed(timestamp: str, now: float) -> AwsError:
    """The error of a request to S3 that was signed too long ago, or in the future."""
    return errors.REQUEST_TIME_TOO_SKEWED(
        RequestTime=timestamp,
        ServerTime=iso(now),
        MaxAllowedSkewMilliseconds=str(MAX_SKEW_S * 1000),
    )


def _check_form(values: Mapping[str, str], required: Sequence[str]) -> None:
    if any(not values.get(name) for name in required):
        raise errors.AUTHORIZATION_QUERY_PARAMETERS(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
            "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
        )
    if values["X-Amz-Algorithm"] not in (ALGORITHM, ALGORITHM_V4A):
        raise errors.AUTHORIZATION_QUERY_PARAMETERS(
            f'X-Amz-Algorithm only supports "{ALGORITHM} and {ALGORITHM_V4A}"'
        )


def _expires(text: str) -> int:
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdigit():
        raise errors.AUTHORIZATION_QUERY_PARAMETERS("X-Amz-Expires should be a number")
    if text.startswith("-"):
        raise errors.AUTHORIZATION_QUERY_PARAMETERS("X-Amz-Expires must be non-negative")
    if len(text) > len(str(MAX_EXPIRES_S)) or int(text) > MAX_EXPIRES_S:
        raise errors.AUTHORIZATION_QUERY_PARAMETERS(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
            f"{MAX_EXPIRES_S} seconds"
        )
    return int(text)


def _check_version_2(values: Mapping[str, str], now: float) -> None:
    text = values.get("Expires", "")
    if not text.isascii() or not text.isdigit() or len(text) > _MAX_EPOCH_DIGITS:
        raise errors.ACCESS_DENIED(f"Invalid date (should be seconds since epoch): {text}")
    if now >= int(text):
        raise _expired(float(text), now)


def _expired(end: float, now: float, **fields: str) -> AwsError:
    return errors.ACCESS_DENIED(
        "Request has expired", **fields, Expires=iso(end), ServerTime=iso(now)
    )


def iso(when: float) -> str:
    """A time as the fields of errors show it."""
    return datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
