"""The constraints that the parameters of a refused request break, one after the other.

Only requests that are refused come here: whether one is sound is told by `validate.predicate` of the protocol layer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum, auto
from typing import Any, NamedTuple

from homeport.aws.dynamodb.constraints import java, names
from homeport.aws.protocol import validate
from homeport.aws.protocol.shape import Shape
from homeport.aws.protocol.validate import Checks

NO_RULE = frozenset(("AttributeName",))
"""The length of attribute names is checked with the values, in bytes and in words of its own."""


class Kind(Enum):
    """What sort of constraint is broken: the words differ by it."""

    MISSING = auto()
    BOUND = auto()
    ENUM = auto()
    PATTERN = auto()
    NAME = auto()
    KEYS = auto()
    VALUES = auto()


_KINDS = (
    (Kind.PATTERN, Checks.PATTERN),
    (Kind.BOUND, Checks.LENGTH | Checks.RANGE),
    (Kind.ENUM, Checks.ENUM),
)


class Broken(NamedTuple):
    """One constraint that one value breaks."""

    kind: Kind
    place: str
    """As older words have it: `keySchema.1.member.attributeName`."""
    member: str
    """As newer words have it: `RequestItems.NAME.member.Keys`."""
    value: str
    """As text; `null` where it is missing."""
    rule: str

    def older(self) -> str:
        """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html"""
        value = "null" if self.kind is Kind.MISSING else f"'{self.value}'"
        return f"Value {value} at '{self.place}' failed to satisfy constraint: {self.rule}"

    def newer(self) -> str:
        """https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/error-messages/query.test.ts"""
        return f"Value at '{self.member}' failed to satisfy constraint: {self.rule}"


class Search:
    """Goes through the parameters of one operation."""

    def __init__(self, operation: str, shape: Shape) -> None:
        self._operation = operation
        self._shape = shape
        self._shortest = names.least(operation)

    def run(self, params: dict[str, Any]) -> list[Broken]:
        """All that is broken, in the service's order of members."""
        return list(self._structure(self._shape, params, "", ""))

    def _of(self, shape: Shape, value: Any, place: str, member: str) -> Iterator[Broken]:
        for kind, rule in self._own(shape, value):
            yield Broken(kind, place, member, java.shown(shape, value), rule)
        if shape.type == "structure" and not shape.is_document:
            yield from self._structure(shape, value, f"{place}.", f"{member}.")
        elif shape.type == "list":
            for number, item in enumerate(value, 1):
                if item is not None:
                    at = f".{number}.member"
                    yield from self._of(shape.member, item, place + at, member + at)
        elif shape.type == "map":
            yield from self._map(shape, value, place, member)

    def _structure(
        self, shape: Shape, value: dict[str, Any], place: str, member: str
    ) -> Iterator[Broken]:
        for name in java.ordered(shape.members):
            at, into = place + java.lower_first(name), member + name
            item = value.get(name)
            if item is not None:
                yield from self._of(shape.members[name], item, at, into)
            elif name in shape.required:
                yield Broken(Kind.MISSING, at, into, "null", "Member must not be null")

    def _map(
        self, shape: Shape, value: dict[str, Any], place: str, member: str
    ) -> Iterator[Broken]:
        if shape.key.name == names.SHAPE and not all(map(names.sound(self._operation), value)):
            echo = self._echo(shape, value)
            yield Broken(Kind.KEYS, place, member, echo, names.KEY_RULE)
        if shape.value.type == "list":
            rules = validate.rules(shape.value, Checks.LENGTH)
            if any(not is_kept(item) for item in value.values() for is_kept, _ in rules):
                texts = [text for _, text in reversed(rules)]
                rule = f"Map value must satisfy constraint: [{', '.join(texts)}]"
                yield Broken(Kind.VALUES, place, member, java.shown(shape, value), rule)
                return
        for key, item in value.items():
            if item is not None:
                at = f".{key}.member"
                yield from self._of(shape.value, item, place + at, member + at)

    def _echo(self, shape: Shape, value: dict[str, Any]) -> str:
        """https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/error-messages/batchGetItem.test.ts"""
        if self._operation == "BatchGetItem":
            text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
            return text[: java.SHOWN]
        return java.shown(shape, value)

    def _own(self, shape: Shape, value: Any) -> Iterator[tuple[Kind, str]]:
        if shape.name in NO_RULE:
            return
        if shape.name == names.SHAPE:
            for rule in names.broken(value, self._shortest):
                yield Kind.NAME, rule
        for kind, checks in _KINDS:
            for is_kept, rule in validate.rules(shape, checks):
                if not is_kept(value):
                    yield kind, rule
