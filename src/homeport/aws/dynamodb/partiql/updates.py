"""What an UPDATE of PartiQL does, as an update of expressions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.update.html
"""

from __future__ import annotations

from collections.abc import Sequence as Sequenced

from homeport.aws.dynamodb.expressions import binding, nodes
from homeport.aws.dynamodb.expressions.checks import CONDITIONS
from homeport.aws.dynamodb.expressions.lexer import ExpressionError
from homeport.aws.dynamodb.expressions.nodes import Arithmetic, Clause, Operand
from homeport.aws.dynamodb.expressions.placeholders import NONE
from homeport.aws.dynamodb.expressions.update import Update
from homeport.aws.dynamodb.partiql import errors, paths, values
from homeport.aws.dynamodb.partiql.errors import Refused
from homeport.aws.dynamodb.partiql.language.syntax import (
    Assignment,
    Call,
    Expression,
    Is,
    Literal,
    Name,
    Operation,
    Other,
    Path,
    Select,
)
from homeport.aws.dynamodb.values.attribute import Value

_SET_ACTIONS = {"set_add": "ADD", "set_delete": "DELETE"}
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.update.html#ql-reference.update.examples"""
_SETS = frozenset(("SS", "NS", "BS"))
_FUNCTIONS = frozenset(("if_not_exists", "list_append"))


def update(assignments: tuple[Assignment, ...], given: Sequenced[Value]) -> Update:
    """The update of all SET and REMOVE clauses, checked. Raises Refused."""
    clauses = tuple([_clause(assignment, given) for assignment in assignments])
    try:
        return Update(binding.clauses(clauses, NONE))
    except ExpressionError as error:
        raise Refused(str(error)) from None


def _clause(assignment: Assignment, given: Sequenced[Value]) -> Clause:
    target = paths.path(assignment.target)
    value = assignment.value
    if value is None:
        return Clause("REMOVE", target, None)
    if isinstance(value, Call) and value.function in _SET_ACTIONS:
        return Clause(_SET_ACTIONS[value.function], target, _elements(value, target, given))
    return Clause("SET", target, _operand(value, given))


def _elements(call: Call, target: nodes.Path, given: Sequenced[Value]) -> nodes.Literal:
    """The second argument of set_add and set_delete; the first repeats what is assigned to."""
    name = call.function.upper()
    if len(call.arguments) != 2:
        raise Refused(errors.SET_COUNT.format(name), call.place)
    first, second = call.arguments
    if not isinstance(first, Name | Path) or paths.path(first) != target:
        raise Refused(errors.SET_FIRST.format(name), call.place)
    found = values.value(second, given) if values.is_value(second) else {}
    if not _SETS.intersection(found):
        raise Refused(errors.SET_SECOND.format(name), first.place)
    return nodes.Literal(found)


def _operand(expression: Expression, given: Sequenced[Value]) -> Operand | Arithmetic:
    if isinstance(expression, Name | Path):
        return paths.path(expression)
    if isinstance(expression, Literal) and expression.kind == "missing":
        raise Refused(errors.MISSING_VALUE)
    if values.is_value(expression):
        return nodes.Literal(values.value(expression, given))
    if isinstance(expression, Operation):
        return _arithmetic(expression, given)
    if isinstance(expression, Call):
        return _function(expression, given)
    if isinstance(expression, Is):
        raise Refused(errors.IS_IN_UPDATE)
    shown = expression.word.upper() if isinstance(expression, Other) else "SELECT"
    place = expression.place if isinstance(expression, Other | Select) else None
    raise Refused(errors.IN_EXPRESSION + shown, place)


def _arithmetic(operation: Operation, given: Sequenced[Value]) -> Arithmetic:
    operator = operation.operator
    if operator not in ("+", "-"):
        raise Refused(errors.UPDATE_OPERATOR + operator)
    if len(operation.operands) != 2:
        raise Refused(errors.COUNT.format(operator, len(operation.operands)))
    left, right = [_operand(operand, given) for operand in operation.operands]
    # A sum of several is a sum of sums, which expressions have no text for but can carry out.
    return Arithmetic(operator, left, right)  # type: ignore[arg-type]


def _function(call: Call, given: Sequenced[Value]) -> Operand:
    name = call.function
    if name in CONDITIONS or name == "size":
        raise Refused(errors.FUNCTION_IN_UPDATE + name)
    if name not in _FUNCTIONS:
        raise Refused(errors.UNKNOWN_FUNCTION + name, call.place)
    operands = tuple([_operand(argument, given) for argument in call.arguments])
    return nodes.Function(name, operands)  # type: ignore[arg-type]
