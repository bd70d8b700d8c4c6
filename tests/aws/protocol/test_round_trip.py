"""For all parameters and results of real operations: what botocore sends is what we read, what we write is what it reads."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from homeport.aws.protocol.shape import Shape

SERVICES = [
    ("s3", "rest-xml"),
    ("sqs", "json"),
    ("sqs", "query"),
    ("sns", "query"),
    ("sts", "query"),
    ("kms", "json"),
    ("logs", "json"),
    ("lambda", "rest-json"),
    ("cloudwatch", "smithy-rpc-v2-cbor"),
    ("cloudfront", "rest-xml"),
]

ODD = {
    "GetBucketLocation": "its root is its one member; a handler of botocore reads it",
    "SelectObjectContent": "event stream",
    "InvokeWithResponseStream": "event stream",
    "StartLiveTail": "event stream",
    "GetLogObject": "event stream",
}

HEADER_CHARS = string.ascii_letters + string.digits + "-_./:;=+~!#$%&'()*[]{}|^"
XML_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn"), include_characters="\t\n"), max_size=20
)
ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
LABEL = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
WORD = st.text(HEADER_CHARS, min_size=1, max_size=12)
SECONDS = st.integers(0, 4_000_000_000)
DEPTH = 4


class Values:
    """Strategies for the values of shapes, on one side of the wire."""

    def __init__(self, protocol: str, *, is_input: bool) -> None:
        self.is_input = is_input
        self.is_xml = protocol in ("rest-xml", "query")
        self.text = XML_TEXT if self.is_xml and not (is_input and protocol == "query") else ANY_TEXT

    def of(self, shape: Shape, depth: int = 0) -> st.SearchStrategy[Any]:
        if shape.location in ("uri", "querystring", "header", "headers", "statusCode"):
            return self.bound(shape)
        match shape.type:
            case "structure":
                return self.structure(shape, depth)
            case "list":
                return st.lists(self.of(shape.member, depth + 1), min_size=1, max_size=2)
            case "map":
                keys = self.text.filter(bool)
                values = self.of(shape.value, depth + 1)
                return st.dictionaries(keys, values, min_size=1, max_size=2)
            case "string":
                return WORD if shape.is_xml_attribute else self.text
        return self.scalar(shape)

    def structure(self, shape: Shape, depth: int) -> st.SearchStrategy[Any]:
        if shape.is_document:
            return st.dictionaries(ANY_TEXT, st.integers(), max_size=2)
        members = {
            name: st.deferred(lambda member=member: self.of(member, depth + 1))
            for name, member in shape.members.items()
            if name in shape.required or depth < DEPTH
        }
        if shape.is_union:
            return st.sampled_from(sorted(members)).flatmap(
                lambda name: st.fixed_dictionaries({name: members[name]})
            )
        required = {name: members.pop(name) for name in shape.required if name in members}
        few = st.sets(st.sampled_from(sorted(members)), max_size=4) if members else st.just(set())
        return few.flatmap(
            lambda names: st.fixed_dictionaries(required | {n: members[n] for n in names})
        )

    def scalar(self, shape: Shape) -> st.SearchStrategy[Any]:
        match shape.type:
            case "integer":
                return st.integers(-(2**31), 2**31 - 1)
            case "long":
                return st.integers(-(2**63), 2**63 - 1)
            case "float":
                return st.floats(allow_nan=False, allow_infinity=False, width=32)
            case "double":
                return st.floats(allow_nan=False, allow_infinity=False)
            case "boolean":
                return st.booleans()
            case "blob":
                return st.binary(max_size=20)
            case "timestamp":
                return SECONDS.map(instant) if self.is_input else SECONDS.map(float)
        return self.text

    def bound(self, shape: Shape) -> st.SearchStrategy[Any]:
        if shape.location == "statusCode":
            return st.integers(200, 299)
        if shape.type == "list":
            return st.lists(self.bound_scalar(shape.member, shape), min_size=1, max_size=2)
        if shape.type == "map":
            keys = st.text(string.ascii_lowercase, min_size=1, max_size=6)
            return st.dictionaries(keys, WORD, min_size=1, max_size=2)
        return self.bound_scalar(shape, shape)

    def bound_scalar(self, shape: Shape, place: Shape) -> st.SearchStrategy[Any]:
        if shape.type != "string":
            return self.scalar(shape)
        if place.is_json_value:
            return st.dictionaries(WORD, st.integers(), max_size=2)
        if place.location == "uri":
            return LABEL
        return WORD if place.location == "header" else ANY_TEXT


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def ours(value: Any) -> Any:
    """A value of botocore's side in our types."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, dict):
        return {key: ours(item) for key, item in value.items()}
    return [ours(item) for item in value] if isinstance(value, list) else value


def pruned(value: Any) -> Any:
    """Without empty structures: they leave nothing in a form, and little in XML."""
    if isinstance(value, dict):
        kept = {key: pruned(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in ({}, [])}
    if isinstance(value, list):
        return [item for item in map(pruned, value) if item not in ({}, [])]
    return value


def names_of(client, some, count: int = 8) -> list[str]:
    return some([name for name in client.service.operations if name not in ODD], count)


@pytest.mark.parametrize(("service", "protocol"), SERVICES)
def test_requests_of_botocore_are_read(client, some, service, protocol):
    side = client(service, protocol)
    values = Values(protocol, is_input=True)
    for name in names_of(side, some):
        shape = side.service.operation(name).input
        if shape is not None:
            check(values.structure(shape, 0), lambda params, name=name: read(side, name, params))


def read(side, name: str, params: dict[str, Any]) -> None:
    # A form cannot hold an empty structure, not even a required one.
    assume(side.protocol != "query" or pruned(params) == params)
    found, got = side.understand(side.request(name, params))
    assert found == name
    stream = side.service.operation(name).input.payload
    if stream in got and stream not in params:
        assert got.pop(stream) == b""
    assert pruned(got) == pruned(ours(params))


@pytest.mark.parametrize(("service", "protocol"), SERVICES)
def test_results_are_read_by_botocore(client, some, service, protocol):
    side = client(service, protocol)
    values = Values(protocol, is_input=False)
    for name in names_of(side, some):
        shape = side.service.operation(name).output
        if shape is not None:
            check(values.structure(shape, 0), lambda result, name=name: written(side, name, result))


def written(side, name: str, result: dict[str, Any]) -> None:
    shape = side.service.operation(name).output
    payload = shape.payload_member
    if payload is not None and payload.type in ("blob", "string"):
        result = {**result, shape.payload: b"the body"}
        if payload.type == "string":
            result[shape.payload] = "the body"
    response = side.codec.serialize(side.service.operation(name), result, "REQUEST-ID")
    assert response.body.__class__ is bytes
    got = side.answer(name, response)
    got.pop("ResponseMetadata")
    if payload is not None and payload.type == "blob":
        result[shape.payload] = "the body"
    assert pruned(got) == pruned(result) | status_of(shape, got)


def status_of(shape: Shape, got: dict[str, Any]) -> dict[str, Any]:
    return {n: got[n] for n, member in shape.members.items() if member.location == "statusCode"}


def check(strategy: st.SearchStrategy[Any], body) -> None:
    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def run(value):
        body(value)

    run()
