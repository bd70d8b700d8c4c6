"""What we send for a result must give botocore this result."""

from __future__ import annotations

import math
from typing import Any

import pytest
from botocore.awsrequest import HeadersDict
from botocore.model import NoShapeFoundError, OperationModel, ServiceModel
from botocore.parsers import PROTOCOL_PARSERS
from botocore.utils import parse_timestamp

from homeport.aws.protocol.call import AwsError
from homeport.aws.protocol.shape import Shape
from homeport.edge import http

FILES = [
    "output/json.json",
    "output/json_1_0.json",
    "output/json_1_0-query-compatible.json",
    "output/query.json",
    "output/rest-json.json",
    "output/rest-xml.json",
    "output/smithy-rpc-v2-cbor.json",
    "output/smithy-rpc-v2-cbor-query-compatible.json",
    "output/smithy-rpc-v2-cbor-non-query-compatible.json",
    "legacy/output/json.json",
    "legacy/output/query.json",
    "legacy/output/rest-json.json",
    "legacy/output/rest-xml.json",
]


@pytest.mark.parametrize("file", FILES)
def test_responses_are_understood_by_botocore(file, cases, exceptions, settle):
    loaded = cases(file)
    failures = {case.name: text for case in loaded if (text := difference(case))}
    settle(failures, {case.name for case in loaded}, exceptions["output"])


def difference(case) -> str:
    try:
        if "error" in case.raw:
            got, wanted = error_round_trip(case)
        else:
            got, wanted = result_round_trip(case)
    except Exception as error:  # noqa: BLE001  one bad case must not hide the others
        return f"{type(error).__name__}: {error}"
    return "" if got == wanted else f"\n  got    {got}\n  wanted {wanted}"


def result_round_trip(case) -> tuple[Any, Any]:
    operation = case.model.operation(case.given["name"])
    wanted = case.raw["result"]
    members = typed(operation.output, wanted) if operation.output is not None else {}
    response = case.codec.serialize(operation, members, "REQUEST-ID")
    if "status_code" in case.raw["response"]:
        assert response.status == case.raw["response"]["status_code"]
    return plain(parsed_by_botocore(case, response)), wanted


def error_round_trip(case) -> tuple[Any, Any]:
    operation = case.model.operation(case.given["name"])
    code, message = case.raw.get("errorCode", ""), case.raw.get("errorMessage", "")
    shape = case.model.errors.get(code)
    fields = typed(shape, case.raw["error"]) if shape is not None else {}
    fields = {k: v for k, v in fields.items() if k.lower() != "message"}
    error = AwsError(code, message, case.raw["response"]["status_code"], fields=fields)
    got = plain(parsed_by_botocore(case, case.codec.error(operation, error, "REQUEST-ID")))
    got["Error"] = {k: v for k, v in got["Error"].items() if k in ("Code", "Message")}
    return got, {"Error": {"Code": code, "Message": message}, **case.raw["error"]}


def parsed_by_botocore(case, response: http.Response) -> dict[str, Any]:
    name = case.given["name"]
    raw = {**case.service, "operations": {name: case.raw}}
    service = ServiceModel(raw)
    shape = OperationModel(case.raw["given"], service).output_shape
    protocol = case.service["metadata"]["protocol"]
    if protocol == "query" and shape is not None:
        shape.serialization.setdefault("resultWrapper", f"{name}Result")
    parser = PROTOCOL_PARSERS[protocol](timestamp_parser=epoch)
    wire = {
        "status_code": response.status,
        "headers": HeadersDict(response.headers),
        "body": response.body,
        "context": {"operation_name": name},
    }
    parsed = parser.parse(dict(wire), shape)
    if "error" in case.raw:
        parsed |= modelled_error(parser, wire, service, parsed["Error"]["Code"])
    parsed.pop("ResponseMetadata", None)
    return parsed


def modelled_error(parser, wire, service: ServiceModel, code: str) -> dict[str, Any]:
    try:
        shape = service.shape_for_error_code(code)
    except NoShapeFoundError:
        return {}
    return parser.parse(dict(wire), shape)


def epoch(value: Any) -> float:
    return parse_timestamp(value).timestamp()


def typed(shape: Shape, value: Any) -> Any:
    """A result of a case in the types that our services give."""
    if value is None:
        return None
    match shape.type:
        case "structure" if not shape.is_document:
            return {k: typed(shape.members[k], v) for k, v in value.items() if k in shape.members}
        case "list":
            return [typed(shape.member, item) for item in value]
        case "map":
            return {key: typed(shape.value, item) for key, item in value.items()}
        case "blob":
            return value.encode()
        case "timestamp" | "float" | "double":
            return float(value)
    return value


def plain(value: Any) -> Any:
    """What botocore has parsed, in the types of the cases."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    return value
