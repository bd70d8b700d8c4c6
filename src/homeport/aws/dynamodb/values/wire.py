"""The types of a value on the wire: what is said when the JSON is of another type than the model.

The texts are those of the real service, as recorded in `assertType` of
https://github.com/architect/dynalite/blob/main/test/helpers.js. Members of no known name are passed over; null stands for a member that
is not there.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Iterator
from typing import Any

from homeport.aws.dynamodb import errors
from homeport.aws.protocol.call import AwsError

_MAP = "java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>"
_VALUE = "class com.amazonaws.dynamodb.v20120810.AttributeValue"
UNEXPECTED_FIELD = "Unexpected field type"
_TRUE = frozenset(("true", "1", "yes"))
_FALSE = frozenset(("false", "0", "no"))


def check(values: Any) -> None:
    """Raises SerializationException unless this is a map of names to values, all through. Depth costs no stack."""
    pending = [iter(mapping(values).values())]
    while pending:
        for value in pending.pop():
            if value is not None:
                pending.extend(_inner(value))


def check_one(value: Any, *, is_member: bool) -> None:
    """The same for one value, which may be a member of a structure."""
    if is_member and value.__class__ not in (dict, list):
        raise _error(UNEXPECTED_FIELD)
    structure(value)
    check({"": value})


def _inner(value: Any) -> Iterator[Iterator[Any]]:
    """Checks one value but for the values in it, which it gives."""
    for kind, content in structure(value).items():
        if content is not None:
            if kind == "M":
                yield iter(mapping(content).values())
            elif kind == "L":
                yield iter(sequence(content))
            elif kind in SETS:
                of = SETS[kind]
                for element in sequence(content):
                    if element is not None:
                        of(element)
            elif kind in SCALARS:
                SCALARS[kind](content)


def structure(value: Any) -> dict[str, Any]:
    """A value before anything is known of its members."""
    if value.__class__ is dict:
        return value
    if value.__class__ is list:
        raise _error(f"Unrecognized collection type {_VALUE}")
    raise _error("Unexpected value type in payload")


def mapping(content: Any) -> dict[str, Any]:
    """The content of an `M`, and a map of values in a request."""
    if content.__class__ is dict:
        found: dict[str, Any] = content
        return found
    if content.__class__ is list:
        raise _error(f"Unrecognized collection type {_MAP}")
    raise _error(UNEXPECTED_FIELD)


def sequence(content: Any) -> list[Any]:
    """The content of an `L` or of a set."""
    if content.__class__ is list:
        return content
    if content.__class__ is dict:
        raise _error("Start of structure or map found where not expected")
    raise _error(UNEXPECTED_FIELD)


def string(content: Any) -> str:
    """The content of an `S`, and the text of an `N`."""
    if content.__class__ is str:
        return content
    raise _wrong_scalar(content, "String")


def boolean(content: Any) -> bool:
    """The content of a `BOOL` or a `NULL`; some texts stand for either."""
    if content.__class__ is bool:
        return content
    if content.__class__ is not str:
        raise _wrong_scalar(content, "Boolean")
    lowered = content.lower()
    if lowered not in _TRUE and lowered not in _FALSE:
        raise _error("Unexpected token received from parser")
    return lowered in _TRUE


def binary(content: Any) -> str:
    """The content of a `B`: base64 in its one canonical form."""
    if content.__class__ is not str:
        raise _not_binary(content)
    if len(content) % 4:
        raise _error(
            f"Base64 encoded length is expected a multiple of 4 bytes but found: {len(content)}"
        )
    try:
        if b2a_base64(a2b_base64(content), newline=False) == content.encode():
            return content
    except (Base64Error, ValueError):
        pass
    raise _error("Invalid last non-pad Base64 character dectected")


def _not_binary(content: Any) -> AwsError:
    if content.__class__ is list:
        return _error("Unrecognized collection type class java.nio.ByteBuffer")
    if content.__class__ is dict:
        return _error("Start of structure or map found where not expected")
    return _error("only base-64-encoded strings are convertible to bytes")


_TOKENS = {int: "NUMBER_VALUE", float: "DECIMAL_VALUE", str: "STRING_VALUE"}


def _wrong_scalar(content: Any, kind: str) -> AwsError:
    if content.__class__ is list:
        return _error(f"Unrecognized collection type class java.lang.{kind}")
    if content.__class__ is dict:
        return _error("Start of structure or map found where not expected")
    if content.__class__ is bool:
        return _error(f"{'TRUE' if content else 'FALSE'}_VALUE cannot be converted to {kind}")
    return _error(f"{_TOKENS[content.__class__]} cannot be converted to {kind}")


def _error(text: str) -> AwsError:
    return errors.SERIALIZATION(text)


SCALARS: dict[str, Callable[[Any], Any]] = {
    "S": string,
    "N": string,
    "B": binary,
    "BOOL": boolean,
    "NULL": boolean,
}
SETS: dict[str, Callable[[Any], str]] = {"SS": string, "NS": string, "BS": binary}
