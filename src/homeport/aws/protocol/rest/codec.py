"""What both REST protocols share: routes, bindings, payloads. How a body is written is theirs.

https://smithy.io/2.0/spec/http-bindings.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homeport.aws.protocol import errors
from homeport.aws.protocol.call import AwsError, Output, Params, Result
from homeport.aws.protocol.codec import Match
from homeport.aws.protocol.model import OperationModel, ServiceModel
from homeport.aws.protocol.rest.binding_in import RequestBinding
from homeport.aws.protocol.rest.binding_out import ResponseBinding
from homeport.aws.protocol.rest.routes import Routes
from homeport.aws.protocol.shape import Shape
from homeport.aws.protocol.values import event_stream, form
from homeport.aws.protocol.values.mismatch import Mismatch
from homeport.edge import http

ReadBody = Callable[[bytes, Params], None]
"""Adds the members that stand in the body."""
WriteBody = Callable[[Params], Any]
"""The response's body for the members that stand in it."""


class Incoming:
    """The compiled reader of one operation's requests."""

    __slots__ = ("binding", "missing", "read_body", "stream")

    def __init__(self, operation: OperationModel, read_body: ReadBody | None) -> None:
        shape = operation.input
        self.binding = RequestBinding(shape)
        self.stream = shape.payload if shape is not None and operation.has_streaming_input else None
        self.read_body = read_body
        self.missing = errors.constraint_check(operation)


class Outgoing:
    """The compiled writer of one operation's responses."""

    __slots__ = ("binding", "content_type", "status", "write_body")

    def __init__(
        self, operation: OperationModel, write_body: WriteBody | None, content_type: str
    ) -> None:
        self.status = operation.status
        self.binding = ResponseBinding(operation.output) if operation.output is not None else None
        self.write_body = write_body
        self.content_type = content_type


