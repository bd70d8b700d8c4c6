"""Expressions of DynamoDB, with placeholders for all names and values.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.dynamodb import values
from homeport.console.cloud.dynamodb.table import Key
from homeport.console.cloud.dynamodb.values import Item, Value
from homeport.console.cloud.dynamodb.writing import plain

_PART = re.compile(r'(?:"((?:[^"]|"")+)"|([^.\[\]"]+))((?:\[\d{1,6}\])*)')


class Operator(NamedTuple):
    """How something is compared: what the form says, how many values it takes, and the expression."""

    text: str
    operands: int
    written: str
    partiql: str


OPERATORS = {
    "eq": Operator("=", 1, "{0} = {1}", "{0} = {1}"),
    "ne": Operator("≠", 1, "{0} <> {1}", "{0} <> {1}"),
    "lt": Operator("<", 1, "{0} < {1}", "{0} < {1}"),
    "le": Operator("≤", 1, "{0} <= {1}", "{0} <= {1}"),
    "gt": Operator(">", 1, "{0} > {1}", "{0} > {1}"),
    "ge": Operator("≥", 1, "{0} >= {1}", "{0} >= {1}"),
    "between": Operator("between", 2, "{0} BETWEEN {1} AND {2}", "{0} BETWEEN {1} AND {2}"),
    "begins": Operator("begins with", 1, "begins_with({0}, {1})", "begins_with({0}, {1})"),
    "contains": Operator("contains", 1, "contains({0}, {1})", "contains({0}, {1})"),
    "lacks": Operator("does not contain", 1, "NOT contains({0}, {1})", "NOT contains({0}, {1})"),
    "in": Operator("is one of", 1, "{0} IN ({1})", "{0} IN [{1}]"),
    "is": Operator("is there", 0, "attribute_exists({0})", "{0} IS NOT MISSING"),
    "isnt": Operator("is not there", 0, "attribute_not_exists({0})", "{0} IS MISSING"),
    "type": Operator("has the type", 1, "attribute_type({0}, {1})", "attribute_type({0}, {1})"),
    "size": Operator("has the size", 1, "size({0}) = {1}", "size({0}) = {1}"),
    "longer": Operator("is longer than", 1, "size({0}) > {1}", "size({0}) > {1}"),
    "shorter": Operator("is shorter than", 1, "size({0}) < {1}", "size({0}) < {1}"),
}
_SIZES = frozenset({"size", "longer", "shorter"})
KEY_OPERATORS = ("eq", "lt", "le", "gt", "ge", "between", "begins")


def key_operators(key: Key) -> list[str]:
    """Those that a sort key of its type takes: numbers have no beginning.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
    """
    return [name for name in KEY_OPERATORS if key.kind != "N" or name != "begins"]


@dataclass
class Expressions:
    """The placeholders of one request."""

    names: dict[str, str] = field(default_factory=dict)
    values: Item = field(default_factory=dict)

    def name(self, name: str) -> str:
        """The placeholder of an attribute."""
        for mark, there in self.names.items():
            if there == name:
                return mark
        mark = f"#n{len(self.names)}"
        self.names[mark] = name
        return mark

    def path(self, text: str) -> str:
        """The placeholders of a path such as `address.city` or `"a.b"[0]`. Raises `Trouble`."""
        return ".".join(self.name(name) + places for name, places in steps(text))

    def value(self, value: Value) -> str:
        """The placeholder of a value."""
        mark = f":v{len(self.values)}"
        self.values[mark] = value
        return mark


def steps(text: str) -> list[tuple[str, str]]:
    """The names of a path, each with the places in lists behind it. Raises `Trouble`."""
    found, at = [], 0
    while True:
        match = _PART.match(text, at)
        if match is None:
            raise Trouble(
                f"“{text[:80]}” is no path.",
                hint='Write a.b[0]; a name with dots or brackets stands in quotes: "a.b".',
            )
        quoted, bare, places = match.groups()
        found.append((quoted.replace('""', '"') if quoted else bare.strip(), places))
        at = match.end()
        if at == len(text):
            return found
        if text[at] != ".":
            raise Trouble(f"“{text[:80]}” is no path.", hint="Write a.b[0].")
        at += 1


class Condition(NamedTuple):
    """A line of the form, read: a path, an operator, and its values."""

    path: str
    operator: str
    operands: tuple[Value, ...]

    def written(self, into: Expressions) -> str:
        """Its expression."""
        marks = [into.value(each) for each in self.operands]
        pattern = OPERATORS[self.operator].written
        if self.operator == "in":
            marks = [", ".join(marks)]
        return pattern.format(into.path(self.path), *marks)


def condition(path: str, operator: str, kind: str, first: str, second: str) -> Condition:
    """A line of a form. Raises `Trouble` where a value is not of its type."""
    steps(path)
    its = OPERATORS[operator]
    if operator in _SIZES:
        kind = "N"
    if operator == "type":
        return Condition(path, operator, ({"S": kind},))
    if operator == "in":
        return Condition(path, operator, _one_of(kind, first))
    texts = (first, second)[: its.operands]
    return Condition(path, operator, tuple(_operand(kind, text) for text in texts))


def _operand(kind: str, text: str) -> Value:
    """A value as it was written; lists and maps may be plain JSON, too. Raises `Trouble`."""
    try:
        return values.from_field(kind, text)
    except Trouble:
        if kind in {"L", "M"}:
            with contextlib.suppress(Trouble):
                found = plain.read({"it": plain.parse(text)})["it"]
                if kind in found:
                    return found
        raise


def _one_of(kind: str, text: str) -> tuple[Value, ...]:
    """The values of a list that stands in a field, one to 100: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html"""
    given = [each.strip() for each in text.split(",")]
    if not 1 <= len(given) <= 100:
        raise Trouble("“is one of” takes 1 to 100 values with commas between them.")
    return tuple(values.from_field(kind, each) for each in given)
