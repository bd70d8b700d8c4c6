"""Conditions of PartiQL as the nodes of expressions, which `expressions.evaluate` carries out.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-operators.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-functions.html
"""

from __future__ import annotations

from collections.abc import Sequence as Sequenced

from homeport.aws.dynamodb.expressions import binding, nodes
from homeport.aws.dynamodb.expressions.checks import CONDITIONS, VALUES
from homeport.aws.dynamodb.expressions.language import limits
from homeport.aws.dynamodb.expressions.lexer import ExpressionError
from homeport.aws.dynamodb.expressions.nodes import Node, Operand
from homeport.aws.dynamodb.expressions.placeholders import NONE
from homeport.aws.dynamodb.partiql import errors, paths, values
from homeport.aws.dynamodb.partiql.errors import Refused
from homeport.aws.dynamodb.partiql.language.syntax import (
    Call,
    Expression,
    Is,
    Literal,
    Name,
    Operation,
    Other,
    Parameter,
    Path,
    Select,
    Sequence,
)
from homeport.aws.dynamodb.values.attribute import Value

ALWAYS, NEVER = nodes.And(()), nodes.Or(())
COMPARISONS = frozenset(("=", "<>", "<", "<=", ">", ">="))
_LOGIC = frozenset(("and", "or", "not"))
_TESTS = COMPARISONS | _LOGIC | {"between", "in"}
_IS_TYPES = {
    "null": "NULL",
    "boolean": "BOOL",
    "blob": "B",
    "string": "S",
    "numeric": "N",
    "struct": "M",
    "tuple": "M",
    "list": "L",
}
_TYPES = frozenset(("S", "N", "B", "SS", "NS", "BS", "BOOL", "NULL", "L", "M"))
_TYPE_NAMES = {
    "smallint": "SMALLINT",
    "integer4": "INTEGER4",
    "double_precision": "DOUBLE_PRECISION",
}


def where(expression: Expression, given: Sequenced[Value]) -> Node:
    """The condition of a WHERE, checked. Raises Refused."""
    if not _is_condition(expression):
        _check_operand(expression)
        raise Refused(errors.NOT_BOOLEAN)
    node = Translation(given).condition(expression)
    try:
        checked = binding.condition(node, NONE)
    except ExpressionError as error:
        raise Refused(str(error)) from None
    if _operators(expression) > limits.OPERATORS:
        raise Refused(errors.TOO_MANY_OPERATORS.format(limits.OPERATORS + 1))
    return checked


def _operators(expression: Expression) -> int:
    """How many operators and functions a condition has."""
    if isinstance(expression, Operation):
        own = max(len(expression.operands) - 1, 1) if expression.operator in _LOGIC else 1
        return own + sum(map(_operators, expression.operands))
    if isinstance(expression, Call):
        return 1 + sum(map(_operators, expression.arguments))
    return 1 if isinstance(expression, Is) else 0


