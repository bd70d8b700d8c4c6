"""What is wrong with an expression that can be read, as far as its text alone tells.

Checked from its first word to its last, a function before its operands. The texts and their order are recorded in
https://github.com/architect/dynalite/blob/main/test/scan.js and
https://github.com/architect/dynalite/blob/main/test/updateItem.js.
"""

from __future__ import annotations

from collections.abc import Iterable

from homeport.aws.dynamodb.expressions.language import limits, reserved
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
    Path,
    Reference,
)

RESERVED = "Attribute name is a reserved keyword; reserved keyword: {}"
UNKNOWN = "Invalid function name; function: {}"
MISUSED = "The function is not allowed to be used this way in an expression; function: {}"
NOT_IN_CONDITION = "The function is not allowed in a condition expression; function: {}"
NOT_IN_UPDATE = "The function is not allowed in an update expression; function: {}"
SECTION_TWICE = 'The "{}" section can only be used once in an update expression;'
INDEX = "List index is not within the allowable range; index: [{}]"

CONDITIONS = frozenset(
    {"attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"}
)
"""Functions that are conditions.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html#Expressions.OperatorsAndFunctions.Functions"""
VALUES = frozenset({"if_not_exists", "list_append"})
"""Functions of a SET:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html#Expressions.UpdateExpressions.SET"""


def condition(node: Node) -> None:
    """Checks a condition."""
    match node:
        case And(terms) | Or(terms):
            for term in terms:
                condition(term)
        case Not(term):
            condition(term)
        case Function(name, operands):
            _condition_function(name, operands, is_operand=False)
        case Compare(_, left, right):
            _operands((left, right))
        case Between(operand, lower, upper):
            _operands((operand, lower, upper))
        case In(operand, options):
            _operands((operand, *options))


def update(sections: Iterable[tuple[Clause, ...]]) -> None:
    """Checks the sections of an update."""
    seen = set()
    for clauses in sections:
        for clause in clauses:
            _clause(clause)
        action = clauses[0].action
        if action in seen:
            raise ExpressionError(SECTION_TWICE.format(action))
        seen.add(action)


def projection(paths: Iterable[Path]) -> None:
    """Checks a projection."""
    for path in paths:
        _path(path)


def _operands(operands: Iterable[Operand]) -> None:
    for operand in operands:
        if isinstance(operand, Function):
            _condition_function(operand.name, operand.operands, is_operand=True)
        elif isinstance(operand, Path):
            _path(operand)


def _condition_function(name: str, operands: tuple[Operand, ...], *, is_operand: bool) -> None:
    if name in VALUES:
        raise ExpressionError(NOT_IN_CONDITION.format(name))
    if name != "size" and name not in CONDITIONS:
        raise ExpressionError(UNKNOWN.format(name))
    if is_operand != (name == "size"):
        raise ExpressionError(MISUSED.format(name))
    _operands(operands)


def _clause(clause: Clause) -> None:
    _path(clause.path)
    match clause.value:
        case Arithmetic(_, left, right):
            _value(left, is_whole=False)
            _value(right, is_whole=False)
        case Path() | Function() | Reference() | Literal() as operand:
            _value(operand, is_whole=True)


def _value(operand: Operand, *, is_whole: bool) -> None:
    if isinstance(operand, Path):
        _path(operand)
    if not isinstance(operand, Function):
        return
    name = operand.name
    if name == "size" or name in CONDITIONS:
        raise ExpressionError(NOT_IN_UPDATE.format(name))
    if name not in VALUES:
        raise ExpressionError(UNKNOWN.format(name))
    if name == "list_append" and not is_whole:
        raise ExpressionError(MISUSED.format(name))
    for inner in operand.operands:
        _value(inner, is_whole=False)


def _path(path: Path) -> None:
    for part in path.parts:
        if isinstance(part, int):
            if part > limits.INDEX:
                raise ExpressionError(INDEX.format(part))
        elif not isinstance(part, Alias) and reserved.is_reserved(part):
            raise ExpressionError(RESERVED.format(part))
