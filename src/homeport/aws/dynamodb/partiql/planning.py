"""What a WHERE reads: ranges of keys where it names partitions, else all rows.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html#ql-reference.select.parameters: a SELECT is no
scan if every alternative of its condition has an equality (or IN) on the partition key. Which alternatives are refused together is
recorded in https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier2/partiql/whereOverlap.test.ts
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from homeport.aws.dynamodb.expressions import nodes
from homeport.aws.dynamodb.expressions.key_condition import KeyCondition
from homeport.aws.dynamodb.expressions.nodes import Compare, Node
from homeport.aws.dynamodb.partiql import errors
from homeport.aws.dynamodb.partiql.errors import Refused
from homeport.aws.dynamodb.reading import ranges
from homeport.aws.dynamodb.reading.ranges import Range, Segment
from homeport.aws.dynamodb.tables.model import KeySchema, Table
from homeport.aws.dynamodb.values import compare
from homeport.aws.dynamodb.values.attribute import Item, Value

READS = 50
"""Ranges of keys that one SELECT may read:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-operators.html (IN: up to 50 hash key values)"""
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_RANGES = frozenset(("=", "<", "<=", ">", ">="))


class Read(NamedTuple):
    """One range of rows."""

    rows: Range | Segment
    partition: Value | None
    filter: Node | None


@dataclass(slots=True)
class _Branch:
    """One alternative of a condition: conditions of which all must hold."""

    terms: list[Node]
    partitions: list[Value] = field(default_factory=list)
    sorts: list[KeyCondition] = field(default_factory=list)
    rest: list[Node] = field(default_factory=list)
    is_negated: bool = False
    """Whether the sort key is named only in ways that no range stands for."""
    range: Range | None = None
    """None where the branch can hold for no row."""


def reads(table: Table, keys: KeySchema, where: Node | None) -> tuple[list[Read], bool]:
    """What to read, in the order of the store, and whether it is by key. Raises Refused."""
    if where is None:
        return [Read(ranges.WHOLE, None, None)], False
    names = keys.names
    partition = keys.partition[0]
    sort = keys.sort[0] if keys.sort else None
    if not _has_equality(where, partition):
        return [Read(ranges.WHOLE, None, where)], False
    branches: list[_Branch] = []
    for terms in _alternatives(where, frozenset(names)):
        if len(branches) == READS:
            raise Refused(errors.TOO_MANY_READS)
        branches.append(_sorted_out(_Branch(terms), partition, sort, table))
    for branch in branches:
        branch.range = _range(branch)
    return _disjoint(branches, where), True


def check(table: Table, where: Node | None) -> None:
    """Raises Refused where a condition asks for what cannot be read by key in one go, or not at all."""
    reads(table, table.keys, where)


def _has_equality(node: Node, partition: str) -> bool:
    """Whether in every alternative the partition key is equal to something."""
    if isinstance(node, nodes.And):
        return any(_has_equality(term, partition) for term in node.terms)
    if isinstance(node, nodes.Or):
        return bool(node.terms) and all(_has_equality(term, partition) for term in node.terms)
    if isinstance(node, nodes.In):
        return _is_name(node.operand, partition) and all(map(_is_literal, node.options))
    return _equality(node, partition) is not None


def _equality(node: Node, name: str) -> Value | None:
    """The value that an attribute must be equal to."""
    if isinstance(node, Compare):
        node = _attribute_first(node)
        if node.operator == "=" and _is_name(node.left, name) and _is_literal(node.right):
            return node.right.value  # type: ignore[union-attr]
    return None


def _alternatives(node: Node, names: frozenset[str]) -> Iterator[list[Node]]:
    """A condition as alternatives, as far as keys are concerned: what names no key stays one term."""
    if isinstance(node, nodes.And):
        # No part has more alternatives than may be read, so that what is kept is little however many ways there are to combine them.
        parts = [
            list(itertools.islice(_alternatives(term, names), READS + 1)) for term in node.terms
        ]
        for combined in itertools.product(*parts):
            yield list(itertools.chain.from_iterable(combined))
    elif isinstance(node, nodes.Or) and _names(node, names):
        for term in node.terms:
            yield from _alternatives(term, names)
    elif (
        isinstance(node, nodes.In)
        and isinstance(node.operand, nodes.Path)
        and node.operand.parts[0] in names
        and all(map(_is_literal, node.options))
    ):
        for option in node.options:
            yield [Compare("=", node.operand, option)]
    else:
        yield [node]


def _sorted_out(branch: _Branch, partition: str, sort: str | None, table: Table) -> _Branch:
    for term in branch.terms:
        value = _equality(term, partition)
        if value is not None:
            branch.partitions.append(_checked(value, partition, table))
            continue
        if sort is not None and sort in _roots(term):
            condition = _sort_condition(term, sort, table)
            if condition is not None:
                branch.sorts.append(condition)
                continue
            branch.is_negated = True
        branch.rest.append(term)
    return branch


def _sort_condition(node: Node, sort: str, table: Table) -> KeyCondition | None:
    """A condition on the sort key that is a range; the partition comes later."""
    if isinstance(node, Compare):
        node = _attribute_first(node)
        if (
            node.operator in _RANGES
            and _is_name(node.left, sort)
            and isinstance(node.right, nodes.Literal)
        ):
            value = _checked(node.right.value, sort, table)
            if node.operator == "=":
                return KeyCondition((), (value,), None, ())
            return KeyCondition((), (), node.operator, (value,))
    if isinstance(node, nodes.Between) and _is_name(node.operand, sort):
        bounds = (node.lower, node.upper)
        if all(map(_is_literal, bounds)):
            found = tuple([_checked(b.value, sort, table) for b in bounds])  # type: ignore[union-attr]
            return KeyCondition((), (), "BETWEEN", found)
    if isinstance(node, nodes.Function) and node.name == "begins_with":
        first, prefix = node.operands
        if _is_name(first, sort) and isinstance(prefix, nodes.Literal):
            return KeyCondition(
                (), (), "begins_with", (_checked(prefix.value, sort, table, is_prefix=True),)
            )
    return None


def _checked(value: Value, name: str, table: Table, *, is_prefix: bool = False) -> Value:
    """The value of a key attribute, of the type that it has."""
    kind = table.types[name]
    content = value.get(kind)
    if content is None:
        raise Refused(errors.KEY_TYPE.format(name))
    if not content and not is_prefix:
        raise Refused(errors.EMPTY_KEY.format("binary" if kind == "B" else "string", name))
    return value


def _range(branch: _Branch) -> Range | None:
    """The rows of a branch: what is common to all that it says about keys."""
    partition = branch.partitions[0]
    if any(not compare.equal(partition, other) for other in branch.partitions[1:]):
        return None
    found = ranges.of_condition(KeyCondition((partition,), (), None, ()))
    for sort in branch.sorts:
        other = ranges.of_condition(sort._replace(partition=(partition,)))
        found = Range(found.pk, max(found.low, other.low), min(found.high, other.high))
    return found if found.low < found.high else None


def _disjoint(branches: list[_Branch], where: Node) -> list[Read]:
    """The ranges of all branches, none of them twice."""
    held = [(branch.range, branch) for branch in branches if branch.range is not None]
    held.sort(key=lambda pair: pair[0])
    found: list[Read] = []
    for _, group in itertools.groupby(held, key=lambda pair: pair[0].pk):
        found += _of_partition(list(group), where)
    return found


def _of_partition(held: list[tuple[Range, _Branch]], where: Node) -> list[Read]:
    found: list[Read] = []
    negated = any(branch.is_negated for _, branch in held)
    for rows, branch in held:
        last = found[-1].rows if found else None
        if isinstance(last, Range) and rows.low < last.high:
            if not negated:
                raise Refused(errors.OVERLAPPING)
            joined = Range(last.pk, last.low, max(last.high, rows.high))
            found[-1] = Read(joined, branch.partitions[0], where)
        else:
            found.append(Read(rows, branch.partitions[0], where if branch.rest else None))
    return found


def _attribute_first(node: Compare) -> Compare:
    if isinstance(node.left, nodes.Literal):
        return Compare(_FLIPPED[node.operator], node.right, node.left)
    return node


def _is_name(operand: Any, name: str) -> bool:
    return isinstance(operand, nodes.Path) and operand.parts == (name,)


def _is_literal(operand: Any) -> bool:
    return isinstance(operand, nodes.Literal)


def _roots(node: Node) -> set[str]:
    return {str(path.parts[0]) for path in nodes.paths(node)}


def _names(node: Node, names: frozenset[str]) -> bool:
    return not names.isdisjoint(_roots(node))


def key_of(table: Table, where: Node | None) -> tuple[Item, Node | None]:
    """The key of the one item that a write is for, and what else must be true of it. Raises Refused."""
    key, rest = equalities(table, where)
    for name, value in key.items():
        _checked(value, name, table, is_prefix=True)
    if len(key) != len(table.keys.names):
        raise Refused(errors.INCOMPLETE_KEY)
    return key, rest


def equalities(
    table: Table, where: Node | None, *, is_first_enough: bool = False
) -> tuple[Item, Node | None]:
    """The values that key attributes must be equal to, and what else must be true.

    Raises Refused where one must be equal to two values, unless the first is enough: then the others are conditions.
    """
    key: Item = {}
    rest = []
    for term in _conjunction(where):
        named = _key_equality(table, term)
        if named is None:
            rest.append(term)
            continue
        name, value = named
        if name in key and not compare.equal(key[name], value):
            if not is_first_enough:
                raise Refused(errors.SEVERAL_KEYS.format(name))
            rest.append(term)
        key.setdefault(name, value)
    return key, nodes.And(tuple(rest)) if rest else None


def exact_key(table: Table, where: Node | None) -> Item | None:
    """The key of the one item that a read among several statements is for, which may also say IN with one value.

    None where the condition does not name one item, or asks for more. The values may be of wrong types. Raises Refused.
    """
    terms = tuple([_as_equality(term) for term in _conjunction(where)])
    try:
        key, rest = equalities(table, nodes.And(terms))
    except Refused:
        return None
    if rest is not None or len(key) != len(table.keys.names):
        return None
    return key


def _key_equality(table: Table, term: Node) -> tuple[str, Value] | None:
    for name in table.keys.names:
        value = _equality(term, name)
        if value is not None:
            return name, value
    return None


def _as_equality(term: Node) -> Node:
    if isinstance(term, nodes.In) and len(term.options) == 1:
        return Compare("=", term.operand, term.options[0])
    return term


def _conjunction(node: Node | None) -> list[Node]:
    if node is None:
        return []
    if isinstance(node, nodes.And):
        return [inner for term in node.terms for inner in _conjunction(term)]
    return [node]
