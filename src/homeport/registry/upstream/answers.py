"""Answers about what is not here but upstream, in the form of those about what is here."""

from __future__ import annotations

import math
from collections.abc import Awaitable

from homeport.edge import http
from homeport.registry import errors
from homeport.registry.upstream.asking.errors import Absent, Limited, Refused, UpstreamError
from homeport.registry.upstream.source import Source

Answer = http.Response | Awaitable[http.Response]
"""What an end point returns: a response where nothing has to be waited for."""

# https://www.rfc-editor.org/rfc/rfc7234#section-5.5.1; obsolete by RFC 9111, and still the only field that says it.
STALE = ("Warning", '110 - "Response is Stale"')

ALLOWED = ("Allow", "OPTIONS, GET, HEAD, DELETE")


def failure(error: UpstreamError, source: Source, code: str, detail: object) -> errors.Failure:
    """What a client is told where the upstream does not give what it asked for; `code` is that of what is unknown."""
    message = f"{source.label}: {error.what}"
    if isinstance(error, Absent):
        return errors.Failure(code, detail=detail)
    if isinstance(error, Refused):
        # A 401 or 403 would be read as one of this registry, and a client would ask its user for another password.
        return errors.Failure("DENIED", message, status=404)
    if isinstance(error, Limited):
        after = str(max(1, math.ceil(error.retry_after_s)))
        return errors.Failure("TOOMANYREQUESTS", message, headers=[("Retry-After", after)])
    # https://www.rfc-editor.org/rfc/rfc9110#section-15.6.3
    return errors.Failure("UNKNOWN", message, status=502)


def read_only(source: Source) -> errors.Failure:
    """Why nothing can be pushed there."""
    # DENIED: podman shows it at once, and does not try UNSUPPORTED three times more.
    # https://github.com/containers/common/blob/main/pkg/retry/retry.go (IsErrorRetryable)
    return errors.Failure(
        "DENIED",
        f"this repository is a mirror of {source.label}: push to that registry, or under another name",
        status=405,
        headers=[ALLOWED],
    )


def code_of(failed: errors.Failure) -> str:
    """The first code of a failure."""
    return str(failed.errors[0]["code"])
