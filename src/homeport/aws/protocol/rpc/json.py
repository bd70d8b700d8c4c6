"""The protocols json 1.0 and 1.1.

https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
"""

from __future__ import annotations

from homeport.aws.protocol import errors
from homeport.aws.protocol.call import AwsError, Output, Params
from homeport.aws.protocol.codec import Match
from homeport.aws.protocol.model import OperationModel, ServiceModel
from homeport.aws.protocol.rpc.codec import ReadBody, RpcCodec, WriteBody, nothing
from homeport.aws.protocol.values import json_reader, json_writer
from homeport.aws.protocol.values.mismatch import Mismatch
from homeport.edge import http


class AwsJson(RpcCodec):
    """A json service: SQS, DynamoDB. The operation is named in `X-Amz-Target`."""

    protocol = "json"

    def __init__(self, service: ServiceModel) -> None:
        super().__init__(service)
        self.content_type = f"application/x-amz-json-{service.json_version}"
        self._prefix = f"{service.target_prefix}."

    def match(self, request: http.Request, path: str, body: bytes = b"") -> Match:  # noqa: ARG002  Codec.match
        """The operation that `X-Amz-Target` names."""
        target = request.headers.get("x-amz-target", "")
        name = target.removeprefix(self._prefix)
        if name == target or name not in self.service.operations:
            raise errors.unknown_operation()
        return Match(self.service.operations[name])

    def malformed(self, mismatch: Mismatch) -> AwsError:
        """The error for a body that cannot be read; a service may say nothing of its syntax."""
        is_silent = mismatch.is_syntax and self.service.metadata.get("syntaxErrors") == "silent"
        return AwsError("SerializationException", "" if is_silent else mismatch.text)

    def compile_reader(self, operation: OperationModel) -> ReadBody:
        """Reads the input from the one JSON object of the body; an empty body is an empty object."""
        if operation.input is None:
            return nothing
        convert, load = json_reader.compile_reader(operation.input), json_reader.load

        def read(_: Match, body: bytes) -> Params:
            params: Params = convert(load(body)) if body else {}
            return params

        return read

    def compile_writer(self, operation: OperationModel) -> WriteBody:
        """Writes the output as one JSON object; nothing for an operation without one, as AWS does."""
        if operation.output is None:
            return lambda _, __: b""
        convert, dump = json_writer.compile_writer(operation.output), json_writer.dump
        if convert is None:
            return lambda members, _: dump(members)
        return lambda members, _: dump(convert(members))

    def written(self, result: Output) -> bytes | None:
        """The body, where the service wrote it itself."""
        return result.json

    def error(
        self,
        operation: OperationModel | None,  # noqa: ARG002  Codec.error
        error: AwsError,
        request_id: str,
    ) -> http.Response:
        """`__type` and the message; for clients that come from the query protocol, its code in a header.

        https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
        """
        shape = errors.shape_of(self.service, error)
        headers = self.start_headers(request_id)
        if self.service.is_query_compatible:
            headers.append(errors.query_error(self.service, error))
        members = errors.members(shape, error)
        written = members if shape is None else errors.json_members(shape, members)
        body = {"__type": errors.type_of(self.service, error), **written}
        return http.Response(error.status, headers + error.headers, json_writer.dump(body))
