"""Key conditions: which keys a query reads.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html

An expression first becomes one condition per attribute (`of_node`), which needs no table; then these are laid out along the keys of a
table or index (`resolve`). The texts are recorded in https://github.com/architect/dynalite/blob/main/test/query.js.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from homeport.aws.dynamodb import errors
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
from homeport.aws.dynamodb.tables.model import KeySchema
from homeport.aws.dynamodb.values.attribute import Value

INVALID_OPERATOR = "Invalid operator used in KeyConditionExpression: {}"
NESTED_OPERATION = "KeyConditionExpressions cannot contain nested operations"
NESTED_ATTRIBUTE = "KeyConditionExpressions cannot have conditions on nested attributes"
SEVERAL_NAMES = (
    "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"
)
NO_NAME = "Invalid condition in KeyConditionExpression: No key attribute specified"
NOT_FIRST = (
    "Invalid condition in KeyConditionExpression: {} operator must have the key attribute as its "
    "first operand"
)
TWO_CONDITIONS = "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key"
"""https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/error-messages/queryKeyConditionOperands.test.ts"""
NONE = "Conditions must be at least length 1"
"""Of KeyConditions, as DynamoDB Local 3.3.0 says it, which knows keys of several attributes."""
TOO_MANY = "Conditions can be of length 1 or 2 only"
NOT_SUPPORTED = "Query key condition not supported"
MISSED = "Query condition missed key schema element: {}"
"""https://github.com/dynamoose/dynamoose/issues/992"""
NOT_INDEXABLE = "Attempted conditional constraint is not an indexable operation"
WRONG_TYPE = (
    "One or more parameter values were invalid: Condition parameter type does not match schema type"
)
EMPTY_VALUE = (
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain "
    "an empty {} value. Key: {}"
)
HASH_EQUALITY = "HASH key attributes {} must have equality conditions specified in the query"
RANGE_EQUALITY = (
    "RANGE key attributes {} must have equality conditions specified in the query because a condition "
    "is present on key attribute {}"
)
"""Both of indexes with several attributes in a key:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html"""

_RANGE_OPERATORS = frozenset({"<", "<=", ">", ">=", "BETWEEN", "begins_with"})
_SWAPPED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Term(NamedTuple):
    """The condition on one attribute: `=`, `<`, `<=`, `>`, `>=`, `BETWEEN`, `begins_with`, or one that no key can have."""

    name: str
    operator: str
    operands: tuple[Value, ...]


class KeyCondition(NamedTuple):
    """Which keys a query reads: those that start with the values, and then those that the operator leaves."""

    partition: tuple[Value, ...]
    sort: tuple[Value, ...] = ()
    """Values of the first attributes of the sort key."""
    operator: str | None = None
    """`<`, `<=`, `>`, `>=`, `BETWEEN` or `begins_with`, of the attribute of the sort key after those; None for all."""
    operands: tuple[Value, ...] = ()


def of_node(node: Node) -> tuple[Term, ...]:
    """The conditions of an expression, at most one of each attribute. Raises AWS's ValidationException for what is no key condition."""
    terms: dict[str, Term] = {}
    for term in _terms(node):
        if term.name in terms:
            raise errors.VALIDATION(TWO_CONDITIONS)
        terms[term.name] = term
    return tuple(terms.values())


def resolve(terms: tuple[Term, ...], keys: KeySchema, types: Mapping[str, str]) -> KeyCondition:
    """The conditions along the keys of a table or index. Raises AWS's ValidationException where they do not fit."""
    if not terms:
        raise errors.VALIDATION(NONE)
    by_name = {term.name: term for term in terms}
    if len(keys.partition) == 1 and len(keys.sort) <= 1:
        _check_simple(by_name, keys)
    else:
        _check_composite(by_name, keys)
    for name in keys.names:
        if name in by_name:
            _check_term(by_name[name], name, types[name], is_hash=name in keys.partition)
    leading: list[Value] = []
    operator: str | None = None
    operands: tuple[Value, ...] = ()
    for name in keys.sort:
        term = by_name.get(name)
        if term is not None:
            if term.operator == "=":
                leading.append(term.operands[0])
            else:
                operator, operands = term.operator, term.operands
    partition = tuple([by_name[name].operands[0] for name in keys.partition])
    return KeyCondition(partition, tuple(leading), operator, operands)


