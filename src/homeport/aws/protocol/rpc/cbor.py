"""The protocol Smithy RPC v2 CBOR.

https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
"""

from __future__ import annotations

from homeport.aws.protocol import errors
from homeport.aws.protocol.call import AwsError, Params
from homeport.aws.protocol.codec import Match
from homeport.aws.protocol.model import OperationModel
from homeport.aws.protocol.rpc.codec import ReadBody, RpcCodec, WriteBody, nothing
from homeport.aws.protocol.values import cbor, cbor_reader, cbor_writer
from homeport.aws.protocol.values.mismatch import Mismatch
from homeport.edge import http

HEADER = ("smithy-protocol", "rpc-v2-cbor")


class RpcV2Cbor(RpcCodec):
    """A service whose operation is named in the path `/service/NAME/operation/NAME`."""

    protocol = "smithy-rpc-v2-cbor"
    content_type = "application/cbor"

    def match(self, request: http.Request, path: str, body: bytes = b"") -> Match:  # noqa: ARG002  Codec.match
        """The operation that ends the path."""
        head, _, name = path.rpartition("/operation/")
        # What stands before `/service/` belongs to a proxy, says the protocol.
        if request.method != "POST" or "/service/" not in head:
            raise errors.unknown_operation(404)
        if name not in self.service.operations:
            raise errors.unknown_operation(404)
        return Match(self.service.operations[name])

    def start_headers(self, request_id: str) -> http.Headers:
        """Says the protocol, beside the request id."""
        return [*super().start_headers(request_id), HEADER]

    def malformed(self, mismatch: Mismatch) -> AwsError:
        """The error for a body that cannot be read."""
        return AwsError("SerializationException", mismatch.text)

    def compile_reader(self, operation: OperationModel) -> ReadBody:
        """Reads the input from the one CBOR map of the body; an empty body is an empty map."""
        if operation.input is None:
            return nothing
        convert = cbor_reader.compile_reader(operation.input)

        def read(_: Match, body: bytes) -> Params:
            params: Params = convert(cbor.load(body)) if body else {}
            return params

        return read

    def compile_writer(self, operation: OperationModel) -> WriteBody:
        """Writes the output as one CBOR map."""
        if operation.output is None:
            return lambda _, __: b""
        write_map = cbor_writer.compile_writer(operation.output)

        def write(members: Params, _: str) -> bytes:
            pieces: list[bytes] = []
            write_map(pieces.append, members)
            return b"".join(pieces)

        return write

    def error(
        self,
        operation: OperationModel | None,  # noqa: ARG002  Codec.error
        error: AwsError,
        request_id: str,
    ) -> http.Response:
        """A map with `__type`, the message and the members of the error."""
        shape = errors.shape_of(self.service, error)
        headers = self.start_headers(request_id)
        if self.service.is_query_compatible:
            headers.append(errors.query_error(self.service, error))
        pieces = [cbor.OPEN_MAP]
        pieces += [cbor.text("__type"), cbor.text(errors.type_of(self.service, error))]
        members = errors.members(shape, error)
        if shape is None:
            beside, inner = members, [cbor.BREAK]
        else:
            beside, known = errors.split(shape, members)
            inner = []
            cbor_writer.compile_writer(shape)(inner.append, known)
            # The map is open already; the shape's writer closes it.
            del inner[0]
        for name, text in beside.items():
            pieces += [cbor.text(name), cbor.text(str(text))]
        pieces += inner
        return http.Response(error.status, headers + error.headers, b"".join(pieces))
