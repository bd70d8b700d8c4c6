"""What went wrong, for the person in front of the page."""

from __future__ import annotations

from homeport import errors


class Trouble(errors.HomeportError):
    """Ends a visit with a page that says what was tried, why it failed, and what helps."""

    def __init__(self, what: str, *, hint: str = "", status: int = 400) -> None:
        super().__init__(what, hint=hint)
        self.status = status
        """https://www.rfc-editor.org/rfc/rfc9110#name-status-codes"""


class NotLoggedIn(Trouble):
    """There is no session, or the back end no longer takes its password."""

    def __init__(self, what: str = "Log in first.") -> None:
        super().__init__(what, status=401)


class Unreachable(Trouble):
    """A back end gives no answer."""

    def __init__(self, what: str, *, hint: str, is_slow: bool = False) -> None:
        super().__init__(what, hint=hint, status=502)
        self.is_slow = is_slow
        """Whether it is there, and took too long."""


def missing(what: str, hint: str = "") -> Trouble:
    """What was asked for is not there."""
    return Trouble(what, hint=hint, status=404)


def denied(what: str, hint: str = "") -> Trouble:
    """The visitor may not do this."""
    return Trouble(what, hint=hint, status=403)
