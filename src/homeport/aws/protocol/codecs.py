"""Which codec reads a request: the request says it, not the service. SQS is spoken to in two protocols at once."""

from __future__ import annotations

from homeport.aws.protocol.codec import Codec
from homeport.aws.protocol.model import ServiceModel
from homeport.edge import http


class Codecs:
    """All protocols of one service."""

    def __init__(self, codecs: dict[str, Codec]) -> None:
        self._codecs = codecs
        self._default = next(iter(codecs.values()))

    def of(self, request: http.Request) -> Codec:
        """The codec that reads this request; where it does not show, the one that the service's clients prefer."""
        raise NotImplementedError


def for_service(model: ServiceModel) -> Codecs:
    """The codecs of a service, made once."""
    raise NotImplementedError
