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

from collections.abc import Callable
from typing import TypeVar, cast

from homeport.aws.dynamodb.expressions import checks, lexer
from homeport.aws.dynamodb.expressions.language import limits
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

_T = TypeVar("_T")


class Parser:
    """Reads one text. Raises what is wrong with its syntax; what else is wrong with a text that can be read is told later."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = lexer.tokens(text)
        self._at = 0
        self._depth = 0
        self._closed = (-1, -1)
        self.kind = self._tokens[0].kind
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
        self._end()
        return node

    def update(self) -> tuple[tuple[Clause, ...], ...]:
        """A whole update: the clauses of each of its sections."""
        sections = []
        while self.kind in self._clauses:
            read = self._clauses[self.kind]
            self._take()
            sections.append(tuple(self._list(read)))
        if not sections:
            raise self._unexpected()
        self._end()
        return tuple(sections)

    def placeholders(self, kind: str) -> frozenset[str]:
        """The placeholders of names (`lexer.ALIAS`) or values (`lexer.REFERENCE`) that the text has."""
        return frozenset(token.text for token in self._tokens if token.kind is kind)

    def projection(self) -> tuple[Path, ...]:
        """A whole projection."""
        paths = self._list(self._path)
        self._end()
        return tuple(paths)

    # Words

    def _take(self) -> str:
        text = self._tokens[self._at].text
        self._at += 1
        self.kind = self._tokens[self._at].kind
        return text

    def _expect(self, kind: str) -> str:
        if self.kind != kind:
            raise self._unexpected()
        return self._take()

    def _end(self) -> None:
        if self.kind is not lexer.END:
            raise self._unexpected()

    def _unexpected(self) -> ExpressionError:
        return lexer.unexpected(self._text, self._tokens, self._at)

    def _list(self, read: Callable[[], _T]) -> list[_T]:
        found = [read()]
        while self.kind == ",":
            self._take()
            found.append(read())
        return found

    # Conditions

    def _condition(self) -> Node:
        terms = [self._term()]
        while self.kind == "OR":
            self._take()
            self.operators += 1
            terms.append(self._condition_of(self._term()))
        return terms[0] if len(terms) == 1 else Or(tuple(terms))

    def _term(self) -> Node:
        factors = [self._factor()]
        while self.kind == "AND":
            self._take()
            self.operators += 1
            factors.append(self._condition_of(self._factor()))
        return factors[0] if len(factors) == 1 else And(tuple(factors))

    def _factor(self) -> Node:
        negations = 0
        while self.kind == "NOT":
            self._take()
            self.operators += 1
            negations += 1
        node = self._test(self._group() if self.kind == "(" else self._operand())
        if negations:
            self._condition_of(node)
        return Not(node) if negations % 2 else node

    def _condition_of(self, found: Node) -> Node:
        if isinstance(found, Path | Reference):
            raise self._unexpected()
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
        raise self._unexpected()

    def _compare(self, left: Operand) -> Compare:
        self.operators += 1
        return Compare(self._take(), left, self._operand())

    def _between(self, operand: Operand) -> Between:
        self.operators += 1
        self._take()
        lower = self._operand()
        self._expect("AND")
        return Between(operand, lower, self._operand())

    def _in(self, operand: Operand) -> In:
        self.operators += 1
        self._take()
        self._expect("(")
        options = self._list(self._operand)
        self._expect(")")
        return In(operand, tuple(options))

    # Groups

    def _open(self) -> int:
        self._depth += 1
        if self._depth > limits.NESTING:
            raise ExpressionError(REDUNDANT)
        self._expect("(")
        return self._at

    def _close(self, opened: int) -> None:
        """A group that holds nothing but a group is redundant."""
        is_redundant = self._closed == (opened + 1, self._at)
        self._expect(")")
        if is_redundant:
            raise ExpressionError(REDUNDANT)
        self._closed = (opened, self._at)
        self._depth -= 1

    # Operands

    def _operand(self) -> Operand:
        if self.kind == "(":
            opened = self._open()
            operand = self._operand()
            self._close(opened)
            return operand
        if self.kind is lexer.REFERENCE:
            return Reference(self._take())
        if self.kind is lexer.NAME and self._tokens[self._at + 1].kind == "(":
            return self._function()
        return self._path()

    def _function(self) -> Function:
        name = self._take()
        self.operators += 1
        self._depth += 1
        if self._depth > limits.NESTING:
            raise ExpressionError(checks.MISUSED.format(name))
        self._expect("(")
        operands = self._list(self._operand)
        self._expect(")")
        self._depth -= 1
        return Function(name, tuple(operands))

    def _path(self) -> Path:
        parts: list[Part] = [self._name()]
        while True:
            if self.kind == ".":
                self._take()
                parts.append(self._name())
            elif self.kind == "[":
                self._take()
                parts.append(int(self._expect(lexer.NUMBER)))
                self._expect("]")
            else:
                return Path(tuple(parts))

    def _name(self) -> str:
        if self.kind is lexer.ALIAS:
            return Alias(self._take())
        return self._expect(lexer.NAME)

    # Clauses of updates

    def _set(self) -> Clause:
        path = self._path()
        self._expect("=")
        return Clause("SET", path, self._value())

    def _remove(self) -> Clause:
        return Clause("REMOVE", self._path(), None)

    def _add(self) -> Clause:
        return Clause("ADD", self._path(), Reference(self._expect(lexer.REFERENCE)))

    def _delete(self) -> Clause:
        return Clause("DELETE", self._path(), Reference(self._expect(lexer.REFERENCE)))

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
        return Arithmetic(self._take(), found, self._operand())
