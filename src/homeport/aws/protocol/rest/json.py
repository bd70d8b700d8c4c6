"""The protocol rest-json.

https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homeport.aws.protocol import errors
from homeport.aws.protocol.call import AwsError
from homeport.aws.protocol.model import OperationModel
from homeport.aws.protocol.rest.binding_out import ResponseBinding
from homeport.aws.protocol.rest.codec import RestCodec, WriteBody
from homeport.aws.protocol.shape import Shape
from homeport.aws.protocol.values import json_reader, json_writer
from homeport.aws.protocol.values.mismatch import Mismatch
from homeport.edge import http


class RestJson(RestCodec):
    """A rest-json service: Lambda."""

    protocol = "rest-json"
    content_type = "application/json"

    def malformed(self, mismatch: Mismatch) -> AwsError:
        """The error for a request that cannot be read."""
        return AwsError("SerializationException", mismatch.text)

    def body_reader(self, shape: Shape) -> Callable[[bytes], Any]:
        """Reads a structure from a JSON body."""
        read = json_reader.compile_reader(shape)
        return lambda body: read(json_reader.load(body))

    def body_writer(self, shape: Shape, operation: OperationModel) -> Callable[[Any], bytes]:  # noqa: ARG002
        """Writes a structure as a JSON body."""
        convert = json_writer.compile_writer(shape)
        if convert is None:
            return json_writer.dump
        return lambda value: json_writer.dump(convert(value))

    def empty_writer(self) -> WriteBody | None:
        """An output without members in the body is an empty object: the protocol's own rule."""
        return json_writer.dump

    def error(
        self, operation: OperationModel | None, error: AwsError, request_id: str
    ) -> http.Response:
        """A JSON object, its code in `x-amzn-errortype`.

        https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization
        """
        shape = errors.shape_of(self.service, error)
        name = error.code if shape is None else shape.name
        headers = [*self.start_headers(request_id), ("Content-Type", self.content_type)]
        headers += [("x-amzn-errortype", name), *error.headers]
        members = errors.members(shape, error)
        if shape is not None:
            left = ResponseBinding(shape).write(members, headers)
            members = errors.json_members(shape, left)
        is_head = operation is not None and operation.method == "HEAD"
        return http.Response(error.status, headers, b"" if is_head else json_writer.dump(members))
