"""Why another registry did not give what was asked for. The texts are shown to clients: they hold no credential and no query."""

from __future__ import annotations

from homeport import errors


class UpstreamError(errors.HomeportError):
    """The upstream did not give it."""


class Absent(UpstreamError):
    """It does not have it (404)."""


class Refused(UpstreamError):
    """It does not let us have it (401, 403)."""


class Unreachable(UpstreamError):
    """There was no answer of use: no connection, too slow, broken off, 5xx."""


class Wrong(Unreachable):
    """What came is not what was asked for."""


class Limited(Unreachable):
    """It was asked too often (429): https://www.rfc-editor.org/rfc/rfc6585#section-4"""

    def __init__(self, what: str, retry_after_s: float) -> None:
        super().__init__(what)
        self.retry_after_s = retry_after_s
