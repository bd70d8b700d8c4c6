"""The tree of an expression. Only values; what they mean is told by `evaluate`, `update` and `projecting`.

The parser makes trees with placeholders (`Alias` in paths, `Reference`); `binding` makes those without, which are carried out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from homeport.aws.dynamodb.values.attribute import Value


class Alias(str):
    """A placeholder of a name, with its `#`: it stands in a path where a name stands."""

    __slots__ = ()


Part = str | int
"""A name, or the index of a list's element."""


class Path(NamedTuple):
    """Where a value is in an item: an attribute, and the way into it."""

    parts: tuple[Part, ...]


class Reference(NamedTuple):
    """A placeholder of a value, with its `:`."""

    name: str


class Literal(NamedTuple):
    """A value of the request."""

    value: Value


class Function(NamedTuple):
    """A function of operands: a condition, or (`size`, `if_not_exists`, `list_append`) a value."""

    name: str
    operands: tuple[Operand, ...]


class Arithmetic(NamedTuple):
    """A sum or difference, which only a SET has."""

    operator: str
    left: Operand
    right: Operand


Operand = Path | Reference | Literal | Function


class Compare(NamedTuple):
    """A comparison with one of `= <> < <= > >=`."""

    operator: str
    left: Operand
    right: Operand


class Between(NamedTuple):
    """Whether a value is within two bounds, both included."""

    operand: Operand
    lower: Operand
    upper: Operand


class In(NamedTuple):
    """Whether a value is one of several."""

    operand: Operand
    options: tuple[Operand, ...]


class And(NamedTuple):
    """Conditions of which all must hold."""

    terms: tuple[Node, ...]


class Or(NamedTuple):
    """Conditions of which one must hold."""

    terms: tuple[Node, ...]


class Not(NamedTuple):
    """A condition that must not hold."""

    term: Node


Node = Function | Compare | Between | In | And | Or | Not
"""A condition."""


class Clause(NamedTuple):
    """One change of an update: `SET path = value`, `REMOVE path`, `ADD path value` or `DELETE path value`."""

    action: str
    path: Path
    value: Operand | Arithmetic | None


Tree = tuple[Any, ...] | None
"""A condition, a value, clauses, paths, or several of them: nodes are tuples of their members."""


def paths(tree: Tree) -> Iterator[Path]:
    """All paths of a tree, in their order."""
    if tree.__class__ is Path:
        yield tree
    elif isinstance(tree, tuple):
        for member in tree:
            yield from paths(member)


def attributes(node: Node) -> frozenset[str]:
    """The top-level attributes of a condition."""
    return frozenset([str(path.parts[0]) for path in paths(node)])
