"""Verifies signatures of version 2, which boto3 still gives to presigned URLs of S3 where nobody asks for another.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

from homeport.aws.signing import errors, presigned
from homeport.aws.signing.credential import Credential
from homeport.edge import http

SUBRESOURCES = frozenset(
    {
        "accelerate",
        "acl",
        "analytics",
        "cors",
        "defaultObjectAcl",
        "delete",
        "inventory",
        "lifecycle",
        "location",
        "logging",
        "metrics",
        "notification",
        "object-lock",
        "partNumber",
        "policy",
        "replication",
        "requestPayment",
        "response-cache-control",
        "response-content-disposition",
        "response-content-encoding",
        "response-content-language",
        "response-content-type",
        "response-expires",
        "restore",
        "select",
        "select-type",
        "storageClass",
        "tagging",
        "torrent",
        "uploadId",
        "uploads",
        "versionId",
        "versioning",
        "versions",
        "website",
    }
)
"""Parameters that are part of the resource. The documentation names some; signers agree on these:
https://github.com/boto/botocore/blob/develop/botocore/auth.py (`QSAOfInterest`)"""

_STANDARD = ("content-md5", "content-type")


def verify(
    request: http.Request,
    credential: Credential,
    secret: str,
    resource: str,
    query: Mapping[str, str] | None,
    now: float,
) -> None:
    """Lets an honest request pass. `resource` is the path with the bucket in front; `query` is given for a presigned URL.

    Raises `SignatureDoesNotMatch`, and `RequestTimeTooSkewed` for a request that is signed in its header.
    """
    if query is None:
        signature = request.headers["authorization"].rpartition(":")[2]
        headers: Mapping[str, str] = request.headers
        date = "" if "x-amz-date" in headers else headers.get("date", "")
        _check_time(headers.get("x-amz-date", date), now)
    else:
        signature, date = query.get("Signature", ""), query.get("Expires", "")
        headers = _moved(query) | request.headers
    text = string_to_sign(request.method, headers, date, resource, request.query)
    if not hmac.compare_digest(sign(secret, text), signature.encode("latin-1", "replace")):
        raise errors.SIGNATURE_DOES_NOT_MATCH(
            AWSAccessKeyId=credential.access_key, StringToSign=text, SignatureProvided=signature
        )


def string_to_sign(
    method: str, headers: Mapping[str, str], date: str, resource: str, query: str
) -> str:
    """What the signature is computed over."""
    lines = [method, *(headers.get(name, "").strip() for name in _STANDARD), date]
    amz = sorted(name for name in headers if name.startswith("x-amz-"))
    lines += [f"{name}:{headers[name].strip()}" for name in amz]
    return "\n".join([*lines, resource + _subresources(query)])


def sign(secret: str, text: str) -> bytes:
    """The signature, base64."""
    return base64.b64encode(hmac.digest(secret.encode(), text.encode("latin-1"), "sha1"))


def _subresources(query: str) -> str:
    found: list[tuple[str, str]] = []
    for field in query.split("&"):
        name, equals, value = field.partition("=")
        if name in SUBRESOURCES:
            # Bytes as they are: what is computed over is Latin-1 text of them.
            found.append((name, equals + unquote(value, "latin-1")))
    return "?" + "&".join([name + value for name, value in sorted(found)]) if found else ""


def _moved(query: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value.encode().decode("latin-1")
        for name, value in query.items()
        if name.startswith("x-amz-") or name in _STANDARD
    }


def _check_time(date: str, now: float) -> None:
    try:
        signed_at = parsedate_to_datetime(date).timestamp()
    except ValueError as wrong:
        raise errors.ACCESS_DENIED(
            "AWS authentication requires a valid Date or x-amz-date header"
        ) from wrong
    if abs(now - signed_at) > presigned.MAX_SKEW_S:
        raise presigned.too_skewed(date, now)
