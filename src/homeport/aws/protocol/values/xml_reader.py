"""XML bodies into parameters.

https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html#xml-shape-serialization
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from homeport.aws.protocol.shape import Shape
from homeport.aws.protocol.values import scalars
from homeport.aws.protocol.values.mismatch import Mismatch

Element = ElementTree.Element
Read = Callable[[Element], Any]
Memo = dict[str, Read]

DEPTH_LIMIT = 100
"""Elements inside each other. The deepest input of any model has fewer; deeper ones would only exhaust the stack."""


def load(body: bytes) -> Element:
    """The root element. Raises `Mismatch` for anything but well-formed XML in UTF-8, and for any document type declaration.

    Entities can only be declared in a document type, so refusing it refuses them too:
    https://www.w3.org/TR/xml/#sec-prolog-dtd
    """
    if b"\0" in body:
        # UTF-16 always has such bytes, legal UTF-8 never: expat would find UTF-16 out by itself, whatever encoding it is given.
        raise Mismatch("The body is not UTF-8")
    if b"<!DOCTYPE" in body:
        _refuse_doctype(body)
    try:
        # The encoding given here overrides one declared in the body, so that the check above sees what the parser sees.
        parser = ElementTree.XMLParser(encoding="utf-8")  # noqa: S314  no DTD, no entities: see above
        parser.feed(body)
        root: Element = parser.close()
    except (ElementTree.ParseError, ValueError) as error:
        raise Mismatch(f"The body is not well-formed XML: {error}") from None
    _check_depth(body, root)
    return root


def _refuse_doctype(body: bytes) -> None:
    """Raises where the body has a real document type, and not only the word in a comment or CDATA."""

    def refuse(*_: object) -> None:
        raise Mismatch("The body has a document type declaration")

    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(body, True)  # noqa: FBT003  expat's own signature
    except expat.ExpatError as error:
        raise Mismatch(f"The body is not well-formed XML: {error}") from None


def _check_depth(body: bytes, root: Element) -> None:
    if body.count(b"</") + body.count(b"/>") <= DEPTH_LIMIT:
        return
    level = [root]
    for _ in range(DEPTH_LIMIT):
        level = [child for element in level for child in element]
        if not level:
            return
    raise Mismatch("The body is nested too deeply")


def local_name(tag: str) -> str:
    """The name of an element or attribute without its namespace."""
    return tag[tag.rfind("}") + 1 :]


def compile_reader(shape: Shape, memo: Memo | None = None) -> Read:
    """What turns the element of a shape into its parameter."""
    memo = {} if memo is None else memo
    make = _COMPOUND.get(shape.type)
    if make is not None:
        return make(shape, memo)
    convert = scalars.reader(shape, "iso8601")
    if convert is str:
        return _text
    return lambda element: convert(_text(element))


def _text(element: Element) -> str:
    if len(element):
        raise Mismatch(f"The element {local_name(element.tag)} must hold text only")
    return element.text or ""


def wire_name(name: str, member: Shape) -> str:
    """The element name of a member: https://smithy.io/2.0/spec/protocol-traits.html#xmlname-trait"""
    if member.type == "list" and member.is_flattened and member.member.location_name:
        # A flattened list of a model with both names is known by that of its items, as botocore has it.
        return member.member.location_name
    return member.location_name or name


class _Table:
    """Where the children and attributes of a structure's element go."""

    def __init__(self) -> None:
        self.single: dict[str, tuple[str, Read]] = {}
        self.repeated: dict[str, tuple[str, Read]] = {}
        self.attributes: dict[str, str] = {}

    def add(self, name: str, member: Shape, memo: Memo) -> None:
        """Enters a member of the body."""
        if member.is_xml_attribute:
            self.attributes[(member.location_name or name).rpartition(":")[2]] = name
        elif member.is_flattened and member.type in ("list", "map"):
            item = _flat_list if member.type == "list" else _entry
            slot = (name, item(member, memo))
            self.repeated[member.location_name or name] = slot
            self.repeated[wire_name(name, member)] = slot
        else:
            self.single[wire_name(name, member)] = (name, compile_reader(member, memo))

    def read_attributes(self, element: Element, found: dict[str, Any]) -> None:
        """Adds the members that are attributes."""
        for tag, text in element.attrib.items():
            name = self.attributes.get(local_name(tag))
            if name is not None:
                found[name] = text


def _structure(shape: Shape, memo: Memo) -> Read:
    known = memo.get(shape.name)
    if known is not None:
        return known
    table = _Table()
    single, repeated, attributes = table.single, table.repeated, table.attributes

    def read(element: Element) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for child in element:
            tag = child.tag
            tag = tag[tag.rfind("}") + 1 :]
            slot = single.get(tag)
            if slot is not None:
                found[slot[0]] = slot[1](child)
            elif tag in repeated:
                name, convert = repeated[tag]
                _collect(found, name, convert(child))
        if attributes:
            table.read_attributes(element, found)
        return found

    memo[shape.name] = read
    for name, member in shape.members.items():
        if member.is_in_request_body:
            table.add(name, member, memo)
    return read


def _collect(found: dict[str, Any], name: str, part: Any) -> None:
    """Adds one repetition of a flattened list (a value) or map (a one-entry dict in a tuple)."""
    if part.__class__ is tuple:
        found.setdefault(name, {})[part[0]] = part[1]
    else:
        found.setdefault(name, []).append(part)


def _flat_list(shape: Shape, memo: Memo) -> Read:
    return compile_reader(shape.member, memo)


def _list(shape: Shape, memo: Memo) -> Read:
    item_name = shape.member.location_name or "member"
    convert = compile_reader(shape.member, memo)

    def read(element: Element) -> list[Any]:
        return [convert(child) for child in element if local_name(child.tag) == item_name]

    return read


def _entry(shape: Shape, memo: Memo) -> Read:
    key_name = shape.key.location_name or "key"
    value_name = shape.value.location_name or "value"
    convert = compile_reader(shape.value, memo)

    def read(element: Element) -> tuple[str, Any]:
        parts = {local_name(child.tag): child for child in element}
        if key_name not in parts or value_name not in parts:
            raise Mismatch(f"A map entry must have a {key_name} and a {value_name}")
        return _text(parts[key_name]), convert(parts[value_name])

    return read


def _map(shape: Shape, memo: Memo) -> Read:
    entry = _entry(shape, memo)

    def read(element: Element) -> dict[str, Any]:
        return dict(entry(child) for child in element if local_name(child.tag) == "entry")

    return read


_COMPOUND: dict[str, Callable[[Shape, Memo], Read]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
}
