"""Which codec reads a request: the request says it, not the service. SQS is spoken to in two protocols at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from homeport.aws.protocol.codec import Codec
from homeport.aws.protocol.model import ServiceModel
from homeport.aws.protocol.rest.json import RestJson
from homeport.aws.protocol.rest.s3 import S3Xml
from homeport.aws.protocol.rest.xml import RestXml
from homeport.aws.protocol.rpc.cbor import RpcV2Cbor
from homeport.aws.protocol.rpc.json import AwsJson
from homeport.aws.protocol.rpc.query import Query
from homeport.edge import http
from homeport.errors import HomeportError

PROTOCOLS: dict[str, Callable[[ServiceModel], Codec]] = {
    "smithy-rpc-v2-cbor": RpcV2Cbor,
    "json": AwsJson,
    "query": Query,
    "rest-json": RestJson,
    "rest-xml": lambda model: S3Xml(model) if model.name == "s3" else RestXml(model),
}
"""All protocols that are spoken here. `ec2` is spoken by EC2 alone, which is not among the services."""


class NoProtocol(HomeportError):
    """A service speaks only protocols that are not spoken here."""


class Codecs:
    """All protocols of one service."""

    def __init__(self, model: ServiceModel, protocols: Sequence[str]) -> None:
        self._model = model
        self._codecs: dict[str, Codec] = {}
        self._protocols = protocols
        self._is_single = len(protocols) == 1

    def of(self, request: http.Request) -> Codec:
        """The codec that reads this request; where it does not show, the one that the service's clients prefer."""
        name = self._protocols[0]
        if not self._is_single:
            shown = _shown_by(request)
            name = shown if shown in self._protocols else name
        return self._codecs.get(name) or self._make(name)

    def _make(self, name: str) -> Codec:
        """At the first use: a start need not wait for it."""
        made = self._codecs[name] = PROTOCOLS[name](self._model.for_protocol(name))
        return made


def _shown_by(request: http.Request) -> str:
    """The protocol that a request shows: https://smithy.io/2.0/guides/wire-protocol-selection.html"""
    headers = request.headers
    if "smithy-protocol" in headers:
        return "smithy-rpc-v2-cbor"
    if "x-amz-target" in headers:
        return "json"
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return "query"
    return "query" if "Action=" in request.query else ""


def for_service(model: ServiceModel) -> Codecs:
    """The codecs of a service. Raises `NoProtocol` where none of its protocols is spoken here."""
    protocols = tuple(name for name in model.protocols if name in PROTOCOLS)
    if not protocols:
        raise NoProtocol(f"The service {model.name} speaks only {', '.join(model.protocols)}.")
    return Codecs(model, protocols)
