"""What botocore sends for some parameters must give us these parameters."""

from __future__ import annotations

import base64
import math
from typing import Any

import pytest

from homeport.aws.protocol.shape import Shape
from homeport.edge import http

FILES = [
    "input/json.json",
    "input/json_1_0.json",
    "input/json_1_0-query-compatible.json",
    "input/query.json",
    "input/rest-json.json",
    "input/rest-xml.json",
    "input/smithy-rpc-v2-cbor.json",
    "input/smithy-rpc-v2-cbor-query-compatible.json",
    "input/smithy-rpc-v2-cbor-non-query-compatible.json",
    "legacy/input/json.json",
    "legacy/input/query.json",
    "legacy/input/rest-json.json",
    "legacy/input/rest-xml.json",
]


@pytest.mark.parametrize("file", FILES)
def test_requests_of_botocore_are_understood(file, cases, exceptions, settle):
    loaded = cases(file)
    failures = {case.name: text for case in loaded if (text := difference(case))}
    settle(failures, {case.name for case in loaded}, exceptions["input"])


def difference(case) -> str:
    request, body = request_of(case)
    codec = case.codec
    try:
        match = codec.match(request, request.path, body)
        params = codec.parse(match, request, body)
    except Exception as error:  # noqa: BLE001  one bad case must not hide the others
        return f"{type(error).__name__}: {error}"
    wanted = wanted_params(match.operation.input, case.raw.get("params") or {})
    return "" if same(params, wanted) else f"\n  got    {params}\n  wanted {wanted}"


def request_of(case) -> tuple[http.Request, bytes]:
    wire = case.raw["serialized"]
    body = wire.get("body") or ""
    is_cbor = case.service["metadata"]["protocol"] == "smithy-rpc-v2-cbor"
    data = base64.b64decode(body) if is_cbor else body.encode()
    path, _, query = wire.get("uri", "/").partition("?")
    headers = {name.lower(): value for name, value in wire.get("headers", {}).items()}
    if case.service["metadata"]["protocol"] == "json":
        prefix = case.service["metadata"].get("targetPrefix", "")
        headers.setdefault("x-amz-target", f"{prefix}.{case.given['name']}")
    method = wire.get("method") or case.given["http"]["method"]
    return http.Request(method, path, query, headers, http.BytesBody(data)), data


def wanted_params(shape: Shape | None, value: Any) -> Any:
    """The params of a case in the types that our services take."""
    if value is None or shape is None:
        return value
    match shape.type:
        case "structure" if not shape.is_document:
            members = shape.members
            return {k: wanted_params(members[k], v) for k, v in value.items() if v is not None}
        case "list":
            return [wanted_params(shape.member, item) for item in value]
        case "map":
            return {key: wanted_params(shape.value, item) for key, item in value.items()}
        case "blob":
            return value.encode() if isinstance(value, str) else value
        case "timestamp" | "float" | "double":
            return float(value)
    return value


def same(first: Any, second: Any) -> bool:
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(same(first[k], second[k]) for k in first)
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, float) and isinstance(second, float):
        return math.isclose(first, second, rel_tol=1e-6) or (
            math.isnan(first) and math.isnan(second)
        )
    return type(first) is type(second) and first == second
