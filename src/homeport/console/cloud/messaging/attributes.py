"""Attributes of messages, as lines of a form and as the clients of AWS have them.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-message-attributes
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from homeport.console.asking.troubles import Trouble

NOTE = (
    "One a line: name = value. The type is String; others are named, as in size:Number = 5, data:Binary = aGVsbG8= (base64). "
    "A JSON object in the form of the AWS CLI is taken too. At most 10."
)
Attributes = dict[str, dict[str, Any]]


class Shown(NamedTuple):
    """One attribute of a message."""

    name: str
    kind: str
    value: str


def parse(text: str) -> Attributes:
    """Reads what a form was given. Raises `Trouble` that names the line."""
    if text.lstrip().startswith("{"):
        return _from_json(text)
    found: Attributes = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            name, value = _line(line, number)
            found[name] = value
    return found


def _line(line: str, number: int) -> tuple[str, dict[str, Any]]:
    head, sign, value = line.partition("=")
    name, _, kind = head.strip().partition(":")
    if not sign or not name:
        raise Trouble(
            f"Line {number} of the attributes is not name = value.",
            hint="A type stands behind the name: size:Number = 5.",
        )
    return name, _typed(kind.strip() or "String", value.strip(), f"Line {number}")


def _typed(kind: str, value: str, where: str) -> dict[str, Any]:
    if not kind.startswith("Binary"):
        return {"DataType": kind, "StringValue": value}
    try:
        return {"DataType": kind, "BinaryValue": base64.b64decode(value, validate=True)}
    except (binascii.Error, ValueError) as error:
        raise Trouble(f"{where} of the attributes is binary and no base64.") from error


def _from_json(text: str) -> Attributes:
    try:
        given = json.loads(text)
        return {
            str(name): _typed(
                str(each["DataType"]),
                str(each.get("StringValue", each.get("BinaryValue", ""))),
                f"The value of {name}",
            )
            for name, each in given.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Trouble(
            "The attributes are no JSON of the AWS CLI.",
            hint='Write {"name": {"DataType": "String", "StringValue": "value"}}, or lines of name = value.',
        ) from error


def shown(attributes: Mapping[str, Mapping[str, Any]]) -> list[Shown]:
    """Attributes as a client of AWS got them, by name."""
    return [
        Shown(name, each.get("DataType") or each.get("Type", ""), _text(each))
        for name, each in sorted(attributes.items())
    ]


def _text(value: Mapping[str, Any]) -> str:
    binary = value.get("BinaryValue")
    if isinstance(binary, bytes):
        return base64.b64encode(binary).decode()
    return str(value.get("StringValue") or value.get("Value") or binary or "")
