"""Errors for clients: one table of codes, one class to raise, one place that writes them.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable
from typing import Any, NamedTuple

from homeport import errors as faults
from homeport.edge import http

_log = logging.getLogger(__name__)

VERSION = ("Docker-Distribution-Api-Version", "registry/2.0")
"""Docker took a server without it for no registry: https://distribution.github.io/distribution/spec/api/#api-version-check"""


class Code(NamedTuple):
    """Status and text that go with an error code."""

    status: int
    message: str


# Those after UNKNOWN are Distribution's: https://github.com/distribution/distribution/blob/main/registry/api/errcode/register.go
CODES = {
    "BLOB_UNKNOWN": Code(404, "blob unknown to registry"),
    "BLOB_UPLOAD_INVALID": Code(400, "blob upload invalid"),
    "BLOB_UPLOAD_UNKNOWN": Code(404, "blob upload unknown to registry"),
    "DENIED": Code(403, "requested access to the resource is denied"),
    "DIGEST_INVALID": Code(400, "provided digest did not match uploaded content"),
    "MANIFEST_BLOB_UNKNOWN": Code(
        400, "manifest references a manifest or blob unknown to registry"
    ),
    "MANIFEST_INVALID": Code(400, "manifest invalid"),
    "MANIFEST_UNKNOWN": Code(404, "manifest unknown to registry"),
    "NAME_INVALID": Code(400, "invalid repository name"),
    "NAME_UNKNOWN": Code(404, "repository name not known to registry"),
    "SIZE_INVALID": Code(400, "provided length did not match content length"),
    "TOOMANYREQUESTS": Code(429, "too many requests"),
    "UNAUTHORIZED": Code(401, "authentication required"),
    "UNSUPPORTED": Code(405, "the operation is unsupported"),
    "UNKNOWN": Code(500, "unknown error"),
    "TAG_INVALID": Code(400, "manifest tag did not match URI"),
    "RANGE_INVALID": Code(416, "invalid content range"),
    "PAGINATION_NUMBER_INVALID": Code(400, "invalid number of results requested"),
}


class Failure(Exception):
    """Ends a request with an error of the table. `status` stands in for the code's own where the standard wants another."""

    def __init__(
        self,
        code: str,
        message: str = "",
        *,
        detail: Any = None,
        status: int = 0,
        headers: http.Headers | None = None,
    ) -> None:
        entry = CODES[code]
        super().__init__(message or entry.message)
        self.status = status or entry.status
        self.headers = headers or []
        self.errors = [error(code, message, detail)]


def error(code: str, message: str = "", detail: Any = None) -> dict[str, Any]:
    """One entry of an error body."""
    return {"code": code, "message": message or CODES[code].message, "detail": detail}


def response(failure: Failure) -> http.Response:
    """The answer that tells of a failure."""
    body = json.dumps({"errors": failure.errors}).encode()
    headers = [("Content-Type", "application/json"), VERSION, *failure.headers]
    return http.Response(failure.status, headers, body)


def translate(fault: faults.HomeportError | http.BodyTooLarge) -> Failure:
    """What a client is told of a fault that was met below the registry."""
    if isinstance(fault, http.BodyTooLarge):
        return Failure("SIZE_INVALID", fault.reason, status=413)
    if isinstance(fault, faults.StorageFull):
        # 413 and DENIED: docker shows the text and does not try again (of a 5xx it shows nothing, and tries five times).
        # https://github.com/moby/moby/blob/master/distribution/errors.go (retryOnError)
        return Failure("DENIED", f"no room left: {fault.what} {fault.hint}".rstrip(), status=413)
    _log.error("A request failed: %s", fault)
    if isinstance(fault, faults.SettingsError):
        # It names files of this machine, which are not for strangers.
        return Failure("UNKNOWN", "the registry is not set up right; its log says why")
    return Failure("UNKNOWN", fault.what)


async def guarded(answer: Awaitable[http.Response]) -> http.Response:
    """The answer, or the one that tells why there is none."""
    try:
        return await answer
    except Failure as failure:
        return response(failure)
    except (faults.HomeportError, http.BodyTooLarge) as fault:
        return response(translate(fault))
