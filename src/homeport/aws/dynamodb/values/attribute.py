"""Values as requests send them, into values as they are stored.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html

A `Value` is a dict of one member, canonical: `{"S": str}`, `{"N": canonical number}`, `{"B": base64}`, `{"BOOL": bool}`, `{"NULL": True}`,
`{"SS": [...]}`, `{"NS": [...]}`, `{"BS": [...]}` (members in ascending order), `{"L": [Value, ...]}`, `{"M": Item}`. Values are never
changed in place: what was canonical on the wire is used as it came.
"""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Callable
from decimal import Decimal
from operator import is_
from typing import Any

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.values import limits, numbers, wire
from homeport.aws.dynamodb.values.invalid import Invalid
from homeport.aws.protocol.call import AwsError

Value = dict[str, Any]
Item = dict[str, Value]

EMPTY = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
SEVERAL = (
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
    "supported datatypes"
)
TOO_DEEP = (
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
    "beyond supported limit"
)
EMPTY_NAME = "Empty attribute name"
LONG_NAME = "Attribute name is too large, must be less than 65536 bytes"
"""https://github.com/ExtendDB/extenddb/issues/365"""
_WRONG = "One or more parameter values were invalid: "
_SHORT = limits.NAME_SIZE // 4
"""Characters of a name that fits whatever they are: UTF-8 takes four bytes for one at most."""
_IS_NULL = "The supplied Item contains a null AttributeValue"


def item(wire_map: Any) -> Item:
    """The item of a map of names to values.

    Raises SerializationException where anything in it is of a wrong type, else the first ValidationException.
    """
    try:
        return _map(wire_map, 1)
    except AwsError as error:
        wire.check(wire_map)
        raise _reported(wire_map, error) from None


def value(wire_value: Any, *, is_member: bool = False, depth: int = 1) -> Value:
    """One value. Errors as with `item`.

    It is the first of its levels, or another one by `depth`. `is_member` where the value is a member of a structure (`Expected`), which is told from one of a map when it is no object at all.
    """
    if wire_value is None:
        raise errors.VALIDATION(_IS_NULL)
    try:
        return _value(wire_value, depth)
    except AwsError:
        wire.check_one(wire_value, is_member=is_member)
        raise


def check_types(wire_map: Any) -> None:
    """Raises SerializationException if anything in a map of names to values is of a wrong type."""
    wire.check(wire_map)


def _reported(members: dict[str, Any], error: AwsError) -> AwsError:
    """An item's own empty name is reported before values that are too deep, those before an empty name within a value.

    https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/validation-ordering/deepRequests.test.ts
    """
    if "" in members:
        return errors.VALIDATION(EMPTY_NAME) if error.message == TOO_DEEP else error
    if error.message == EMPTY_NAME:
        for member in members.values():
            try:
                _value(member, 1)
            except AwsError as other:
                if other.message == TOO_DEEP:
                    return other
    return error


def _map(members: Any, depth: int) -> Item:
    if members.__class__ is not dict:
        wire.mapping(members)
    changed = {}
    for name, member in members.items():
        if member.__class__ is not dict or len(member) != 1 or not name or len(name) > _SHORT:
            canonical = _named(name, member, depth)
        else:
            ((kind, content),) = member.items()
            # What most values are is seen here, which spares them all further calls.
            if content.__class__ is str and (
                kind == "S"
                or (
                    kind == "N"
                    and content.isdecimal()
                    and content.isascii()
                    and content[0] != "0"
                    and len(content) <= limits.NUMBER_DIGITS
                )
            ):
                continue
            canonical = _only(member, kind, content, depth)
        if canonical is not member:
            changed[name] = canonical
    return {**members, **changed} if changed else members


def is_too_long(name: str) -> bool:
    """Whether an attribute name has more bytes than one may have."""
    return len(name) > _SHORT and len(name.encode()) > limits.NAME_SIZE


def _named(name: str, member: Any, depth: int) -> Value:
    if is_too_long(name):
        raise Invalid(LONG_NAME)
    if member is None:
        raise errors.VALIDATION(f"{_IS_NULL}: {name} is null")
    canonical = _value(member, depth)
    if not name:
        raise errors.VALIDATION(EMPTY_NAME)
    return canonical


def _value(member: Any, depth: int) -> Value:
    structure = wire.structure(member)
    if len(structure) != 1:
        return _one_of_several(structure, depth)
    ((kind, content),) = structure.items()
    return _only(structure, kind, content, depth)


def _only(member: Value, kind: str, content: Any, depth: int) -> Value:
    read = _READ.get(kind)
    if read is None or content is None:
        raise errors.VALIDATION(EMPTY)
    canonical = read(content, depth)
    return member if canonical is content else {kind: canonical}


