"""The parameters of before expressions, as the trees of expressions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html

The texts, and their order, are recorded in https://github.com/architect/dynalite/blob/main/test/putItem.js (Expected),
https://github.com/architect/dynalite/blob/main/test/updateItem.js (AttributeUpdates) and
https://github.com/architect/dynalite/blob/main/test/query.js (QueryFilter, KeyConditions).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.expressions.key_condition import Term
from homeport.aws.dynamodb.expressions.nodes import (
    And,
    Between,
    Clause,
    Compare,
    Function,
    In,
    Literal,
    Node,
    Not,
    Or,
    Path,
)
from homeport.aws.dynamodb.expressions.projecting import Projection
from homeport.aws.dynamodb.expressions.update import Update
from homeport.aws.dynamodb.values import attribute, compare
from homeport.aws.dynamodb.values.attribute import Value
from homeport.aws.dynamodb.values.invalid import Invalid

WRONG = "One or more parameter values were invalid: "
BOTH_VALUES = WRONG + "Value and AttributeValueList cannot be used together for Attribute: {}"
BOTH_TESTS = WRONG + "Exists and ComparisonOperator cannot be used together for Attribute: {}"
NO_VALUE = (
    WRONG + "Value or AttributeValueList must be used with ComparisonOperator: {} for Attribute: {}"
)
NO_OPERATOR = (
    WRONG + "AttributeValueList can only be used with a ComparisonOperator for Attribute: {}"
)
VALUE_NEEDED = WRONG + "Value must be provided when Exists is {} for Attribute: {}"
VALUE_TOO_MUCH = WRONG + "Value cannot be used when Exists is false for Attribute: {}"
COUNT = WRONG + "Invalid number of argument(s) for the {} ComparisonOperator"
DIFFERENT_TYPES = WRONG + "AttributeValues inside AttributeValueList must be of same type"
TYPE = WRONG + "ComparisonOperator {} is not valid for {} AttributeValue type"
BOUNDS = "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"
ONLY_DELETE = WRONG + "Only DELETE action is allowed when no attribute value is specified"
DELETE_TYPE = WRONG + "DELETE action with value is not supported for the type {}"
ADD_TYPE = WRONG + "ADD action is not supported for the type {}"
DUPLICATE = WRONG + "Duplicate value in attribute name: {}"
NO_EXPECTATION = WRONG + "ExpectedAttributeValue must not be null for Attribute: {}"
NO_CONDITION = "The filter condition for an attribute cannot be null: {}"
"""Both as DynamoDB Local 3.3.0 says them."""
NO_UPDATE = WRONG + "AttributeValueUpdate must not be null for Attribute: {}"
"""Ours, after those: what the service says is not known."""
NO_CONDITIONS = "ConditionalOperator cannot be used without Filter or Expected"
ONE_CONDITION = (
    "ConditionalOperator can only be used when Filter or Expected has two or more elements"
)

_COMPARATORS = {"EQ": "=", "NE": "<>", "LT": "<", "LE": "<=", "GT": ">", "GE": ">="}
_FUNCTIONS = {"CONTAINS": "contains", "BEGINS_WITH": "begins_with"}
_NO_OPERANDS = frozenset({"NULL", "NOT_NULL"})
_SCALARS = frozenset({"S", "N", "B"})
_PARTS = _SCALARS | {"BOOL", "NULL"}
_TYPES = {
    "LT": _SCALARS,
    "LE": _SCALARS,
    "GT": _SCALARS,
    "GE": _SCALARS,
    "IN": _SCALARS,
    "BETWEEN": _SCALARS,
    "BEGINS_WITH": frozenset({"S", "B"}),
    "CONTAINS": _PARTS,
    "NOT_CONTAINS": _PARTS,
}
_SETS = frozenset({"SS", "NS", "BS"})
_ADDABLE = _SETS | {"N", "L"}


def expected(conditions: Mapping[str, Mapping[str, Any]], operator: str | None) -> Node | None:
    """Expected: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.Expected.html"""
    _check_names(conditions)
    _check_given(conditions, NO_EXPECTATION)
    nodes = [_expected(name, condition) for name, condition in conditions.items()]
    _check_operator(conditions, operator)
    return _joined(nodes, operator)


def filters(conditions: Mapping[str, Mapping[str, Any]], operator: str | None) -> Node | None:
    """QueryFilter and ScanFilter.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.QueryFilter.html
    """
    _check_names(conditions)
    _check_given(conditions, NO_CONDITION)
    nodes = [_test(name, *_condition(condition)) for name, condition in conditions.items()]
    _check_operator(conditions, operator)
    return _joined(nodes, operator)


def key_conditions(conditions: Mapping[str, Mapping[str, Any]]) -> tuple[Term, ...]:
    """KeyConditions.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.KeyConditions.html
    """
    _check_given(conditions, NO_CONDITION)
    terms = []
    for name, condition in conditions.items():
        comparison, values = _condition(condition)
        operator = _COMPARATORS.get(comparison) or _FUNCTIONS.get(comparison) or comparison
        terms.append(Term(name, operator, tuple(values)))
    return tuple(terms)


def updates(changes: Mapping[str, Mapping[str, Any]]) -> Update:
    """AttributeUpdates.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.AttributeUpdates.html
    """
    _check_names(changes)
    _check_given(changes, NO_UPDATE)
    return Update(
        tuple([_clause(name, change) for name, change in changes.items()]), is_legacy=True
    )


def attributes(names: Sequence[str]) -> Projection:
    """AttributesToGet.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.AttributesToGet.html
    """
    _check_names(names)
    seen = set()
    for name in names:
        if name in seen:
            raise Invalid(DUPLICATE.format(name))
        seen.add(name)
    return Projection(tuple([Path((name,)) for name in names]))


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        if attribute.is_too_long(name):
            raise Invalid(attribute.LONG_NAME)
        if not name:
            raise errors.VALIDATION(attribute.EMPTY_NAME)


def _check_given(members: Mapping[str, Any], text: str) -> None:
    for name, member in members.items():
        if member is None:
            raise Invalid(text.format(name))


def _check_operator(conditions: Mapping[str, Any], operator: str | None) -> None:
    if operator is not None and len(conditions) < 2:
        raise Invalid(ONE_CONDITION if conditions else NO_CONDITIONS)


def _joined(nodes: list[Node], operator: str | None) -> Node | None:
    if len(nodes) < 2:
        return nodes[0] if nodes else None
    return Or(tuple(nodes)) if operator == "OR" else And(tuple(nodes))


def _expected(name: str, condition: Mapping[str, Any]) -> Node:
    comparison = condition.get("ComparisonOperator")
    listed, value, exists = (
        condition.get(member) for member in ("AttributeValueList", "Value", "Exists")
    )
    if listed is not None and value is not None:
        raise Invalid(BOTH_VALUES.format(name))
    if comparison is not None:
        if exists is not None:
            raise Invalid(BOTH_TESTS.format(name))
        if comparison not in _NO_OPERANDS and listed is None and value is None:
            raise Invalid(NO_VALUE.format(comparison, name))
        values = [value] if value is not None else listed or []
        return _test(name, comparison, _checked(comparison, values))
    if listed is not None:
        raise Invalid(NO_OPERATOR.format(name))
    return _existing(name, value, exists)


def _existing(name: str, value: Any, exists: bool | None) -> Node:
    if exists is False:
        if value is not None:
            raise Invalid(VALUE_TOO_MUCH.format(name))
        return Function("attribute_not_exists", (Path((name,)),))
    if value is None:
        raise Invalid(VALUE_NEEDED.format("null" if exists is None else "true", name))
    return Compare("=", Path((name,)), Literal(attribute.value(value)))


def _condition(condition: Mapping[str, Any]) -> tuple[str, list[Value]]:
    comparison = condition["ComparisonOperator"]
    return comparison, _checked(comparison, condition.get("AttributeValueList") or [])


def _checked(comparison: str, wire_values: Sequence[Any]) -> list[Value]:
    """The values of a condition, of which number, types and order are as the operator has them."""
    values = [attribute.value(value) for value in wire_values]
    if not _is_count(comparison, len(values)):
        raise Invalid(COUNT.format(comparison))
    kinds = [kind for value in values for kind in value]
    if len(set(kinds)) > 1:
        raise Invalid(DIFFERENT_TYPES)
    allowed = _TYPES.get(comparison)
    if allowed is not None and kinds[0] not in allowed:
        raise Invalid(TYPE.format(comparison, kinds[0]))
    if comparison == "BETWEEN" and compare.less(values[1], values[0]):
        raise Invalid(BOUNDS)
    return values


def _is_count(comparison: str, count: int) -> bool:
    if comparison == "IN":
        return count > 0
    if comparison in _NO_OPERANDS:
        return count == 0
    return count == (2 if comparison == "BETWEEN" else 1)


def _test(name: str, comparison: str, values: list[Value]) -> Node:
    path = Path((name,))
    operands = tuple([Literal(value) for value in values])
    if comparison in _COMPARATORS:
        return Compare(_COMPARATORS[comparison], path, operands[0])
    if comparison in _FUNCTIONS:
        return Function(_FUNCTIONS[comparison], (path, *operands))
    if comparison == "NOT_CONTAINS":
        contains = Function("contains", (path, *operands))
        return And((Function("attribute_exists", (path,)), Not(contains)))
    if comparison == "BETWEEN":
        return Between(path, *operands)
    if comparison == "IN":
        return In(path, operands)
    return Function("attribute_not_exists" if comparison == "NULL" else "attribute_exists", (path,))


def _clause(name: str, change: Mapping[str, Any]) -> Clause:
    action, wire_value = change.get("Action") or "PUT", change.get("Value")
    path = Path((name,))
    if wire_value is None:
        if action != "DELETE":
            raise Invalid(ONLY_DELETE)
        return Clause("REMOVE", path, None)
    value = attribute.value(wire_value)
    (kind,) = value
    if action == "DELETE" and kind not in _SETS:
        raise Invalid(DELETE_TYPE.format(kind))
    if action == "ADD" and kind not in _ADDABLE:
        raise Invalid(ADD_TYPE.format(kind))
    return Clause("SET" if action == "PUT" else action, path, Literal(value))
