"""Puts the names and values of a request into the tree of an expression, and checks what they tell.

The texts, and their order within one expression, are recorded in https://github.com/architect/dynalite/blob/main/test/scan.js; the
order of an update is the last clause first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from homeport.aws.dynamodb.expressions.documents import overlaps
from homeport.aws.dynamodb.expressions.language import limits
from homeport.aws.dynamodb.expressions.language.operands import (
    check_between,
    check_clause,
    check_distinct,
    check_function,
    check_numbers,
    check_ordered,
)
from homeport.aws.dynamodb.expressions.lexer import ExpressionError
from homeport.aws.dynamodb.expressions.nodes import (
    Alias,
    And,
    Arithmetic,
    Between,
    Clause,
    Compare,
    Function,
    In,
    Literal,
    Node,
    Not,
    Operand,
    Or,
    Part,
    Path,
    Reference,
)
from homeport.aws.dynamodb.expressions.placeholders import Placeholders

UNDEFINED_NAME = (
    "An expression attribute name used in the document path is not defined; attribute name: {}"
)
UNDEFINED_VALUE = (
    "An expression attribute value used in expression is not defined; attribute value: {}"
)
TOO_DEEP = "The document path has too many nesting levels; nesting levels: {}"
TOO_MANY_OPTIONS = "The IN operator is provided with too many operands; number of operands: {}"
"""https://github.com/reapit/foundations/issues/8255"""


def condition(node: Node, given: Placeholders) -> Node:
    """The condition with everything in its place."""
    return _BIND[node.__class__](node, given)  # type: ignore[no-any-return]


def clauses(all_clauses: tuple[Clause, ...], given: Placeholders) -> tuple[Clause, ...]:
    """The clauses of an update with everything in their places."""
    if len(all_clauses) == 1:
        clause = all_clauses[0]
        return (_clause(clause, _path(clause.path, given), given),)
    targets = paths([clause.path for clause in all_clauses], given)
    last_first = range(len(all_clauses) - 1, -1, -1)
    bound = [_clause(all_clauses[at], targets[at], given) for at in last_first]
    bound.reverse()
    return tuple(bound)


def paths(all_paths: Sequence[Path], given: Placeholders) -> tuple[Path, ...]:
    """The paths of an update or projection with their names. Raises where two of them meet."""
    if len(all_paths) == 1:
        return (_path(all_paths[0], given),)
    later: list[Path] = []
    tree: overlaps.Tree = {}
    for at in range(len(all_paths) - 1, -1, -1):
        path = _path(all_paths[at], given)
        if not overlaps.add(tree, path):
            raise overlaps.error(path, later)
        later.append(path)
    later.reverse()
    return tuple(later)


def _clause(clause: Clause, target: Path, given: Placeholders) -> Clause:
    action, _, value = clause
    if value is not None:
        value = _BIND[value.__class__](value, given)
        if action != "SET":
            check_clause(action, value)
    return Clause(action, target, value)


def _path(path: Path, given: Placeholders) -> Path:
    for part in path.parts:
        if part.__class__ is Alias:
            path = Path(tuple([_part(part, given) for part in path.parts]))
            break
    if len(path.parts) > limits.PATH_DEPTH:
        raise ExpressionError(TOO_DEEP.format(len(path.parts)))
    return path


def _part(part: Part, given: Placeholders) -> Part:
    if not isinstance(part, Alias):
        return part
    name = given.names.get(part)
    if name is None:
        raise ExpressionError(UNDEFINED_NAME.format(part))
    return name


def _reference(reference: Reference, given: Placeholders) -> Literal:
    value = given.values.get(reference.name)
    if value is None:
        raise ExpressionError(UNDEFINED_VALUE.format(reference.name))
    return Literal(value)


def _literal(literal: Literal, _: Placeholders) -> Literal:
    return literal


def _operand(operand: Operand, given: Placeholders) -> Operand:
    return _BIND[operand.__class__](operand, given)  # type: ignore[no-any-return]


def _function(function: Function, given: Placeholders) -> Function:
    operands = tuple([_operand(operand, given) for operand in function.operands])
    check_function(function.name, operands)
    return Function(function.name, operands)


def _arithmetic(sum_: Arithmetic, given: Placeholders) -> Arithmetic:
    left, right = _operand(sum_.left, given), _operand(sum_.right, given)
    check_numbers(sum_.operator, left, right)
    return Arithmetic(sum_.operator, left, right)


def _compare(node: Compare, given: Placeholders) -> Compare:
    left, right = _operand(node.left, given), _operand(node.right, given)
    check_distinct(node.operator, left, (right,))
    if node.operator not in ("=", "<>"):
        check_ordered(node.operator, (left, right))
    return Compare(node.operator, left, right)


def _between(node: Between, given: Placeholders) -> Between:
    operand = _operand(node.operand, given)
    lower, upper = _operand(node.lower, given), _operand(node.upper, given)
    check_ordered("BETWEEN", (operand, lower, upper))
    check_distinct("BETWEEN", operand, (lower, upper))
    check_between(lower, upper)
    return Between(operand, lower, upper)


def _in(node: In, given: Placeholders) -> In:
    operand = _operand(node.operand, given)
    options = tuple([_operand(option, given) for option in node.options])
    if len(options) > limits.IN_OPERANDS:
        raise ExpressionError(TOO_MANY_OPTIONS.format(len(options)))
    check_distinct("IN", operand, options)
    return In(operand, options)


def _and(node: And, given: Placeholders) -> And:
    return And(tuple([_BIND[term.__class__](term, given) for term in node.terms]))


def _or(node: Or, given: Placeholders) -> Or:
    return Or(tuple([_BIND[term.__class__](term, given) for term in node.terms]))


def _not(node: Not, given: Placeholders) -> Not:
    return Not(_BIND[node.term.__class__](node.term, given))


_BIND: dict[type, Callable[[Any, Placeholders], Any]] = {
    Path: _path,
    Reference: _reference,
    Literal: _literal,
    Function: _function,
    Arithmetic: _arithmetic,
    Compare: _compare,
    Between: _between,
    In: _in,
    And: _and,
    Or: _or,
    Not: _not,
}
