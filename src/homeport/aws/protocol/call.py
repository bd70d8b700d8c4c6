"""What stands between the wire and an operation: the call, its error, and the table of a service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from homeport.edge import http

Params = dict[str, Any]
"""Input members by their model name, as boto3 takes them. Timestamps are float seconds since the epoch, blobs are bytes, a
streaming blob is an `http.Body` that is already free of `aws-chunked` and checks its checksums while it is read."""


@dataclass(slots=True)
class Call:
    """One call of one operation, and for whom."""

    service: str
    operation: str
    account: str
    region: str
    request_id: str
    request: http.Request
    access_key: str = ""


@dataclass(slots=True)
class Output:
    """Output members by their model name, where the plain dict is not enough: another status, further headers."""

    members: Params = field(default_factory=dict)
    status: int | None = None
    headers: http.Headers = field(default_factory=list)
    on_end: Callable[[], None] | None = None
    """As `http.Response.on_end`, for a body of files."""
    json: bytes | None = None
    """All members at once, as the JSON text that the protocol `json` sends: stored text is answered without being read."""


Result = Params | Output
"""A streaming output member is what `http.Response.body` may be; a None member is left out."""

Operation = Callable[[Call, Params], Result | Awaitable[Result]]
"""One operation, bound to its service. One that needs to wait for nothing returns its result itself."""


@dataclass(slots=True)
class Service:
    """A service as the dispatcher sees it."""

    name: str
    """The name of its model in botocore: `s3`, `sqs`."""
    operations: Mapping[str, Operation]
    """By the model's operation name. An operation of the model that is not here answers 501 by name."""
    before: Callable[[http.Request], http.Response | None] | None = None
    """Answers what no model describes (a CORS preflight); None lets the request go on."""
    after: Callable[[http.Request, http.Response], http.Response] | None = None
    """Last touch on every response of the service (CORS headers)."""


class AwsError(Exception):
    """An error of an operation, written to the wire in one place, in the protocol's own form."""

    def __init__(
        self,
        code: str,
        message: str,
        status: int = 400,
        *,
        fields: Mapping[str, Any] | None = None,
        headers: http.Headers | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.fields = dict(fields or {})
        self.headers = headers or []


class ErrorKind(NamedTuple):
    """One row of a service's table of errors. Calling it makes the error to raise."""

    code: str
    status: int
    message: str

    def __call__(self, message: str | None = None, **fields: Any) -> AwsError:
        """The error, with a message of its own where one is given, and further members of its shape."""
        return AwsError(self.code, message or self.message, self.status, fields=fields)
