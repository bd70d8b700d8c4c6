"""Reads expressions: a recursive-descent parser for conditions, updates and projections.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html

    condition := term {OR term}                    term    := factor {AND factor}
    factor    := {NOT} (group | test | function)   group   := '(' condition ')'
    test      := operand comparator operand | operand BETWEEN operand AND operand | operand IN '(' operand {',' operand} ')'
    operand   := path | reference | function | '(' operand ')'
    function  := name '(' operand {',' operand} ')'
    path      := part {'.' part | '[' number ']'}  part    := name | alias
    update    := {SET set {',' set} | REMOVE path {',' path} | (ADD | DELETE) path reference {',' path reference}}
    set       := path '=' value                    value   := sum | '(' sum ')'      sum := operand [('+' | '-') operand]
"""

from __future__ import annotations

from typing import cast

from homeport.aws.dynamodb.expressions import checks, lexer
from homeport.aws.dynamodb.expressions.language import limits
from homeport.aws.dynamodb.expressions.language.words import Words
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

REDUNDANT = "The expression has redundant parentheses;"
"""https://github.com/architect/dynalite/blob/main/test/scan.js, "should return ValidationException for redundant parentheses"."""

COMPARATORS = frozenset({"=", "<>", "<", "<=", ">", ">="})


class Parser(Words):
    """Reads one text. Raises what is wrong with its syntax; what else is wrong with a text that can be read is told later."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._closed = (-1, -1)
        self._clauses = {
            "SET": self._set,
            "REMOVE": self._remove,
            "ADD": self._add,
            "DELETE": self._delete,
        }
        self.operators = 0

    def condition(self) -> Node:
        """A whole condition."""
        node = self._condition()
        self.end()
        return node

    def update(self) -> tuple[tuple[Clause, ...], ...]:
        """A whole update: the clauses of each of its sections."""
        sections = []
        while self.kind in self._clauses:
            read = self._clauses[self.kind]
            self.take()
            sections.append(tuple(self.listed(read)))
        if not sections:
            raise self.unexpected()
        self.end()
        return tuple(sections)

    def projection(self) -> tuple[Path, ...]:
        """A whole projection."""
        paths = self.listed(self._path)
        self.end()
        return tuple(paths)

    # Conditions

    def _condition(self) -> Node:
        terms = [self._term()]
        while self.kind == "OR":
            self.take()
            self.operators += 1
            terms.append(self._condition_of(self._term()))
        return terms[0] if len(terms) == 1 else Or(tuple(terms))

    def _term(self) -> Node:
        factors = [self._factor()]
        while self.kind == "AND":
            self.take()
            self.operators += 1
            factors.append(self._condition_of(self._factor()))
        return factors[0] if len(factors) == 1 else And(tuple(factors))

    def _factor(self) -> Node:
        negations = 0
        while self.kind == "NOT":
            self.take()
            self.operators += 1
            negations += 1
        node = self._test(self._group() if self.kind == "(" else self._operand())
        if negations:
            self._condition_of(node)
        return Not(node) if negations % 2 else node

    def _condition_of(self, found: Node) -> Node:
        if isinstance(found, Path | Reference):
            raise self.unexpected()
        return found

    def _group(self) -> Node | Operand:
        opened = self._open()
        found = self._condition()
        self._close(opened)
        return found

    def _test(self, found: Node | Operand) -> Node:
        """What a condition makes of its first operand, or a group as it is.

        A path or value alone may only fill a group, which is an operand then; its reader tells.
        """
        if not isinstance(found, Path | Reference | Literal | Function):
            return found
        if self.kind in COMPARATORS:
            return self._compare(found)
        if self.kind == "BETWEEN":
            return self._between(found)
        if self.kind == "IN":
            return self._in(found)
        if isinstance(found, Function) or (self.kind == ")" and self._depth):
            return cast(Node, found)
        raise self.unexpected()

    def _compare(self, left: Operand) -> Compare:
        self.operators += 1
        return Compare(self.take(), left, self._operand())

    def _between(self, operand: Operand) -> Between:
        self.operators += 1
        self.take()
        lower = self._operand()
        self.expect("AND")
        return Between(operand, lower, self._operand())

    def _in(self, operand: Operand) -> In:
        self.operators += 1
        self.take()
        self.expect("(")
        options = self.listed(self._operand)
        self.expect(")")
        return In(operand, tuple(options))

    # Groups

    def _open(self) -> int:
        self._depth += 1
        if self._depth > limits.NESTING:
            raise ExpressionError(REDUNDANT)
        self.expect("(")
        return self.at

    def _close(self, opened: int) -> None:
        """A group that holds nothing but a group is redundant."""
        is_redundant = self._closed == (opened + 1, self.at)
        self.expect(")")
        if is_redundant:
            raise ExpressionError(REDUNDANT)
        self._closed = (opened, self.at)
        self._depth -= 1

    # Operands

    def _operand(self) -> Operand:
        if self.kind == "(":
            opened = self._open()
            operand = self._operand()
            self._close(opened)
            return operand
        if self.kind is lexer.REFERENCE:
            return Reference(self.take())
        if self.kind is lexer.NAME and self.next_kind == "(":
            return self._function()
        return self._path()

    def _function(self) -> Function:
        name = self.take()
        self.operators += 1
        self._depth += 1
        if self._depth > limits.NESTING:
            raise ExpressionError(checks.MISUSED.format(name))
        self.expect("(")
        operands = self.listed(self._operand)
        self.expect(")")
        self._depth -= 1
        return Function(name, tuple(operands))

    def _path(self) -> Path:
        parts: list[Part] = [self._name()]
        while True:
            if self.kind == ".":
                self.take()
                parts.append(self._name())
            elif self.kind == "[":
                self.take()
                parts.append(int(self.expect(lexer.NUMBER)))
                self.expect("]")
            else:
                return Path(tuple(parts))

    def _name(self) -> str:
        if self.kind is lexer.ALIAS:
            return Alias(self.take())
        return self.expect(lexer.NAME)

    # Clauses of updates

    def _set(self) -> Clause:
        path = self._path()
        self.expect("=")
        return Clause("SET", path, self._value())

    def _remove(self) -> Clause:
        return Clause("REMOVE", self._path(), None)

    def _add(self) -> Clause:
        return Clause("ADD", self._path(), Reference(self.expect(lexer.REFERENCE)))

    def _delete(self) -> Clause:
        return Clause("DELETE", self._path(), Reference(self.expect(lexer.REFERENCE)))

    def _value(self) -> Operand | Arithmetic:
        found: Operand | Arithmetic
        if self.kind == "(":
            opened = self._open()
            found = self._value()
            self._close(opened)
        else:
            found = self._operand()
        if self.kind not in ("+", "-") or isinstance(found, Arithmetic):
            return found
        self.operators += 1
        return Arithmetic(self.take(), found, self._operand())
