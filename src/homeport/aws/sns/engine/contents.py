"""What a message may hold: text, subject, attributes, and their size.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

from homeport.aws.protocol.call import AwsError
from homeport.aws.sns import errors, limits
from homeport.aws.sns.engine.model import Attributes

SUBJECT = re.compile(r"[!-~][ -~]*")
_TYPES = ("Binary", "Number", "String")
_FOREIGN = re.compile(r"[^A-Za-z0-9_\-.]")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
ARRAY = "String.Array"


def size(text: str) -> int:
    """Bytes of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def check_subject(subject: str | None) -> None:
    """A subject is a line of ASCII, up to 100 characters."""
    if subject is not None and (
        len(subject) > limits.SUBJECT_CHARACTERS or not SUBJECT.fullmatch(subject)
    ):
        raise errors.invalid("Subject")


def check_structure(params: Mapping[str, Any]) -> bool:
    """Whether a message is an object of the texts for each protocol; raises where it should be and is not."""
    structure = params.get("MessageStructure")
    if not structure:
        return False
    if structure != "json":
        raise errors.invalid("Invalid message structure")
    try:
        texts = json.loads(params["Message"])
    except (ValueError, RecursionError):
        raise _structure("JSON message body failed to parse") from None
    if not isinstance(texts, dict) or not isinstance(texts.get("default"), str):
        raise _structure("No default entry in JSON message body")
    return True


def _structure(text: str) -> AwsError:
    return errors.invalid(f"Message Structure - {text}")


def check_attributes(attributes: Attributes) -> int:
    """Checks the attributes of a message and returns how many bytes they add to its size.

    `test_empty_or_wrong_message_attributes` in LocalStack's file, see `errors`.
    """
    total = 0
    for name, attribute in attributes.items():
        _check_name(name)
        kind: str = attribute["DataType"]
        value = _value(name, kind, attribute)
        total += size(name) + size(kind) + (len(value) if isinstance(value, bytes) else size(value))
    return total


def _check_name(name: str) -> None:
    foreign = _FOREIGN.search(name)
    if not name:
        raise errors.INVALID_VALUE("The message attribute name must not be empty.")
    if len(name) > limits.ATTRIBUTE_NAME_CHARACTERS:
        raise errors.INVALID_VALUE("Length of message attribute name must be less than 256 bytes.")
    if foreign is not None:
        raise errors.INVALID_VALUE(
            f"Invalid non-alphanumeric character '#x{ord(foreign.group()):X}' was found in the message attribute name. "
            "Can only include alphanumeric characters, hyphens, underscores, or dots."
        )
    if name.startswith("."):
        raise errors.INVALID_VALUE(
            "Invalid message attribute name starting with character '.' was found."
        )
    if name.endswith("."):
        raise errors.INVALID_VALUE(
            "Invalid message attribute name ending with character '.' was found."
        )
    if ".." in name:
        raise errors.INVALID_VALUE("Message attribute name can not have successive '.' character.")


def _value(name: str, data_type: str, attribute: Mapping[str, Any]) -> str | bytes:
    kind, dot, label = data_type.partition(".")
    if kind not in _TYPES or (dot and not label):
        # `test_message_attributes_prefixes`: `String.` is none, whatever else may stand behind the dot.
        raise errors.INVALID_VALUE(
            f"The message attribute '{name}' has an invalid message attribute type, "
            "the set of supported type prefixes is Binary, Number, and String."
        )
    member, other = ("Binary", "String") if kind == "Binary" else ("String", "Binary")
    if attribute.get(f"{other}Value"):
        raise errors.INVALID_VALUE(
            f"The message attribute '{name}' with type '{data_type}' must use field '{member}'."
        )
    value: str | bytes | None = attribute.get(f"{member}Value")
    if not value:
        raise errors.INVALID_VALUE(
            f"The message attribute '{name}' must contain non-empty message attribute value "
            f"for message attribute type '{data_type}'."
        )
    if kind == "Number" and not _NUMBER.fullmatch(str(value)):
        # Recorded nowhere; the sentence has the form of its neighbours.
        raise errors.INVALID_VALUE(f"Could not cast message attribute '{name}' value to number.")
    return value


def pack(attributes: Attributes) -> str | None:
    """Attributes as they are kept: type and text, binary values in base64."""
    if not attributes:
        return None
    return json.dumps(
        {
            name: [
                attribute["DataType"],
                base64.b64encode(attribute["BinaryValue"]).decode()
                if attribute["DataType"].startswith("Binary")
                else attribute["StringValue"],
            ]
            for name, attribute in attributes.items()
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def unpack(packed: str | None) -> dict[str, tuple[str, str]]:
    """Type and text of each attribute."""
    return json.loads(packed) if packed else {}


def as_sent(packed: str | None) -> Attributes | None:
    """Attributes as SQS takes them; None where there are none."""
    if not packed:
        return None
    return {
        name: {"DataType": kind, "BinaryValue": base64.b64decode(value)}
        if kind.startswith("Binary")
        else {"DataType": kind, "StringValue": value}
        for name, (kind, value) in unpack(packed).items()
    }