def _terms(node: Node) -> list[Term]:
    match node:
        case And(terms):
            return [found for term in terms for found in _terms(term)]
        case Or():
            raise errors.VALIDATION(INVALID_OPERATOR.format("OR"))
        case Not():
            raise errors.VALIDATION(INVALID_OPERATOR.format("NOT"))
        case In():
            raise errors.VALIDATION(INVALID_OPERATOR.format("IN"))
        case Compare(operator, left, right):
            return [_compared(operator, left, right)]
        case Between(operand, lower, upper):
            return [_of_first("BETWEEN", operand, (lower, upper))]
        case Function(name, operands):
            if name != "begins_with":
                raise errors.VALIDATION(INVALID_OPERATOR.format(name))
            return [_of_first(name, operands[0], operands[1:])]


def _compared(operator: str, left: Operand, right: Operand) -> Term:
    if operator == "<>":
        raise errors.VALIDATION(INVALID_OPERATOR.format(operator))
    name = _only_name((left, right))
    if isinstance(left, Literal):
        return Term(name, _SWAPPED[operator], (left.value,))
    return Term(name, operator, _values((right,)))


def _of_first(operator: str, first: Operand, others: tuple[Operand, ...]) -> Term:
    if isinstance(first, Literal):
        raise errors.VALIDATION(NOT_FIRST.format(operator))
    return Term(_only_name((first, *others)), operator, _values(others))


def _only_name(operands: tuple[Operand, ...]) -> str:
    name = None
    for operand in operands:
        if isinstance(operand, Function):
            raise errors.VALIDATION(NESTED_OPERATION)
        if isinstance(operand, Path):
            if name is not None:
                raise errors.VALIDATION(SEVERAL_NAMES)
            if len(operand.parts) > 1:
                raise errors.VALIDATION(NESTED_ATTRIBUTE)
            name = str(operand.parts[0])
    if name is None:
        raise errors.VALIDATION(NO_NAME)
    return name


def _values(operands: tuple[Operand, ...]) -> tuple[Value, ...]:
    return tuple([operand.value for operand in operands if isinstance(operand, Literal)])


def _check_simple(terms: Mapping[str, Term], keys: KeySchema) -> None:
    if len(terms) > 2:
        raise errors.VALIDATION(TOO_MANY)
    if len(terms) > len(keys.names):
        raise errors.VALIDATION(NOT_SUPPORTED)
    for name in keys.names[: len(terms)]:
        if name not in terms:
            raise errors.VALIDATION(MISSED.format(name))


def _check_composite(terms: Mapping[str, Term], keys: KeySchema) -> None:
    if len(terms) > len(keys.names):
        raise errors.VALIDATION(NOT_SUPPORTED)
    missing = [name for name in keys.partition if not _is_equality(terms.get(name))]
    if missing:
        raise errors.VALIDATION(HASH_EQUALITY.format(", ".join(missing)))
    for at, name in enumerate(keys.sort):
        unequal = [before for before in keys.sort[:at] if not _is_equality(terms.get(before))]
        if name in terms and unequal:
            raise errors.VALIDATION(RANGE_EQUALITY.format(", ".join(unequal), name))
    if any(name not in keys.names for name in terms):
        absent = [name for name in keys.names if name not in terms]
        raise errors.VALIDATION(MISSED.format(absent[0]))


def _is_equality(term: Term | None) -> bool:
    return term is not None and term.operator == "="


def _check_term(term: Term, name: str, kind: str, *, is_hash: bool) -> None:
    if term.operator != "=" and term.operator not in _RANGE_OPERATORS:
        raise errors.VALIDATION(NOT_INDEXABLE)
    for value in term.operands:
        if kind not in value:
            raise errors.VALIDATION(WRONG_TYPE)
        if value[kind] == "":
            word = "string" if kind == "S" else "binary"
            raise errors.VALIDATION(EMPTY_VALUE.format(word, name))
    if is_hash and term.operator != "=":
        raise errors.VALIDATION(NOT_SUPPORTED)
