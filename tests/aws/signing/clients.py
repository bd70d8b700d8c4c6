"""boto3 clients that speak to an application in this process, through botocore's own serializers, signers and parsers."""

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.model import OperationModel, Shape, StructureShape
from tests.aws.signing import wire

from homeport.edge import http

Client = Any


class Raw:
    """What botocore reads the body of a response from."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.body

    def read(self, *_: object) -> bytes:
        body, self.body = self.body, b""
        return body


def client(
    app: http.App, service: str, *, key: str = "test", secret: str = "test", **config: Any
) -> Client:
    """A client of `service` whose requests go to `app`, and no further."""
    made = boto3.client(
        service,
        region_name="eu-west-1",
        endpoint_url="http://localhost:4566",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}, inject_host_prefix=False, **config),
    )

    def send(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        return _to_botocore(request.url, answer(app, received(request)))

    made.meta.events.register("before-send", send)
    return made


def received(request: AWSPreparedRequest) -> http.Request:
    """A request of botocore as the edge hands it on."""
    headers = {
        name.lower(): value.decode("latin-1") if isinstance(value, bytes) else value
        for name, value in request.headers.items()
    }
    body = request.body or b""
    if not isinstance(body, str | bytes):
        body = body.read()
    headers.setdefault("host", urlsplit(request.url).netloc)
    data = body.encode() if isinstance(body, str) else bytes(body)
    return wire.request(request.method, request.url, headers, data)


def answer(app: http.App, request: http.Request) -> http.Response:
    """The response of an application, waited for where it takes its time."""
    found = app(request)
    if isinstance(found, http.Response):
        return found

    async def wait() -> http.Response:
        return await found

    return asyncio.run(wait())


def _to_botocore(url: str, response: http.Response) -> AWSResponse:
    assert isinstance(response.body, bytes)
    return AWSResponse(url, response.status, dict(response.headers), Raw(response.body))


def required_params(operation: OperationModel) -> dict[str, Any]:
    """The least that botocore lets through for an operation."""
    return {} if operation.input_shape is None else _structure(operation.input_shape)


def _structure(shape: StructureShape) -> dict[str, Any]:
    return {name: _value(shape.members[name]) for name in shape.required_members}


def _value(shape: Shape) -> Any:
    if shape.type_name == "structure":
        members = _structure(shape)
        if getattr(shape, "is_tagged_union", False):
            first = next(iter(shape.members))
            return {first: _value(shape.members[first])}
        return members
    if shape.type_name == "list":
        return [_value(shape.member)] * max(1, shape.metadata.get("min", 0))
    if shape.type_name == "map":
        return {"key": _value(shape.value)}
    if shape.type_name in ("integer", "long"):
        return max(1, int(shape.metadata.get("min", 1)))
    return _SCALARS[shape.type_name] if shape.type_name in _SCALARS else _text(shape)


def _text(shape: Shape) -> str:
    values = shape.metadata.get("enum")
    return values[0] if values else "a" * max(3, shape.metadata.get("min", 0))


_SCALARS = {"boolean": True, "float": 1.0, "double": 1.0, "blob": b"data", "timestamp": 0}