class Translation:
    """Makes nodes of one statement's conditions."""

    def __init__(self, given: Sequenced[Value]) -> None:
        self._given = given

    def condition(self, expression: Expression) -> Node:
        """The node of what is true or false."""
        if isinstance(expression, Is):
            return self._is(expression)
        if isinstance(expression, Call):
            return self._call(expression)
        if not isinstance(expression, Operation):
            raise Refused(errors.NOT_BOOLEAN)
        operator, operands = expression.operator, expression.operands
        if operator in _LOGIC:
            return self._logic(operator, operands)
        if operator == "in":
            return self._in(operands)
        if any(map(_is_condition, operands)):
            return self._of_boolean(operator, operands)
        sides = [self.operand(operand) for operand in operands]
        if operator == "between":
            return nodes.Between(sides[0], sides[1], sides[2])
        return nodes.Compare(operator, sides[0], sides[1])

    def _logic(self, operator: str, operands: tuple[Expression, ...]) -> Node:
        for operand in operands:
            if not _is_condition(operand):
                _check_operand(operand)
                raise Refused(errors.NOT_OPERAND if operator == "not" else errors.LOGIC_OPERAND)
        if operator == "not":
            return nodes.Not(self.condition(operands[0]))
        terms = tuple([self.condition(operand) for operand in operands])
        return nodes.And(terms) if operator == "and" else nodes.Or(terms)

    def _in(self, operands: tuple[Expression, ...]) -> Node:
        operand, options = operands
        if not isinstance(options, Sequence) or not options.members:
            raise Refused(errors.IN_OPERAND)
        if _is_condition(operand):
            sides = [(operand, option) for option in options.members]
            return _any([self._of_boolean("=", pair) for pair in sides])
        found = tuple([self.operand(option) for option in options.members])
        return nodes.In(self.operand(operand), found)

    def _is(self, test: Is) -> Node:
        operand = test.operand
        if not isinstance(operand, Name | Path | Literal | Parameter):
            raise Refused(errors.IS_OPERAND)
        kind = _IS_TYPES.get(test.type_name, "")
        if not kind and test.type_name != "missing":
            shown = _TYPE_NAMES.get(test.type_name, test.type_name.upper())
            raise Refused(errors.IS_TYPE.format(shown), test.place)
        if isinstance(operand, Name | Path):
            path = paths.path(operand)
            if kind:
                return nodes.Function("attribute_type", (path, nodes.Literal({"S": kind})))
            return nodes.Function("attribute_not_exists", (path,))
        if isinstance(operand, Literal) and operand.kind == "missing":
            return NEVER if kind else ALWAYS
        return ALWAYS if kind in values.value(operand, self._given) else NEVER

    def _call(self, call: Call) -> nodes.Function:
        name = call.function
        if name not in CONDITIONS:
            raise Refused(errors.UNKNOWN_FUNCTION + name, call.place)
        operands = tuple([self.operand(each) for each in call.arguments])
        if name == "attribute_type" and isinstance(operands[-1], nodes.Literal):
            kind = operands[-1].value.get("S", "S")
            if kind not in _TYPES:
                raise Refused(errors.TYPE_NAME.format(kind))
        return nodes.Function(name, operands)

    def operand(self, expression: Expression) -> Operand:
        """The node of what has a value."""
        if isinstance(expression, Name | Path):
            return paths.path(expression)
        if isinstance(expression, Literal) and expression.kind == "missing":
            raise Refused(errors.MISSING_VALUE)
        if values.is_value(expression):
            return nodes.Literal(values.value(expression, self._given))
        if isinstance(expression, Call) and expression.function == "size":
            inner = tuple([self.operand(each) for each in expression.arguments])
            return nodes.Function("size", inner)
        _check_operand(expression)
        raise Refused(errors.LOGIC_OPERAND)

    def _of_boolean(self, operator: str, operands: tuple[Expression, ...]) -> Node:
        """A comparison of which one side is itself true or false: `contains(a, 'x') = true`."""
        if operator not in ("=", "<>"):
            raise Refused(errors.OPERAND_TYPE.format(operator.upper(), "BOOL"))
        first, second = operands if _is_condition(operands[0]) else operands[::-1]
        condition = self.condition(first)
        if _is_condition(second):
            other = self.condition(second)
            equal = _same(condition, other, nodes.Not(other))
        else:
            operand = self.operand(second)
            equal = _same(condition, _is(operand, truth=True), _is(operand, truth=False))
        return equal if operator == "=" else nodes.Not(equal)


def _same(condition: Node, if_true: Node, if_false: Node) -> Node:
    return _any([nodes.And((condition, if_true)), nodes.And((nodes.Not(condition), if_false))])


def _any(terms: list[Node]) -> Node:
    """Whether one is true, said so that it counts as one condition and not as alternatives, of which keys could be read."""
    return nodes.Not(nodes.And(tuple([nodes.Not(term) for term in terms])))


def _is(operand: Operand, *, truth: bool) -> Node:
    return nodes.Compare("=", operand, nodes.Literal({"BOOL": truth}))


def _is_condition(expression: Expression) -> bool:
    """Whether this is true or false, rather than a value."""
    if isinstance(expression, Operation):
        return expression.operator in _TESTS
    if isinstance(expression, Call):
        return expression.function != "size" and expression.function not in VALUES
    return isinstance(expression, Is)


def _check_operand(expression: Expression) -> None:
    """Raises Refused for what can stand nowhere in a condition."""
    if isinstance(expression, Operation) and expression.operator not in _TESTS:
        raise Refused(errors.CONDITION_OPERATOR + expression.operator)
    if isinstance(expression, Call) and expression.function in VALUES:
        raise Refused(errors.UNKNOWN_FUNCTION + expression.function, expression.place)
    if isinstance(expression, Select):
        raise Refused(errors.IN_EXPRESSION + "SELECT", expression.place)
    if isinstance(expression, Other):
        raise Refused(errors.IN_EXPRESSION + expression.word.upper(), expression.place)
