"""What the status of an upstream's answer means: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from homeport.registry.upstream.asking.errors import Absent, Limited, Refused, Unreachable

UNAUTHORIZED = 401
_OK, _FORBIDDEN, _NOT_FOUND, _TOO_MANY = 200, 403, 404, 429
_RETRY_AFTER_S = 5.0
"""Where it does not say when to come again, or says it by a date."""
_MOST_RETRY_AFTER_S = 24 * 3600.0


class Answer(Protocol):
    """The head of an answer."""

    @property
    def status(self) -> int:
        """Its status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Its fields."""


def check(answer: Answer, who: str = "it") -> None:
    """Raises what the status says, where that is not 200."""
    status = answer.status
    if status == _OK:
        return
    if status == _NOT_FOUND:
        raise Absent(f"{who} has no such thing")
    if status in (UNAUTHORIZED, _FORBIDDEN):
        raise Refused(f"{who} does not let this registry have it ({status})")
    if status == _TOO_MANY:
        raise Limited(f"{who} was asked too often", _retry_after(answer.headers))
    raise Unreachable(f"{who} answered {status}")


def _retry_after(headers: Mapping[str, str]) -> float:
    text = headers.get("Retry-After", "").strip()
    if not (text.isascii() and text.isdigit()):
        return _RETRY_AFTER_S
    return min(float(text[:9]), _MOST_RETRY_AFTER_S)
