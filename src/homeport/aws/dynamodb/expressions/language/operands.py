"""Checks of operands whose types are known before an item is: values of the request, and `size`.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html; the texts are recorded in
https://github.com/architect/dynalite/blob/main/test/scan.js and
https://github.com/architect/dynalite/blob/main/test/updateItem.js.
"""

from __future__ import annotations

from homeport.aws.dynamodb.expressions.lexer import ExpressionError
from homeport.aws.dynamodb.expressions.nodes import Arithmetic, Function, Literal, Operand, Path
from homeport.aws.dynamodb.values import compare
from homeport.aws.dynamodb.values.attribute import Value

COUNT = (
    "Incorrect number of operands for operator or function; operator or function: {}, "
    "number of operands: {}"
)
TYPE = "Incorrect operand type for operator or function; operator or function: {}, operand type: {}"
CLAUSE_TYPE = (
    "Incorrect operand type for operator or function; operator: {0}, operand type: {1}, "
    "typeSet: ALLOWED_FOR_{0}_OPERAND"
)
NO_PATH = "Operator or function requires a document path; operator or function: {}"
SAME = (
    "The first operand must be distinct from the remaining operands for this operator or function; "
    "operator: {}, first operand: {}"
)
TYPE_NAME = (
    "Invalid attribute type name found; type: {}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}"
)
ANY_TYPE = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"
BOUNDS_TYPES = (
    "The BETWEEN operator requires same data type for lower and upper bounds; "
    "lower bound operand: AttributeValue: {}, upper bound operand: AttributeValue: {}"
)
BOUNDS_ORDER = (
    "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
    "lower bound operand: AttributeValue: {}, upper bound operand: AttributeValue: {}"
)

_OPERANDS = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
    "size": 1,
    "if_not_exists": 2,
    "list_append": 2,
}
_TYPES = frozenset({"S", "N", "B", "SS", "NS", "BS", "BOOL", "NULL", "L", "M"})
_ALLOWED = {
    "begins_with": frozenset({"S", "B"}),
    "size": _TYPES - {"N", "BOOL", "NULL"},
    "list_append": frozenset({"L"}),
}
_ORDERED = frozenset({"S", "N", "B"})
_OF_CLAUSE = {"ADD": frozenset({"N", "SS", "NS", "BS"}), "DELETE": frozenset({"SS", "NS", "BS"})}
_LONG_NAMES = {
    "S": "STRING",
    "N": "NUMBER",
    "B": "BINARY",
    "SS": "STRING_SET",
    "NS": "NUMBER_SET",
    "BS": "BINARY_SET",
    "BOOL": "BOOLEAN",
    "NULL": "NULL",
    "L": "LIST",
    "M": "MAP",
}


def check_function(name: str, operands: tuple[Operand, ...]) -> None:
    """Number, distinctness and types of a function's operands."""
    if len(operands) != _OPERANDS[name]:
        raise ExpressionError(COUNT.format(name, len(operands)))
    first = operands[0]
    if name != "list_append" and len(operands) > 1:
        check_distinct(name, first, operands[1:])
    if name in ("attribute_exists", "attribute_not_exists", "if_not_exists"):
        if first.__class__ is not Path:
            raise ExpressionError(NO_PATH.format(name))
    elif name == "attribute_type":
        _check_type_name(name, operands[1])
    elif name in _ALLOWED:
        _check_types(name, operands, _ALLOWED[name])


def check_distinct(operator: str, first: Operand, others: tuple[Operand, ...]) -> None:
    """A path cannot be compared with itself."""
    if first.__class__ is Path and first in others:
        raise ExpressionError(SAME.format(operator, text_of(first)))


def check_ordered(operator: str, operands: tuple[Operand, ...]) -> None:
    """Only strings, numbers and binaries come before or after others."""
    _check_types(operator, operands, _ORDERED)


def check_numbers(operator: str, left: Operand, right: Operand) -> None:
    """Only numbers can be added."""
    _check_types(operator, (left, right), frozenset({"N"}))


def check_between(lower: Operand, upper: Operand) -> None:
    """The bounds must be of one type and in order."""
    if isinstance(lower, Literal) and isinstance(upper, Literal):
        if lower.value.keys() != upper.value.keys():
            raise ExpressionError(BOUNDS_TYPES.format(_shown(lower.value), _shown(upper.value)))
        if compare.less(upper.value, lower.value):
            raise ExpressionError(BOUNDS_ORDER.format(_shown(lower.value), _shown(upper.value)))


def check_clause(action: str, value: Operand | Arithmetic) -> None:
    """ADD takes numbers and sets, DELETE sets.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html#Expressions.UpdateExpressions.ADD
    """
    allowed = _OF_CLAUSE.get(action)
    if allowed is not None and isinstance(value, Literal):
        kind = type_of(value)
        if kind not in allowed:
            raise ExpressionError(CLAUSE_TYPE.format(action, _LONG_NAMES[kind or ""]))


def type_of(operand: Operand | Arithmetic) -> str | None:
    """The type of an operand, where it is known."""
    if isinstance(operand, Literal):
        (kind,) = operand.value
        return kind
    return "N" if isinstance(operand, Function) and operand.name == "size" else None


def text_of(path: Path) -> str:
    """A path as error texts have it: `[a, [0], b]`."""
    parts = [f"[{part}]" if isinstance(part, int) else part for part in path.parts]
    return f"[{', '.join(parts)}]"


def _check_types(name: str, operands: tuple[Operand, ...], allowed: frozenset[str]) -> None:
    for operand in operands:
        kind = type_of(operand)
        if kind is not None and kind not in allowed:
            raise ExpressionError(TYPE.format(name, kind))


def _check_type_name(name: str, operand: Operand) -> None:
    kind = type_of(operand)
    if kind != "S" or not isinstance(operand, Literal):
        raise ExpressionError(TYPE.format(name, kind or ANY_TYPE))
    if operand.value["S"] not in _TYPES:
        raise ExpressionError(TYPE_NAME.format(operand.value["S"]))


def _shown(value: Value) -> str:
    ((kind, content),) = value.items()
    return f"{{{kind}:{content}}}"
