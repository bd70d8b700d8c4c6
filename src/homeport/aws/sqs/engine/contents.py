"""What a message may hold: its text, its attributes, their digests and their size.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from homeport.aws.sqs import errors, limits

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""https://www.w3.org/TR/REC-xml/#charsets"""
ATTRIBUTE_NAME = re.compile(r"[A-Za-z0-9_\-.]+")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
TYPES = ("Binary", "Number", "String")
RESERVED = ("aws.", "amazon.")
SYSTEM_ATTRIBUTE = "AWSTraceHeader"

_STRING, _BINARY = b"\x01", b"\x02"
"""Transport types of the digest, same page, "Calculating the MD5 message digest for message attributes"."""

Attributes = Mapping[str, Mapping[str, Any]]


def check_text(text: str) -> None:
    """Raises `InvalidMessageContents` where a character is outside of what SQS carries."""
    if text.isascii() and (text.isprintable() or text.replace("\n", "").isprintable()):
        return
    if FORBIDDEN.search(text):
        raise errors.INVALID_CONTENTS()


def md5(text: str) -> str:
    """The digest of a body, as `MD5OfMessageBody` has it."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def size(text: str) -> int:
    """Bytes of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def check_attributes(attributes: Attributes) -> int:
    """Checks the attributes of a message and returns how many bytes they add to its size."""
    if len(attributes) > limits.MESSAGE_ATTRIBUTES:
        raise errors.INVALID_PARAMETER(
            f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum [10]."
        )
    total = 0
    for name, attribute in attributes.items():
        _check_name(name)
        kind = _check_type(name, attribute)
        value = _check_value(name, kind, attribute)
        total += len(name) + size(attribute["DataType"]) + len(value)
    return total


def _check_name(name: str) -> None:
    if not name:
        raise errors.INVALID_PARAMETER(
            "The request must contain non-empty message (user) attribute names."
        )
    if len(name) > limits.ATTRIBUTE_NAME_BYTES:
        raise errors.INVALID_PARAMETER(
            "Message (user) attribute name must be shorter than 256 bytes."
        )
    if not ATTRIBUTE_NAME.fullmatch(name):
        raise errors.INVALID_PARAMETER(
            "Message (user) attributes name can only contain upper and lower score characters, digits, periods, "
            "hyphens and underscores. "
        )
    if name.lower().startswith(RESERVED):
        raise errors.INVALID_PARAMETER(
            "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. "
            "These strings are reserved for internal use."
        )
    if name.startswith(".") or name.endswith(".") or ".." in name:
        raise errors.INVALID_PARAMETER(
            "You can't use message attribute names beginning or ending with a period, or with successive periods."
        )


def _check_type(name: str, attribute: Mapping[str, Any]) -> str:
    data_type: str = attribute.get("DataType") or ""
    if attribute.get("StringListValues") or attribute.get("BinaryListValues"):
        # https://github.com/yavosh/pail/blob/main/test/diff/testdata/golden/sqs-edge-cases.json
        raise errors.UNSUPPORTED(
            "Message attribute list values in SendMessage operation are not supported."
        )
    if not data_type:
        raise errors.INVALID_PARAMETER(
            f"The message (user) attribute '{name}' must contain a non-empty message attribute type."
        )
    check_text(data_type)
    if size(data_type) > limits.ATTRIBUTE_NAME_BYTES:
        raise errors.INVALID_PARAMETER(
            "Message (user) attribute type must be shorter than 256 bytes."
        )
    kind = data_type.partition(".")[0]
    if kind not in TYPES:
        raise errors.INVALID_PARAMETER(
            f"The type of message (user) attribute '{name}' is invalid. "
            "You must use only the following supported type prefixes: Binary, Number, String."
        )
    return kind


def _check_value(name: str, kind: str, attribute: Mapping[str, Any]) -> bytes:
    member = "BinaryValue" if kind == "Binary" else "StringValue"
    value = attribute.get(member)
    if value is None and not (attribute.keys() - {"DataType"}):
        raise errors.INVALID_PARAMETER(
            f"The message (user) attribute '{name}' must contain a non-empty message attribute value."
        )
    if not value:
        raise errors.INVALID_PARAMETER(
            f"Message (user) attribute '{name}' must contain a non-empty value of type '{kind}'."
        )
    if isinstance(value, bytes):
        return value
    check_text(value)
    if kind == "Number" and not NUMBER.fullmatch(value):
        raise errors.INVALID_PARAMETER(
            f"Can't cast the value of message (user) attribute '{name}' to a number."
        )
    encoded: bytes = value.encode()
    return encoded


def trace_header(attributes: Attributes) -> str:
    """The value of `AWSTraceHeader`, the one system attribute that a sender may set."""
    for name, attribute in attributes.items():
        if name != SYSTEM_ATTRIBUTE:
            raise errors.INVALID_PARAMETER(f"Message system attribute name '{name}' is invalid.")
        if attribute.get("DataType") != "String":
            raise errors.INVALID_PARAMETER(
                f"The type of message system attribute '{name}' is invalid. "
                "You must use only the following supported type prefixes: String."
            )
        value: str = attribute.get("StringValue") or ""
        if not value:
            raise errors.INVALID_PARAMETER(
                f"Message system attribute '{name}' must contain a non-empty value of type 'String'."
            )
        check_text(value)
        return value
    return ""


def attributes_md5(attributes: Attributes) -> str:
    """The digest of attributes: by name, each with lengths before name, type and value, and the transport type."""
    digest = hashlib.md5(usedforsecurity=False)
    for name in sorted(attributes):
        attribute = attributes[name]
        data_type = attribute["DataType"]
        _update(digest, name.encode())
        _update(digest, data_type.encode())
        if data_type.startswith("Binary"):
            digest.update(_BINARY)
            _update(digest, attribute["BinaryValue"])
        else:
            digest.update(_STRING)
            _update(digest, attribute["StringValue"].encode())
    return digest.hexdigest()


def _update(digest: Any, data: bytes) -> None:
    digest.update(len(data).to_bytes(4, "big"))
    digest.update(data)


def pack(attributes: Attributes) -> str:
    """Attributes as they are kept."""
    return json.dumps(
        {
            name: [
                attribute["DataType"],
                base64.b64encode(attribute["BinaryValue"]).decode()
                if attribute["DataType"].startswith("Binary")
                else attribute["StringValue"],
            ]
            for name, attribute in attributes.items()
        }
    )


def unpack(packed: str) -> dict[str, dict[str, Any]]:
    """Attributes as a receiver gets them."""
    return {
        name: {"BinaryValue": base64.b64decode(value), "DataType": data_type}
        if data_type.startswith("Binary")
        else {"StringValue": value, "DataType": data_type}
        for name, (data_type, value) in json.loads(packed).items()
    }


def select(attributes: Attributes, wanted: Iterable[str]) -> dict[str, Any]:
    """The attributes that a receiver asked for: by name, by `PREFIX.*`, or all of them by `All`, `.*`, `*`."""
    exact = set(wanted)
    if exact & {"All", ".*", "*"}:
        return dict(attributes)
    prefixes = tuple(name[:-2] for name in exact if name.endswith(".*"))
    return {
        name: attribute
        for name, attribute in attributes.items()
        if name in exact or (prefixes and name.startswith(prefixes))
    }
