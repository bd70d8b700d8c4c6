"""Results into XML bodies.

https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html#xml-shape-serialization
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from homeport.aws.protocol.shape import Shape
from homeport.aws.protocol.values import scalars
from homeport.aws.protocol.values.xml_reader import wire_name

Append = Callable[[str], None]
Write = Callable[[Append, Any], None]
"""Writes a value, its element and all, to the end of a list of pieces."""

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

# A carriage return would be read back as a line feed: https://www.w3.org/TR/xml/#sec-line-ends. The other controls are what S3
# writes for keys that XML 1.0 cannot hold, and why `encoding-type=url` exists:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
_needs_escape = re.compile('[&<>"\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]').search
_every_escape = re.compile('[&<>"\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]').sub
_never_legible = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]").sub
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def _entity(found: re.Match[str]) -> str:
    char = found[0]
    return _NAMED.get(char) or f"&#x{ord(char):x};"


def escape(text: str) -> str:
    """Text for an element or an attribute in double quotes."""
    return _every_escape(_entity, text) if _needs_escape(text) else text


def legible(text: str) -> str:
    """Text of a message for a person, with a mark for each character that no XML 1.0 can hold: https://www.w3.org/TR/xml/#charsets"""
    return _never_legible("\ufffd", text)


@dataclass(slots=True)
class Scope:
    """What the shapes of one service share while they are compiled."""

    timestamp_format: str = "iso8601"
    """Of bodies, where a shape names none: `iso8601`, or `iso8601ms` for always with milliseconds."""
    contents: dict[str, Content] = field(default_factory=dict)


class Content:
    """What stands inside the element of a structure: its attributes, and its children."""

    def __init__(self) -> None:
        self.children: dict[str, Write] = {}
        self.attributes: dict[str, str] = {}

    def open(self, tag: str, value: dict[str, Any]) -> str:
        """The start tag, with the members that are attributes."""
        written = "".join(
            f' {attribute}="{escape(str(value[name]))}"'
            for name, attribute in self.attributes.items()
            if value.get(name) is not None
        )
        return f"<{tag}{written}>"

    def write(self, append: Append, value: dict[str, Any]) -> None:
        """The children. A member that the shape lacks raises KeyError; a None member is left out."""
        children = self.children
        for name, item in value.items():
            if item is not None:
                children[name](append, item)


def compile_content(shape: Shape, scope: Scope) -> Content:
    """The inside of a structure. Members with another location than the body are not known to it."""
    known = scope.contents.get(shape.name)
    if known is not None:
        return known
    content = scope.contents[shape.name] = Content()
    for name, member in shape.members.items():
        if not member.is_in_response_body:
            continue
        if member.is_xml_attribute:
            content.attributes[name] = member.location_name or name
            content.children[name] = _nothing
        else:
            content.children[name] = compile_writer(member, wire_name(name, member), scope)
    return content


def _nothing(append: Append, value: Any) -> None:
    """An attribute has been written with the start tag."""


def compile_writer(shape: Shape, tag: str, scope: Scope) -> Write:
    """What writes the element `tag` with a value of this shape."""
    make = _COMPOUND.get(shape.type)
    if make is not None:
        return make(shape, tag, scope)
    start, end = f"<{_with_namespace(shape, tag)}>", f"</{tag}>"
    if shape.type == "string":

        def write_text(append: Append, value: str) -> None:
            append(f"{start}{escape(value)}{end}")

        return write_text
    convert = scalars.writer(shape, scope.timestamp_format)

    def write(append: Append, value: Any) -> None:
        append(f"{start}{convert(value)}{end}")

    return write


def _with_namespace(shape: Shape, tag: str) -> str:
    namespace = shape.xml_namespace
    return f'{tag} {namespace[0]}="{escape(namespace[1])}"' if namespace else tag


def _structure(shape: Shape, tag: str, scope: Scope) -> Write:
    content = compile_content(shape, scope)
    opened, start, end = (
        _with_namespace(shape, tag),
        f"<{_with_namespace(shape, tag)}>",
        f"</{tag}>",
    )

    def write(append: Append, value: dict[str, Any]) -> None:
        append(content.open(opened, value) if content.attributes else start)
        content.write(append, value)
        append(end)

    return write


def _list(shape: Shape, tag: str, scope: Scope) -> Write:
    if shape.is_flattened:
        each = compile_writer(shape.member, tag, scope)

        def write_flat(append: Append, value: list[Any]) -> None:
            for item in value:
                each(append, item)

        return write_flat
    item_tag = shape.member.location_name or "member"
    item_writer = compile_writer(shape.member, item_tag, scope)
    start, end = f"<{_with_namespace(shape, tag)}>", f"</{tag}>"

    def write(append: Append, value: list[Any]) -> None:
        append(start)
        for item in value:
            item_writer(append, item)
        append(end)

    return write


def _map(shape: Shape, tag: str, scope: Scope) -> Write:
    key_tag = shape.key.location_name or "key"
    value_writer = compile_writer(shape.value, shape.value.location_name or "value", scope)
    entry_tag = tag if shape.is_flattened else "entry"
    key_start = f"<{entry_tag}><{_with_namespace(shape.key, key_tag)}>"
    key_end, entry_end = f"</{key_tag}>", f"</{entry_tag}>"
    start, end = (
        ("", "") if shape.is_flattened else (f"<{_with_namespace(shape, tag)}>", f"</{tag}>")
    )

    def write(append: Append, value: dict[str, Any]) -> None:
        append(start)
        for key, item in value.items():
            append(f"{key_start}{escape(key)}{key_end}")
            value_writer(append, item)
            append(entry_end)
        append(end)

    return write


_COMPOUND: dict[str, Callable[[Shape, str, Scope], Write]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
}
