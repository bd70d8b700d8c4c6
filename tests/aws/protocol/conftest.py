"""Requests made by botocore's own serializers, and answers read by its own parsers, over the corrected models."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.awsrequest import HeadersDict
from botocore.model import OperationModel, ServiceModel
from botocore.parsers import PROTOCOL_PARSERS
from botocore.serialize import SERIALIZERS
from botocore.utils import parse_timestamp

from homeport.aws.protocol import codecs, model
from homeport.aws.protocol.codec import Codec
from homeport.edge import http


@dataclass
class Client:
    """One service in one protocol, seen from botocore's side."""

    service: model.ServiceModel
    protocol: str
    codec: Codec

    def request(self, name: str, params: dict[str, Any]) -> http.Request:
        """What botocore sends for a call."""
        wire = SERIALIZERS[self.protocol]().serialize_to_request(params, self._operation(name))
        body = wire["body"]
        if isinstance(body, dict):
            body = urlencode(body).encode()
        path, _, query = wire["url_path"].partition("?")
        more = urlencode(wire["query_string"] or {}, doseq=True)
        headers = {key.lower(): value for key, value in wire["headers"].items()}
        return http.Request(
            wire["method"],
            path,
            "&".join(filter(None, (query, more))),
            headers,
            http.BytesBody(body),
        )

    def understand(self, request: http.Request) -> tuple[str, dict[str, Any]]:
        """The operation and the parameters that we read."""
        body = request.body.peek()
        match = self.codec.match(request, request.path, body)
        return match.operation.name, self.codec.parse(match, request, body)

    def answer(self, name: str, response: http.Response) -> dict[str, Any]:
        """What botocore makes of a response."""
        wire = {
            "status_code": response.status,
            "headers": HeadersDict(response.headers),
            "body": response.body,
            "context": {"operation_name": name},
        }
        parser = PROTOCOL_PARSERS[self.protocol](timestamp_parser=_epoch)
        return parser.parse(wire, self._operation(name).output_shape)

    def _operation(self, name: str) -> OperationModel:
        raw = self.service.raw
        metadata = {**raw["metadata"], "protocol": self.protocol}
        operation = ServiceModel({**raw, "metadata": metadata}).operation_model(name)
        shape = operation.output_shape
        if self.protocol == "query" and shape is not None:
            shape.serialization.setdefault("resultWrapper", f"{name}Result")
        return operation


def _epoch(value: Any) -> float:
    return parse_timestamp(value).timestamp()


@pytest.fixture(scope="session")
def client():
    """The client of a service in one of its protocols; the first where none is named."""

    def make(name: str, protocol: str | None = None) -> Client:
        service = model.load(name)
        protocol = protocol or service.protocols[0]
        service = service.for_protocol(protocol)
        if service.metadata.get("constraints") == "ALL":
            # Values are drawn without regard to constraints.
            metadata = {**service.metadata, "constraints": None}
            service = model.ServiceModel(name, {**service.raw, "metadata": metadata})
        return Client(service, protocol, codecs.PROTOCOLS[protocol](service))

    return make


@pytest.fixture
def some():
    """A few of the operations of a service, always the same ones."""

    def choose(names: list[str], count: int) -> list[str]:
        return random.Random(1).sample(sorted(names), min(count, len(names)))

    return choose
