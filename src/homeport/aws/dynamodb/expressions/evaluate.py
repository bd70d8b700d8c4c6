"""Tells whether a condition holds for an item.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html

What an item does not have is equal to nothing and neither before nor after anything. A function on a value of a type that it is not
for does not hold.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homeport.aws.dynamodb.expressions.documents import paths
from homeport.aws.dynamodb.expressions.nodes import (
    And,
    Between,
    Compare,
    Function,
    In,
    Literal,
    Node,
    Not,
    Operand,
    Or,
    Path,
)
from homeport.aws.dynamodb.values import compare
from homeport.aws.dynamodb.values.attribute import Item, Value


def holds(node: Node, item: Item) -> bool:
    """Whether a condition holds for an item; an empty one stands for an item that does not exist."""
    return _HOLDS[node.__class__](node, item)


def _and(node: And, item: Item) -> bool:
    for term in node.terms:  # noqa: SIM110 - a generator costs more than the terms
        if not _HOLDS[term.__class__](term, item):
            return False
    return True


def _or(node: Or, item: Item) -> bool:
    for term in node.terms:  # noqa: SIM110
        if _HOLDS[term.__class__](term, item):
            return True
    return False


def _not(node: Not, item: Item) -> bool:
    return not _HOLDS[node.term.__class__](node.term, item)


def _compare(node: Compare, item: Item) -> bool:
    left, right = _value(node.left, item), _value(node.right, item)
    operator = node.operator
    if operator == "=":
        return left is not None and right is not None and compare.equal(left, right)
    if operator == "<>":
        return left is None or right is None or not compare.equal(left, right)
    return left is not None and right is not None and _ORDERED[operator](left, right)


def _at_most(left: Value, right: Value) -> bool:
    return compare.less(right, left) is False


_ORDERED: dict[str, Callable[[Value, Value], bool]] = {
    "<": lambda left, right: compare.less(left, right) is True,
    ">": lambda left, right: compare.less(right, left) is True,
    "<=": _at_most,
    ">=": lambda left, right: _at_most(right, left),
}


def _between(node: Between, item: Item) -> bool:
    value = _value(node.operand, item)
    if value is None:
        return False
    lower, upper = _value(node.lower, item), _value(node.upper, item)
    if lower is None or upper is None:
        return False
    return _at_most(lower, value) and _at_most(value, upper)


def _in(node: In, item: Item) -> bool:
    value = _value(node.operand, item)
    if value is None:
        return False
    for option in node.options:
        other = _value(option, item)
        if other is not None and compare.equal(value, other):
            return True
    return False


def _function(node: Function, item: Item) -> bool:
    return _FUNCTIONS[node.name](node.operands, item)


def _exists(operands: tuple[Operand, ...], item: Item) -> bool:
    return _value(operands[0], item) is not None


def _not_exists(operands: tuple[Operand, ...], item: Item) -> bool:
    return _value(operands[0], item) is None


def _of_two(test: Callable[[Value, Value], bool]) -> Callable[[tuple[Operand, ...], Item], bool]:
    def apply(operands: tuple[Operand, ...], item: Item) -> bool:
        first = _value(operands[0], item)
        if first is None:
            return False
        second = _value(operands[1], item)
        return second is not None and test(first, second)

    return apply


def _is_of_type(value: Value, name: Value) -> bool:
    return name.get("S") in value


_FUNCTIONS: dict[str, Callable[[tuple[Operand, ...], Item], bool]] = {
    "attribute_exists": _exists,
    "attribute_not_exists": _not_exists,
    "attribute_type": _of_two(_is_of_type),
    "begins_with": _of_two(compare.begins_with),
    "contains": _of_two(compare.contains),
}


def _value(operand: Operand, item: Item) -> Value | None:
    if operand.__class__ is Path:
        return paths.find(operand.parts, item)
    if operand.__class__ is Literal:
        return operand.value
    return _size(operand, item)  # type: ignore[arg-type]


def _size(function: Function, item: Item) -> Value | None:
    value = _value(function.operands[0], item)
    length = None if value is None else compare.length(value)
    return None if length is None else {"N": str(length)}


_HOLDS: dict[type, Callable[[Any, Item], bool]] = {
    And: _and,
    Or: _or,
    Not: _not,
    Compare: _compare,
    Between: _between,
    In: _in,
    Function: _function,
}
