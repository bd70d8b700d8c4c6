"""The query protocol: a form goes in, XML comes out.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
"""

from __future__ import annotations

from homeport.aws.protocol import errors
from homeport.aws.protocol.call import AwsError, Params
from homeport.aws.protocol.codec import Match
from homeport.aws.protocol.model import OperationModel, ServiceModel
from homeport.aws.protocol.rpc.codec import ReadBody, RpcCodec, WriteBody, nothing
from homeport.aws.protocol.values import form, xml_writer
from homeport.aws.protocol.values.mismatch import Mismatch
from homeport.edge import http


class Query(RpcCodec):
    """A query service: SNS, STS, and SQS for older clients. The operation is named by `Action`."""

    protocol = "query"
    reads_body = True
    content_type = "text/xml"

    def __init__(self, service: ServiceModel) -> None:
        super().__init__(service)
        self._path_member: str = service.metadata.get("pathMember", "")
        self._namespace = f' xmlns="{xml_writer.escape(service.xml_namespace)}"'

    def match(self, request: http.Request, path: str, body: bytes = b"") -> Match:
        """The operation that `Action` names, in the body or in the query string."""
        try:
            fields = form.split(request.query) if request.query else {}
            if body:
                fields |= form.split(body.decode("utf-8"))
        except (Mismatch, UnicodeDecodeError):
            raise AwsError(
                "MalformedQueryString", "The query string contains a syntax error."
            ) from None
        action = fields.pop("Action", [""])[-1]
        if not action:
            raise AwsError("MissingAction", "The request must contain the parameter Action.")
        if action not in self.service.operations:
            text = f"The action {action[:128]} is not valid for this endpoint."
            raise AwsError("InvalidAction", text)
        if self._path_member and len(path) > 1:
            # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html
            fields.setdefault(self._path_member, [path])
        return Match(self.service.operations[action], query=fields)

    def malformed(self, mismatch: Mismatch) -> AwsError:
        """The error for parameters that cannot be read."""
        return AwsError("MalformedInput", mismatch.text)

    def compile_reader(self, operation: OperationModel) -> ReadBody:
        """Reads the input from the fields that `match` has found."""
        if operation.input is None:
            return nothing
        convert, tree = form.compile_reader(operation.input), form.tree

        def read(match: Match, _: bytes) -> Params:
            params: Params = convert(tree(match.query))
            return params

        return read

    def compile_writer(self, operation: OperationModel) -> WriteBody:
        """Writes `<ActionResponse>` around `<ActionResult>` and `<ResponseMetadata>`."""
        name, shape = operation.name, operation.output
        start = f"{xml_writer.DECLARATION}<{name}Response{self._namespace}>"
        end = f"</RequestId></ResponseMetadata></{name}Response>"
        if shape is None:
            start += "<ResponseMetadata><RequestId>"
            return lambda _, request_id: f"{start}{request_id}{end}".encode()
        wrapper = shape.traits.get("resultWrapper", f"{name}Result")
        content = xml_writer.compile_content(shape, xml_writer.Scope())
        start += f"<{wrapper}>"
        middle = f"</{wrapper}><ResponseMetadata><RequestId>"

        def write(members: Params, request_id: str) -> bytes:
            pieces = [start]
            content.write(pieces.append, members)
            pieces += (middle, request_id, end)
            return "".join(pieces).encode("utf-8")

        return write

    def error(
        self,
        operation: OperationModel | None,  # noqa: ARG002  Codec.error
        error: AwsError,
        request_id: str,
    ) -> http.Response:
        """`<ErrorResponse>`."""
        headers = self.start_headers(request_id) + error.headers
        body = errors.xml_error(self.service, error, request_id, headers)
        return http.Response(error.status, headers, body)