class RestCodec:
    """A REST protocol of one service."""

    protocol = "rest"
    reads_body = False
    request_id_header = "x-amzn-RequestId"

    def __init__(self, service: ServiceModel) -> None:
        self.service = service
        # S3 answers 405 to a POST of a key that says neither `uploads` nor `uploadId`.
        self._routes = Routes(service.operations.values(), is_lenient=service.name != "s3")
        self._incoming: dict[str, Incoming] = {}
        self._outgoing: dict[str, Outgoing] = {}

    def match(self, request: http.Request, path: str, body: bytes = b"") -> Match:  # noqa: ARG002  Codec.match
        """The operation that method, path, query and headers ask for."""
        try:
            query = form.split(request.query) if request.query else {}
            found = self._routes.find(request.method, path, query, request.headers)
        except Mismatch:
            raise errors.bad_uri(self.service.name) from None
        if found is None:
            raise errors.no_route(
                self.service.name, request.method, self._routes.methods(path), path
            )
        return Match(found[0], found[1], query)

    def parse(self, match: Match, request: http.Request, body: bytes | http.Body) -> Params:
        """The parameters from path, query, headers and body."""
        incoming = self._incoming.get(match.operation.name) or self._compile_in(match.operation)
        try:
            params = incoming.binding.read(match, request.headers)
            if incoming.stream is not None:
                params[incoming.stream] = body
            elif incoming.read_body is not None and body.__class__ is bytes:
                incoming.read_body(body, params)
            if incoming.missing is not None:
                incoming.missing(params)
        except Mismatch as mismatch:
            raise self.malformed(mismatch) from None
        except RecursionError:
            raise self.malformed(Mismatch("The body is nested too deeply")) from None
        return params

    def serialize(
        self, operation: OperationModel, result: Result, request_id: str
    ) -> http.Response:
        """The response with its bound headers and status, and its body or stream."""
        outgoing = self._outgoing.get(operation.name) or self._compile_out(operation)
        headers = self.start_headers(request_id)
        output = result if isinstance(result, Output) else None
        members: Params = result if output is None else output.members  # type: ignore[assignment]
        status = outgoing.status
        body: Any = b""
        if outgoing.binding is not None:
            binding = outgoing.binding
            if binding.status_member and members.get(binding.status_member):
                status = members[binding.status_member]
            rest = binding.write(members, headers)
            if outgoing.write_body is not None:
                body = outgoing.write_body(rest)
                if body != b"" and (
                    not binding.content_type_member
                    or members.get(binding.content_type_member) is None
                ):
                    headers.append(("Content-Type", outgoing.content_type))
        if output is None:
            return http.Response(status, headers, body)
        if output.headers:
            headers = _merge(headers, output.headers)
        return http.Response(output.status or status, headers, body, output.on_end)

    def start_headers(self, request_id: str) -> http.Headers:
        """The headers that every response of the protocol begins with."""
        return [(self.request_id_header, request_id)]

    def malformed(self, mismatch: Mismatch) -> AwsError:
        """The protocol's error for a request that cannot be read."""
        raise NotImplementedError

    def body_reader(self, shape: Shape) -> Callable[[bytes], Any]:
        """Compiles what reads a structure from a body; an empty body never reaches it."""
        raise NotImplementedError

    def body_writer(self, shape: Shape, operation: OperationModel) -> Callable[[Any], bytes]:
        """Compiles what writes a structure as a body."""
        raise NotImplementedError

    content_type = ""

    def _compile_in(self, operation: OperationModel) -> Incoming:
        incoming = Incoming(operation, self._compile_body_reader(operation))
        self._incoming[operation.name] = incoming
        return incoming

    def _compile_body_reader(self, operation: OperationModel) -> ReadBody | None:
        shape = operation.input
        if shape is None or operation.has_streaming_input:
            return None
        payload, member = shape.payload, shape.payload_member
        if payload is not None and member is not None:
            read = _PAYLOADS[member.type] if member.type in _PAYLOADS else self.body_reader(member)

            def read_payload(body: bytes, params: Params) -> None:
                if body:
                    params[payload] = read(body)

            return read_payload
        if not any(each.is_in_request_body for each in shape.members.values()):
            return None
        read_members = self.body_reader(shape)

        def read_body(body: bytes, params: Params) -> None:
            if body:
                params.update(read_members(body))

        return read_body

    def _compile_out(self, operation: OperationModel) -> Outgoing:
        outgoing = Outgoing(operation, *self._compile_body_writer(operation))
        self._outgoing[operation.name] = outgoing
        return outgoing

    def _compile_body_writer(self, operation: OperationModel) -> tuple[WriteBody | None, str]:
        shape = operation.output
        if shape is None:
            return None, ""
        payload, member = shape.payload, shape.payload_member
        if payload is not None and member is not None:
            if member.is_event_stream:
                return self._event_stream_writer(payload, member, operation)
            if member.type == "blob":
                return (lambda rest: rest.get(payload, b"")), "application/octet-stream"
            if member.type == "string":
                return (lambda rest: rest.get(payload, "").encode("utf-8")), "text/plain"
            write = self.body_writer(member, operation)
            return (
                lambda rest: write(rest[payload]) if payload in rest else b""
            ), self.content_type
        if not any(each.is_in_response_body for each in shape.members.values()):
            return self.empty_writer(), self.content_type
        return self.body_writer(shape, operation), self.content_type

    def _event_stream_writer(
        self, payload: str, member: Shape, operation: OperationModel
    ) -> tuple[WriteBody, str]:
        write = event_stream.compile_writer(
            member, self.content_type, lambda shape: self.body_writer(shape, operation)
        )
        return (
            lambda rest: write(rest[payload]) if payload in rest else b""
        ), event_stream.CONTENT_TYPE

    def empty_writer(self) -> WriteBody | None:
        """What writes the body of an output that has no members there."""
        return None


def _merge(headers: http.Headers, more: http.Headers) -> http.Headers:
    """A service's own header takes the place of one of the same name."""
    names = {name.lower() for name, _ in more}
    return [pair for pair in headers if pair[0].lower() not in names] + more


def _read_text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Mismatch("The body is not UTF-8") from None


_PAYLOADS: dict[str, Callable[[bytes], Any]] = {"blob": bytes, "string": _read_text}
