"""What the protocols share that send an operation's whole input and output as one body: json, query, cbor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homeport.aws.protocol import errors
from homeport.aws.protocol.call import AwsError, Output, Params, Result
from homeport.aws.protocol.codec import Match
from homeport.aws.protocol.model import OperationModel, ServiceModel
from homeport.aws.protocol.values.mismatch import Mismatch
from homeport.edge import http

ReadBody = Callable[[Match, Any], Params]
"""Handed the body as bytes: no operation of these protocols takes a stream."""
WriteBody = Callable[[Params, str], bytes]
"""The body for the members of a result; the request id stands inside it in the query protocol."""
Missing = Callable[[Params], None]


class RpcCodec:
    """An RPC protocol of one service."""

    protocol = "rpc"
    reads_body = False
    content_type = ""

    def __init__(self, service: ServiceModel) -> None:
        self.service = service
        self._readers: dict[str, tuple[ReadBody, Missing | None]] = {}
        self._writers: dict[str, WriteBody] = {}

    def parse(self, match: Match, request: http.Request, body: bytes | http.Body) -> Params:  # noqa: ARG002  Codec.parse
        """The parameters from the body."""
        name = match.operation.name
        read, missing = self._readers.get(name) or self._compile_in(match.operation)
        try:
            params = read(match, body)
            if missing is not None:
                missing(params)
        except Mismatch as mismatch:
            raise self.malformed(mismatch) from None
        except RecursionError:
            raise self.malformed(Mismatch("The body is nested too deeply")) from None
        return params

    def serialize(
        self, operation: OperationModel, result: Result, request_id: str
    ) -> http.Response:
        """The response with all members in its body."""
        write = self._writers.get(operation.name) or self._compile_out(operation)
        headers = self.start_headers(request_id)
        if isinstance(result, Output):
            body = self.written(result)
            if body is None:
                body = write(result.members, request_id)
            return http.Response(
                result.status or 200, headers + result.headers, body, result.on_end
            )
        return http.Response(200, headers, write(result, request_id))

    def written(self, result: Output) -> bytes | None:
        """The body, where the service wrote it itself in this protocol's form."""
        if result.json is not None:
            raise NotImplementedError(f"{self.protocol} cannot send what was written as JSON")
        return None

    def start_headers(self, request_id: str) -> http.Headers:
        """The headers that every response of the protocol begins with."""
        return [("x-amzn-RequestId", request_id), ("Content-Type", self.content_type)]

    def malformed(self, mismatch: Mismatch) -> AwsError:
        """The protocol's error for a body that cannot be read."""
        raise NotImplementedError

    def compile_reader(self, operation: OperationModel) -> ReadBody:
        """Compiles what reads the operation's body."""
        raise NotImplementedError

    def compile_writer(self, operation: OperationModel) -> WriteBody:
        """Compiles what writes the operation's body."""
        raise NotImplementedError

    def _compile_in(self, operation: OperationModel) -> tuple[ReadBody, Missing | None]:
        made = (self.compile_reader(operation), errors.constraint_check(operation))
        self._readers[operation.name] = made
        return made

    def _compile_out(self, operation: OperationModel) -> WriteBody:
        if operation.has_event_stream:
            raise errors.not_implemented(self.service.name, operation.name)
        made = self._writers[operation.name] = self.compile_writer(operation)
        return made


def nothing(_: Any, __: Any = None) -> Params:
    """The parameters of an operation that takes none."""
    return {}
