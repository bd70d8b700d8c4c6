"""One interface for all wire protocols, and the choice of the protocol by the request.

How the dispatcher uses it, per request of a service:

    codec = codecs.for_service(model).of(request)   # kept per service; json or query for SQS, by the request
    body = <all bytes> if codec.reads_body else b""  # query: the operation is named in the body
    match = codec.match(request, path, body)        # raises AwsError (404 / unknown action) in no operation's form
    if not match.operation.has_streaming_input: body = <all bytes>, else the request's (unchunked) Body
    params = codec.parse(match, request, body)      # raises AwsError (SerializationException, MalformedXML, missing parameter)
    response = codec.serialize(match.operation, result, request_id)
    response = codec.error(match.operation | None, aws_error, request_id)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from homeport.aws.protocol.call import AwsError, Params, Result
from homeport.aws.protocol.model import OperationModel
from homeport.edge import http


@dataclass(slots=True)
class Match:
    """The operation that a request asks for, and what was read on the way to it."""

    operation: OperationModel
    labels: dict[str, str] = field(default_factory=dict)
    """Path labels by name, decoded."""
    query: dict[str, list[str]] = field(default_factory=dict)
    """The query string, or the form of the query protocol, decoded."""


class Codec(Protocol):
    """One protocol of one service. Everything it does to an operation is compiled at the first use."""

    protocol: str
    reads_body: bool
    """Whether `match` needs the whole body (the query protocol); else it is handed none."""

    def match(self, request: http.Request, path: str, body: bytes = b"") -> Match:
        """The operation asked for. `path` is the request's path with the bucket of a virtual host in front.

        Raises AwsError where no operation fits.
        """

    def parse(self, match: Match, request: http.Request, body: bytes | http.Body) -> Params:
        """The parameters by member name. `body` is whole, except for an operation with a streaming input.

        Raises AwsError in the protocol's own words for a malformed body, a wrong type or a missing member.
        """

    def serialize(
        self, operation: OperationModel, result: Result, request_id: str
    ) -> http.Response:
        """The response that carries a result."""

    def error(
        self, operation: OperationModel | None, error: AwsError, request_id: str
    ) -> http.Response:
        """The response that carries an error; `operation` is None where none was found."""
