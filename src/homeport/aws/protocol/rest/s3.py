"""What S3 does differently from other rest-xml services: its errors, its ids, its times, one odd answer.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from homeport.aws.protocol import errors
from homeport.aws.protocol.call import AwsError
from homeport.aws.protocol.model import OperationModel, ServiceModel
from homeport.aws.protocol.rest.xml import RestXml
from homeport.aws.protocol.shape import Shape
from homeport.aws.protocol.values import xml_reader, xml_writer
from homeport.aws.protocol.values.mismatch import Mismatch
from homeport.edge import http

HOST_ID = b64encode(b"homeport homeport homeport homeport homeport").decode("ascii")
"""`x-amz-id-2`: on AWS it names the machine for support; clients only want it to be there."""


class S3Xml(RestXml):
    """S3's own rest-xml."""

    def __init__(self, service: ServiceModel) -> None:
        super().__init__(service)
        self.scope = xml_writer.Scope(timestamp_format="iso8601ms")

    def start_headers(self, request_id: str) -> http.Headers:
        """Both ids, which clients show with every error."""
        return [("x-amz-request-id", request_id), ("x-amz-id-2", HOST_ID)]

    def malformed(self, mismatch: Mismatch) -> AwsError:
        """MalformedXML for a body, InvalidArgument for a header or a query parameter."""
        if not mismatch.member:
            return errors.malformed_xml()
        return AwsError(
            "InvalidArgument",
            f"Provided {mismatch.member} is not valid: {mismatch.text}"
            if "Integer" not in mismatch.text
            else f"Provided {mismatch.member} not an integer or within integer range",
            fields={"ArgumentName": mismatch.member, "ArgumentValue": mismatch.value},
        )

    def body_reader(self, shape: Shape) -> Callable[[bytes], Any]:
        """Reads a structure whose root must have its own name, as S3's schema asks for."""
        read = xml_reader.compile_reader(shape)
        names = {shape.location_name or shape.name, shape.name}

        def read_root(body: bytes) -> Any:
            root = xml_reader.load(body)
            if xml_reader.local_name(root.tag) not in names:
                raise Mismatch(f"The root element must be {min(names)}")
            return read(root)

        return read_root

    def body_writer(self, shape: Shape, operation: OperationModel) -> Callable[[Any], bytes]:
        """As rest-xml, but GetBucketLocation's answer is its one member itself.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
        """
        if operation.name != "GetBucketLocation":
            return super().body_writer(shape, operation)
        start = f'{xml_writer.DECLARATION}<LocationConstraint xmlns="{self.service.xml_namespace}"'

        def write(value: Any) -> bytes:
            region = value.get("LocationConstraint")
            end = f">{xml_writer.escape(region)}</LocationConstraint>" if region else "/>"
            return f"{start}{end}".encode()

        return write

    def error(
        self, operation: OperationModel | None, error: AwsError, request_id: str
    ) -> http.Response:
        """`<Error>` without a wrapper; no body for HEAD."""
        headers = [*self.start_headers(request_id), ("Content-Type", "application/xml")]
        headers += error.headers
        if (operation is not None and operation.method == "HEAD") or error.status == 304:
            return http.Response(error.status, headers, b"")
        pieces = [xml_writer.DECLARATION, "<Error>"]
        members = {"Code": error.code, "Message": error.message, **error.fields}
        for name, value in (members | {"RequestId": request_id, "HostId": HOST_ID}).items():
            pieces.append(f"<{name}>{xml_writer.escape(str(value))}</{name}>")
        pieces.append("</Error>")
        return http.Response(error.status, headers, "".join(pieces).encode("utf-8", "replace"))
