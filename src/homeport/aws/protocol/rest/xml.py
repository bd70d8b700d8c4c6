"""The protocol rest-xml, and what S3 does differently in it.

https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html,
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homeport.aws.protocol import errors
from homeport.aws.protocol.call import AwsError
from homeport.aws.protocol.model import OperationModel, ServiceModel
from homeport.aws.protocol.rest.codec import RestCodec
from homeport.aws.protocol.shape import Shape
from homeport.aws.protocol.values import xml_reader, xml_writer
from homeport.aws.protocol.values.mismatch import Mismatch
from homeport.edge import http


class RestXml(RestCodec):
    """A rest-xml service: CloudFront, Route 53."""

    protocol = "rest-xml"
    content_type = "application/xml"

    def __init__(self, service: ServiceModel) -> None:
        super().__init__(service)
        self.scope = xml_writer.Scope()

    def malformed(self, mismatch: Mismatch) -> AwsError:
        """The error for a request that cannot be read."""
        return AwsError("MalformedInput", mismatch.text)

    def body_reader(self, shape: Shape) -> Callable[[bytes], Any]:
        """Reads a structure from an XML body."""
        read = xml_reader.compile_reader(shape)
        return lambda body: read(xml_reader.load(body))

    def body_writer(self, shape: Shape, operation: OperationModel) -> Callable[[Any], bytes]:  # noqa: ARG002
        """Writes a structure as an XML body."""
        namespace = shape.xml_namespace or (
            ("xmlns", self.service.xml_namespace) if self.service.xml_namespace else None
        )
        if shape.type != "structure":
            return _other_writer(shape, self.scope)
        tag = shape.location_name or shape.name
        content = xml_writer.compile_content(shape, self.scope)
        opened = f'{tag} {namespace[0]}="{xml_writer.escape(namespace[1])}"' if namespace else tag
        end = f"</{tag}>"

        def write(value: Any) -> bytes:
            pieces = [xml_writer.DECLARATION, content.open(opened, value)]
            content.write(pieces.append, value)
            pieces.append(end)
            return "".join(pieces).encode("utf-8")

        return write

    def error(
        self, operation: OperationModel | None, error: AwsError, request_id: str
    ) -> http.Response:
        """`<ErrorResponse>` with the error's members inside."""
        headers = [*self.start_headers(request_id), ("Content-Type", "text/xml"), *error.headers]
        body = errors.xml_error(self.service, error, request_id, headers)
        if operation is not None and operation.method == "HEAD":
            body = b""
        return http.Response(error.status, headers, body)


def _other_writer(shape: Shape, scope: xml_writer.Scope) -> Callable[[Any], bytes]:
    """A payload that is a list or map, which some models have."""
    inner = xml_writer.compile_writer(shape, shape.location_name or shape.name, scope)

    def write(value: Any) -> bytes:
        pieces = [xml_writer.DECLARATION]
        inner(pieces.append, value)
        return "".join(pieces).encode("utf-8")

    return write
