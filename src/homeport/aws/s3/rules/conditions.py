"""Conditional requests: on reads, on writes, and on the source of a copy.

https://www.rfc-editor.org/rfc/rfc9110#name-precedence-of-preconditions
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
"""

from __future__ import annotations

from homeport.aws.protocol.call import Params
from homeport.aws.s3 import errors

_SOURCE = "x-amz-copy-source-"


def matches(header: str, etag: str) -> bool:
    """Whether a list of entity tags, or `*`, names this one. Quotes may be left out, as S3 allows."""
    if header == "*" or header.strip('"') == etag:
        return True
    return any(_bare(given) in (etag, "*") for given in header.split(","))


def _bare(given: str) -> str:
    return given.strip().removeprefix("W/").strip('"')


def check_read(params: Params, etag: str, modified: int) -> bool:
    """Whether the answer is 304 Not Modified. Raises `PreconditionFailed`."""
    if "IfMatch" in params:
        if not matches(params["IfMatch"], etag):
            raise errors.precondition_failed("If-Match")
    elif "IfUnmodifiedSince" in params and modified > params["IfUnmodifiedSince"]:
        raise errors.precondition_failed("If-Unmodified-Since")
    if "IfNoneMatch" in params:
        return matches(params["IfNoneMatch"], etag)
    return "IfModifiedSince" in params and modified <= params["IfModifiedSince"]


def check_source(params: Params, etag: str, modified: int) -> None:
    """Raises `PreconditionFailed` where the source of a copy is not as the client wants it.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
    """
    if "CopySourceIfMatch" in params:
        if not matches(params["CopySourceIfMatch"], etag):
            raise errors.precondition_failed(f"{_SOURCE}If-Match")
    elif (
        "CopySourceIfUnmodifiedSince" in params and modified > params["CopySourceIfUnmodifiedSince"]
    ):
        raise errors.precondition_failed(f"{_SOURCE}If-Unmodified-Since")
    if "CopySourceIfNoneMatch" in params:
        if matches(params["CopySourceIfNoneMatch"], etag):
            raise errors.precondition_failed(f"{_SOURCE}If-None-Match")
    elif "CopySourceIfModifiedSince" in params and modified <= params["CopySourceIfModifiedSince"]:
        raise errors.precondition_failed(f"{_SOURCE}If-Modified-Since")


def check_write_form(params: Params) -> None:
    """Raises `NotImplemented` for conditions that S3 has not.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    """
    if params.get("IfNoneMatch", "*") != "*":
        raise errors.header_not_implemented("If-None-Match")
    if "IfMatch" in params and "IfNoneMatch" in params:
        raise errors.header_not_implemented("If-Match,If-None-Match")


def check_write(params: Params, key: str, etag: str | None) -> None:
    """Raises `PreconditionFailed` or `NoSuchKey` where the current object (None: there is none) is not as wanted."""
    if etag is not None and "IfNoneMatch" in params:
        raise errors.precondition_failed("If-None-Match")
    if "IfMatch" not in params:
        return
    if etag is None:
        raise errors.NO_SUCH_KEY(Key=key)
    if not matches(params["IfMatch"], etag):
        raise errors.precondition_failed("If-Match")


def check_delete(if_match: str | None, key: str, version: str | None, etag: str | None) -> None:
    """Raises where the current object (None: there is none, or a marker) is not the one to delete.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html. What that page leaves open was measured on
    AWS: 404 where there is no current object, 501 together with a version
    (https://github.com/localstack/localstack/issues/13894, https://github.com/ministackorg/ministack/issues/1475).
    """
    if if_match is None:
        return
    if version is not None:
        raise errors.header_not_implemented("If-Match")
    if etag is None:
        raise errors.NO_SUCH_KEY(Key=key)
    if not matches(if_match, etag):
        raise errors.precondition_failed("If-Match")
