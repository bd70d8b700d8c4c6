"""The constraints of the model that the parameters of a refused request break, in AWS's words and order.

Only requests that are refused come here. Recorded answers:
https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda_api.snapshot.json
(test_function_name_and_qualifier_validation, test_create_lambda_exceptions, test_layer_exceptions, test_notfound_and_invalid_routingconfigs)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from homeport.aws.protocol.shape import Shape
from homeport.aws.protocol.validate import Checks, rules

SHOWN = 65_536
"""Characters of a value that an error repeats."""

ORDERS = {
    "EventSourcePosition": "LATEST, AT_TIMESTAMP, TRIM_HORIZON",
    "InvokeMode": "RESPONSE_STREAM, BUFFERED",
    "RecursiveLoop": "Terminate, Allow",
}
"""Enumerations whose values the service names in another order than its model."""

RUNTIMES = (
    "nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java25, python3.10, "
    "python3.11, java21, ruby3.3, ruby3.4, ruby3.2, python3.8, python3.9, java17, nodejs16.x, dotnet10, dotnet8, java11, "
    "dotnet6, nodejs18.x, provided.al2, java8.al2"
)
"""What the service names as runtimes, of the more that it accepts: test_create_lambda_exceptions, test_layer_compatibilities."""
NOT_NULL = "Member must not be null"


def broken(shape: Shape, params: dict[str, Any]) -> list[str]:
    """All that is broken. The service goes through members from the last to the first."""
    return list(_structure(shape, params, ""))


def message(found: list[str]) -> str:
    """The text of the error."""
    plural = "" if len(found) == 1 else "s"
    return f"{len(found)} validation error{plural} detected: {'; '.join(found)}"


def _structure(shape: Shape, value: dict[str, Any], place: str) -> Iterator[str]:
    for name, member in reversed(shape.members.items()):
        at = f"{place}{name[:1].lower()}{name[1:]}"
        item = value.get(name)
        if item is not None:
            yield from _of(member, item, at)
        elif name in shape.required:
            yield f"Value null at '{at}' failed to satisfy constraint: {NOT_NULL}"


def _of(shape: Shape, value: Any, place: str) -> Iterator[str]:
    for rule in _own(shape, value):
        yield _told(shape, value, place, rule)
    if shape.type == "structure":
        yield from _structure(shape, value, f"{place}.")
    elif shape.type == "list":
        yield from _list(shape, value, place)
    elif shape.type == "map":
        yield from _map(shape, value, place)


def _list(shape: Shape, value: list[Any], place: str) -> Iterator[str]:
    if shape.member.type in ("structure", "list", "map"):
        for number, item in enumerate(value, 1):
            yield from _of(shape.member, item, f"{place}.{number}.member")
    elif any(_own(shape.member, item) for item in value):
        rule = _all_rules(shape.member)
        if shape.name != "CompatibleRuntimes":
            rule = f"Member must satisfy constraint: [{rule}, {NOT_NULL}]"
        yield _told(shape, value, place, rule)


def _map(shape: Shape, value: dict[str, Any], place: str) -> Iterator[str]:
    if any(_own(shape.key, key) for key in value):
        rule = f"Map keys must satisfy constraint: [{_all_rules(shape.key)}]"
        yield _told(shape, value, place, rule)
    if any(_own(shape.value, item) for item in value.values()):
        rule = f"Map value must satisfy constraint: [{_all_rules(shape.value)}, {NOT_NULL}]"
        yield _told(shape, value, place, rule)


def _told(shape: Shape, value: Any, place: str, rule: str) -> str:
    shown = "" if shape.traits.get("sensitive") else f" '{_shown(value)[:SHOWN]}'"
    return f"Value{shown} at '{place}' failed to satisfy constraint: {rule}"


def _own(shape: Shape, value: Any) -> list[str]:
    return [text for is_kept, text in _rules(shape) if not is_kept(value)]


def _all_rules(shape: Shape) -> str:
    return ", ".join(text for _, text in _rules(shape))


def _rules(shape: Shape) -> list[Any]:
    """What a value must keep, the upper bound before the lower one."""
    bounds = rules(shape, Checks.LENGTH | Checks.RANGE)
    enumeration = rules(shape, Checks.ENUM)
    if enumeration and (shape.name in ORDERS or shape.name == "Runtime"):
        order = RUNTIMES if shape.name == "Runtime" else ORDERS[shape.name]
        enumeration = [(enumeration[0][0], f"Member must satisfy enum value set: [{order}]")]
    return [*reversed(bounds), *enumeration, *rules(shape, Checks.PATTERN)]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}={_shown(item)}' for key, item in value.items())}}}"
    return str(value)