def _one_of_several(structure: dict[str, Any], depth: int) -> Value:
    """Members of no known name and nulls do not count; numbers and sets are checked before it is seen that there are two."""
    found = {
        kind: _READ[kind](structure[kind], depth)
        for kind in _READ
        if structure.get(kind) is not None
    }
    if len(found) != 1:
        raise errors.VALIDATION(SEVERAL if found else EMPTY)
    return found


def _string(content: Any, _: int) -> str:
    return wire.string(content)


def _number(content: Any, _: int) -> str:
    return numbers.canonical(wire.string(content))


def _binary(content: Any, _: int) -> str:
    return wire.binary(content)


def _boolean(content: Any, _: int) -> bool:
    return wire.boolean(content)


def _null(content: Any, _: int) -> bool:
    if not wire.boolean(content):
        raise Invalid(f"{_WRONG}Null attribute value types must have the value of true")
    return True


def _strings(content: Any, _: int) -> list[str]:
    elements = wire.sequence(content)
    if not elements:
        raise Invalid(f"{_WRONG}An string set  may not be empty")
    if None in elements:
        raise Invalid(f"{_WRONG}An string set may not have a null string as a member")
    texts = [wire.string(element) for element in elements]
    if len(set(texts)) != len(texts):
        newer = ", ".join(map(_quoted, _as_far_as_read(texts, str)))
        raise Invalid(
            f"{_WRONG}Input collection [{', '.join(texts)}] contains duplicates.",
            f"{_WRONG}Input collection [{newer}] contains duplicates.",
        )
    return _ascending(elements, sorted(texts))


def _numbers(content: Any, _: int) -> list[str]:
    elements = wire.sequence(content)
    if not elements:
        raise Invalid(f"{_WRONG}An number set  may not be empty")
    texts = ["" if element is None else wire.string(element) for element in elements]
    canonical = [numbers.canonical(text) for text in texts]
    if len(set(canonical)) != len(canonical):
        duplicates = "Input collection contains duplicates"
        raise Invalid(duplicates, f"{_WRONG}{duplicates}.")
    return _ascending(elements, sorted(canonical, key=Decimal))


def _binaries(content: Any, _: int) -> list[str]:
    elements = wire.sequence(content)
    if not elements:
        raise Invalid(f"{_WRONG}Binary sets should not be empty")
    if None in elements:
        raise Invalid(f"{_WRONG}Binary sets should not contain null values")
    texts = [wire.binary(element) for element in elements]
    if len(set(texts)) != len(texts):
        newer = ",".join(map(_quoted, _as_far_as_read(texts, a2b_base64)))
        raise Invalid(
            f"{_WRONG}Input collection [{', '.join(texts)}]of type BS contains duplicates.",
            f"{_WRONG}Input collection [{newer}]of type BS contains duplicates.",
        )
    return _ascending(elements, sorted(texts, key=a2b_base64))


def _ascending(elements: list[Any], canonical: list[str]) -> list[str]:
    """The members of a set in order: the same list where they came in order."""
    return elements if elements == canonical else canonical


def _quoted(text: str) -> str:
    return f'"{text}"'


def _as_far_as_read(texts: list[str], order: Callable[[str], Any]) -> list[str]:
    """What the newer layer lists: what was read before the first repeat in order, then the rest as it came."""
    read: set[str] = set()
    for place, text in enumerate(texts):
        if text in read:
            return sorted(read, key=order) + texts[place:]
        read.add(text)
    return texts


def _list(content: Any, depth: int) -> list[Value]:
    elements = wire.sequence(content)
    if depth >= limits.NESTING:
        raise errors.VALIDATION(TOO_DEEP)
    canonical = [_element(element, depth + 1) for element in elements]
    return elements if all(map(is_, canonical, elements)) else canonical


def _element(member: Any, depth: int) -> Value:
    if member is None:
        raise errors.VALIDATION(_IS_NULL)
    return _value(member, depth)


def _document(content: Any, depth: int) -> Item:
    members = wire.mapping(content)
    if depth >= limits.NESTING:
        raise errors.VALIDATION(TOO_DEEP)
    return _map(members, depth + 1)


# In the order in which they are checked where there are several.
_READ: dict[str, Callable[[Any, int], Any]] = {
    "SS": _strings,
    "N": _number,
    "NS": _numbers,
    "B": _binary,
    "BS": _binaries,
    "M": _document,
    "L": _list,
    "S": _string,
    "BOOL": _boolean,
    "NULL": _null,
}
