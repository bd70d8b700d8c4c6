"""Texts of expressions to trees that can be carried out.

The tree of a text is kept for the next request that has the same text; its placeholders are bound for each request.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from homeport.aws.dynamodb.expressions import binding, checks, lexer
from homeport.aws.dynamodb.expressions import key_condition as key_conditions
from homeport.aws.dynamodb.expressions.key_condition import KeyCondition
from homeport.aws.dynamodb.expressions.language import grammar, limits
from homeport.aws.dynamodb.expressions.lexer import ExpressionError
from homeport.aws.dynamodb.expressions.nodes import Clause, Node, Path
from homeport.aws.dynamodb.expressions.placeholders import NONE, Placeholders
from homeport.aws.dynamodb.expressions.projecting import Projection
from homeport.aws.dynamodb.expressions.update import Update
from homeport.aws.dynamodb.tables.model import KeySchema
from homeport.aws.dynamodb.values.invalid import Invalid

EMPTY = "The expression can not be empty;"
"""https://github.com/architect/dynalite/blob/main/test/scan.js, "should return ValidationException for empty FilterExpression"."""
TOO_LONG = "Expression size has exceeded the maximum allowed size;"
"""https://github.com/aws/aws-sdk-java-v2/issues/4597"""
TOO_MANY_OPERATORS = "The expression contains too many operators; operator count: {}"
"""https://github.com/aws/aws-sdk-js/issues/3721"""

_KEPT = 512
_KEPT_CHARACTERS = 1024

_Tree = TypeVar("_Tree")
_Bound = TypeVar("_Bound")


class _Parsed(NamedTuple, Generic[_Tree, _Bound]):
    """What a text says."""

    tree: _Tree
    names: frozenset[str]
    values: frozenset[str]
    operators: int
    bound: _Bound | None
    """The tree to carry out, of a text without placeholders."""


def condition(kind: str, text: str, placeholders: Placeholders) -> Node:
    """A condition; `kind` is `ConditionExpression`, `FilterExpression` or `KeyConditionExpression`."""
    try:
        parsed = _read_condition(text) if len(text) <= _KEPT_CHARACTERS else _condition(text)
        if parsed.bound is not None:
            return parsed.bound
        node = binding.condition(parsed.tree, placeholders)
        _check_operators(parsed.operators)
    except ExpressionError as error:
        raise Invalid(f"Invalid {kind}: {error}") from None
    placeholders.use(parsed.names, parsed.values)
    return node


def key_condition(
    text: str, placeholders: Placeholders, keys: KeySchema, types: Mapping[str, str]
) -> KeyCondition:
    """A KeyConditionExpression, for the keys of a table or index."""
    node = condition("KeyConditionExpression", text, placeholders)
    return key_conditions.resolve(key_conditions.of_node(node), keys, types)


def update(text: str, placeholders: Placeholders) -> Update:
    """An UpdateExpression."""
    try:
        parsed = _read_update(text) if len(text) <= _KEPT_CHARACTERS else _update(text)
        if parsed.bound is not None:
            return parsed.bound
        clauses = binding.clauses(parsed.tree, placeholders)
        _check_operators(parsed.operators)
    except ExpressionError as error:
        raise Invalid(f"Invalid UpdateExpression: {error}") from None
    placeholders.use(parsed.names, parsed.values)
    return Update(clauses)


def projection(text: str, placeholders: Placeholders) -> Projection:
    """A ProjectionExpression."""
    try:
        parsed = _read_projection(text) if len(text) <= _KEPT_CHARACTERS else _projection(text)
        if parsed.bound is not None:
            return parsed.bound
        paths = binding.paths(parsed.tree, placeholders)
    except ExpressionError as error:
        raise Invalid(f"Invalid ProjectionExpression: {error}") from None
    placeholders.use(parsed.names, parsed.values)
    return Projection(paths)


def _condition(text: str) -> _Parsed[Node, Node]:
    parser = _parser(text, f" expression size: {len(text)}")
    tree = parser.condition()
    checks.condition(tree)
    names, values = _placeholders(parser)
    bound = None
    if not names and not values:
        bound = binding.condition(tree, NONE)
        _check_operators(parser.operators)
    return _Parsed(tree, names, values, parser.operators, bound)


def _update(text: str) -> _Parsed[tuple[Clause, ...], Update]:
    parser = _parser(text)
    sections = parser.update()
    checks.update(sections)
    tree = tuple([clause for section in sections for clause in section])
    names, values = _placeholders(parser)
    bound = None
    if not names and not values:
        bound = Update(binding.clauses(tree, NONE))
        _check_operators(parser.operators)
    return _Parsed(tree, names, values, parser.operators, bound)


def _projection(text: str) -> _Parsed[tuple[Path, ...], Projection]:
    parser = _parser(text)
    tree = parser.projection()
    checks.projection(tree)
    names, values = _placeholders(parser)
    bound = None if names or values else Projection(binding.paths(tree, NONE))
    return _Parsed(tree, names, values, parser.operators, bound)


_read_condition = lru_cache(_KEPT)(_condition)
_read_update = lru_cache(_KEPT)(_update)
_read_projection = lru_cache(_KEPT)(_projection)


def _parser(text: str, size: str = "") -> grammar.Parser:
    if not text:
        raise ExpressionError(EMPTY)
    if len(text) > limits.TEXT_SIZE:
        raise ExpressionError(TOO_LONG + size)
    return grammar.Parser(text)


def _check_operators(operators: int) -> None:
    if operators > limits.OPERATORS:
        raise ExpressionError(TOO_MANY_OPERATORS.format(limits.OPERATORS + 1))


def _placeholders(parser: grammar.Parser) -> tuple[frozenset[str], frozenset[str]]:
    return parser.placeholders(lexer.ALIAS), parser.placeholders(lexer.REFERENCE)
