"""Failures as the API answers them: a Status object with code, reason and causes.

Texts and codes: https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tests.apiserver import kinds
from tests.apiserver.kinds import Kind


class Cause(NamedTuple):
    """One thing that is wrong, and where."""

    reason: str
    message: str
    field: str = ""


class ApiError(Exception):
    """An answer that is not a success."""

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        *,
        details: dict | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.reason, self.message = code, reason, message
        self.details = None if details is None else dict(details)
        """None where the answer has none; generic ones have some with nothing in them."""
        self.retry_after_s = retry_after_s
        if retry_after_s is not None:
            self.details = {**(details or {}), "retryAfterSeconds": retry_after_s}
        self.text = ""
        """Answered instead of a Status."""

    def status(self) -> dict:
        """https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/"""
        status = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            "code": self.code,
        }
        if self.details is not None:
            status["details"] = self.details
        kept = {"metadata", "details"}
        return {key: value for key, value in status.items() if value or key in kept}


def _of(kind: Kind, name: str, causes: Sequence[Cause] = ()) -> dict:
    details: dict = {"name": name, "group": kind.group, "kind": kind.plural}
    details["causes"] = [_written(cause) for cause in causes]
    return {key: value for key, value in details.items() if value}


def _written(cause: Cause) -> dict:
    found = {"reason": cause.reason, "message": cause.message, "field": cause.field}
    return {key: value for key, value in found.items() if value}


def not_found(kind: Kind, name: str) -> ApiError:
    """There is no object of this name."""
    return ApiError(404, "NotFound", f'{kind.resource} "{name}" not found', details=_of(kind, name))


def no_such_path(path: str = "") -> ApiError:
    """There is nothing at this path; what a client sees of a kind that is not installed.

    Only below the groups that are compiled in a Status says so: elsewhere it is the web server's own plain text.
    """
    error = ApiError(
        404, "NotFound", "the server could not find the requested resource", details={}
    )
    parts = [part for part in path.split("/") if part]
    is_ours = parts[:1] == ["api"] or (parts[:1] == ["apis"] and kinds.is_built_in(parts[1:2]))
    error.text = "" if is_ours else "404 page not found\n"
    return error


def already_exists(kind: Kind, name: str) -> ApiError:
    """There is one of this name."""
    return ApiError(
        409, "AlreadyExists", f'{kind.resource} "{name}" already exists', details=_of(kind, name)
    )


def conflict(kind: Kind, name: str, why: str) -> ApiError:
    """The object is not what the request takes it for."""
    message = f'Operation cannot be fulfilled on {kind.resource} "{name}": {why}'
    return ApiError(409, "Conflict", message, details=_of(kind, name))


MODIFIED = (
    "the object has been modified; please apply your changes to the latest version and try again"
)


def forbidden(kind: Kind, name: str, why: str, causes: Sequence[Cause] = ()) -> ApiError:
    """The request is understood and refused."""
    message = f'{kind.resource} "{name}" is forbidden: {why}'
    return ApiError(403, "Forbidden", message, details=_of(kind, name, causes))


def invalid(kind: Kind, name: str, causes: Sequence[Cause]) -> ApiError:
    """The object breaks rules of its kind; all are named."""
    texts = list(dict.fromkeys(f"{cause.field}: {cause.message}" for cause in causes))
    text = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    details = _of(kind, name, causes) | ({"kind": kind.kind} if kind.kind else {})
    return ApiError(
        422, "Invalid", f'{kind.qualified} "{name}" is invalid: {text}', details=details
    )


def bad_request(message: str) -> ApiError:
    """The request is not understood."""
    return ApiError(400, "BadRequest", message)


def unauthorized() -> ApiError:
    """Nobody is known by these credentials."""
    return ApiError(401, "Unauthorized", "Unauthorized")


def method_not_allowed() -> ApiError:
    """The path does not take this method."""
    return ApiError(
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
        details={},
    )


def not_acceptable(accepted: str) -> ApiError:
    """No form that the client takes can be made."""
    return ApiError(
        406,
        "NotAcceptable",
        f"406: Not Acceptable\n\nAvailable representations: {accepted}",
        details={},
    )


def unsupported_media_type(accepted: str) -> ApiError:
    """The body's form is not taken here."""
    message = (
        "the body of the request was in an unknown format - accepted media types include: "
        f"{accepted}"
    )
    return ApiError(415, "UnsupportedMediaType", message)


def expired(message: str) -> ApiError:
    """The asked history is gone: https://kubernetes.io/docs/reference/using-api/api-concepts/#410-gone-responses"""
    return ApiError(410, "Expired", message)


def unknown(message: str, code: int = 500) -> ApiError:
    """A failure without a reason, as generic errors of the server come out."""
    return ApiError(code, "", message)


def internal(message: str) -> ApiError:
    """The stand-in itself failed."""
    details = {"causes": [{"message": message}]}
    return ApiError(500, "InternalError", f"Internal error occurred: {message}", details=details)
