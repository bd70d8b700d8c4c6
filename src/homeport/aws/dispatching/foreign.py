"""Answers for services that do not run here: 501 by name, in the protocol that the request speaks, never a wrong success.

A REST operation is named by its method and path; of its service's packaged model only the table of these is kept, and only of
the services asked for last. Models of other protocols are not read at all: their requests name the operation.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Collection
from functools import lru_cache
from importlib import util
from pathlib import Path
from urllib.parse import parse_qsl

from homeport.aws.dispatching.requests import OPERATION, Seen
from homeport.aws.protocol import codecs, errors
from homeport.aws.protocol.call import AwsError
from homeport.aws.protocol.codecs import Codecs
from homeport.aws.protocol.model import ServiceModel
from homeport.aws.signing.credential import ANONYMOUS, Credential
from homeport.edge import http

_REST_XML = frozenset({"s3", "s3control", "s3express", "s3-object-lambda", "cloudfront", "route53"})
"""All other services of REST speak JSON: `protocol` in
https://github.com/boto/botocore/tree/develop/botocore/data"""

_NAME = re.compile(r"[a-z0-9-]{1,64}")

Routes = list[tuple[str, list[str], str]]
"""Method, segments of the path, operation."""


class Foreign:
    """Knows which services exist but are switched off; all others are not implemented."""

    def __init__(self, disabled: Collection[str]) -> None:
        self._disabled = frozenset(disabled)

    def answer(
        self,
        request: http.Request,
        service: str,
        request_id: str,
        credential: Credential = ANONYMOUS,
    ) -> http.Response:
        """The refusal of a call of a service that does not run here."""
        protocol, operation = _call(request, service)
        seen = request.caller = Seen(service, credential, request_id)
        seen.operation, seen.error = operation[:OPERATION], "NotImplemented"
        if service in self._disabled:
            error = AwsError(
                "NotImplemented",
                f"The service {service} is not enabled here: SERVICES does not name it.",
                501,
            )
        else:
            error = errors.not_implemented(service, operation)
        return _codecs(service, protocol).of(request).error(None, error, request_id)


def refuse(request: http.Request, service: str, error: AwsError, request_id: str) -> http.Response:
    """Any other error of a service that does not run here."""
    protocol, operation = _call(request, service)
    seen = request.caller = Seen(service, ANONYMOUS, request_id)
    seen.operation, seen.error = operation[:OPERATION], error.code
    return _codecs(service, protocol).of(request).error(None, error, request_id)


@lru_cache(maxsize=64)
def _codecs(service: str, protocol: str) -> Codecs:
    metadata = {"protocol": protocol, "endpointPrefix": service}
    return codecs.for_service(
        ServiceModel(service, {"metadata": metadata, "operations": {}, "shapes": {}})
    )


def _call(request: http.Request, service: str) -> tuple[str, str]:
    """The protocol that a request speaks and the operation it names."""
    target = request.headers.get("x-amz-target")
    if target is not None:
        return "json", target.rpartition(".")[2]
    if "smithy-protocol" in request.headers:
        return "smithy-rpc-v2-cbor", request.path.rpartition("/")[2]
    action = _action(request)
    if action is not None:
        return "query", action
    operation = _rest_operation(service, request) or f"{request.method} {request.path}"
    return ("rest-xml" if service in _REST_XML else "rest-json"), operation


def _action(request: http.Request) -> str | None:
    text = request.query
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("application/x-www-form-urlencoded"):
        text = (request.body.peek() or b"").decode("latin-1") or text
    return dict(parse_qsl(text)).get("Action") if "Action=" in text else None


def _rest_operation(service: str, request: http.Request) -> str | None:
    if _NAME.fullmatch(service) is None:
        return None
    segments = request.path.rstrip("/").split("/")
    matches = [
        (sum(part.startswith("{") for part in pattern), name)
        for method, pattern, name in _routes(service)
        if method == request.method and _fits(pattern, segments)
    ]
    return min(matches)[1] if matches else None


def _fits(pattern: list[str], segments: list[str]) -> bool:
    if pattern[-1].endswith("+}"):
        segments = segments[: len(pattern)]
    return len(pattern) == len(segments) and all(
        part.startswith("{") or part == segment
        for part, segment in zip(pattern, segments, strict=True)
    )


@lru_cache(maxsize=16)
def _routes(service: str) -> Routes:
    path = _model_path(service)
    if path is None:
        return []
    operations = json.loads(gzip.decompress(path.read_bytes()))["operations"]
    return [
        (raw["http"]["method"], _segments(raw["http"]["requestUri"]), name)
        for name, raw in operations.items()
        if "http" in raw
    ]


def _model_path(service: str) -> Path | None:
    # The package is found, not imported: only its data is wanted.
    spec = util.find_spec("botocore")
    folders = spec.submodule_search_locations if spec is not None else None
    found = [
        path
        for folder in folders or ()
        for path in sorted((Path(folder) / "data" / service).glob("*/service-2.json.gz"))
    ]
    return found[-1] if found else None


def _segments(uri: str) -> list[str]:
    return uri.partition("?")[0].rstrip("/").split("/")
