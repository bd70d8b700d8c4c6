"""The expressions of PartiQL: an operator precedence parser with the grammar, and the complaints, of AWS's own.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-operators.html and, for the grammar,
https://github.com/partiql/partiql-lang-kotlin (SqlParser.kt): a statement is an expression to it.
"""

from __future__ import annotations

from collections.abc import Callable

from homeport.aws.dynamodb.partiql.errors import malformed
from homeport.aws.dynamodb.partiql.language.cursor import Cursor
from homeport.aws.dynamodb.partiql.language.lexer import (
    END,
    ION,
    KEYWORD,
    MARK,
    NAME,
    NUMBER,
    OPERATOR,
    QUOTED,
    STRING,
    Token,
)
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
    Sequence,
    Step,
    Struct,
)

_PRECEDENCE = {
    **dict.fromkeys(("union", "except", "intersect"), 5),
    "or": 10,
    "and": 20,
    **dict.fromkeys(("=", "<>", "is", "is_not", "in", "not_in"), 40),
    **dict.fromkeys(("<", "<=", ">", ">=", "between", "not_between", "like", "not_like"), 50),
    **dict.fromkeys(("+", "-", "||"), 60),
    **dict.fromkeys(("*", "/", "%"), 70),
}
_NOT = 30
SELECT = 6
"""The precedence of a clause of SELECT."""
_NEGATED = {"not_in": "in", "not_between": "between", "not_like": "like"}
_TYPES = frozenset(
    """
    missing null boolean smallint integer4 integer8 integer float real double_precision decimal numeric timestamp date time
    character character_varying string symbol clob blob struct tuple list sexp bag any
    """.split()  # noqa: SIM905 - a table of words
)
_TYPE_ALIASES = {
    "varchar": "character_varying",
    "char": "character",
    "dec": "decimal",
    "int": "integer",
    "int2": "smallint",
    "integer2": "smallint",
    "int4": "integer4",
    "int8": "integer8",
    "bigint": "integer8",
    "bool": "boolean",
}
_AGGREGATES = frozenset(("count", "avg", "max", "min", "sum"))
_FUNCTIONS = frozenset(
    """
    exists char_length character_length octet_length bit_length upper lower size sexp list bag
    substring trim extract date_add date_diff
    """.split()  # noqa: SIM905 - a table of words
)
_LITERALS = {"true": "bool", "false": "bool", "null": "null", "missing": "missing"}
_QUOTES = {STRING: "string", NUMBER: "number", ION: "ion"}
_DEPTH = 60
_CHAIN = 60
"""How deep a tree may become, which those who walk through it rely on: a statement has 8192 characters."""


class Parser(Cursor):
    """Reads a list of tokens from its start to its end."""

    def __init__(
        self, tokens: list[Token], statement: Callable[[Parser], Expression | None]
    ) -> None:
        super().__init__(tokens)
        self._statement = statement
        """Reads the statement that begins with the current keyword; None where it begins none."""
        self._depth = 0
        self._chain = 0
        self.parameters = 0

    def expression(self, precedence: int = -1) -> Expression:
        """An expression whose operators bind more than `precedence`."""
        self._depth += 1
        if self._depth > _DEPTH:
            raise malformed("")
        left = self._unary()
        while True:
            token = self.token
            binds = _PRECEDENCE.get(token.text, 0) if token.kind in (OPERATOR, KEYWORD, MARK) else 0
            if precedence >= binds or not binds:
                break
            left = self._infix(left, self.next(), binds)
        self._depth -= 1
        return left

    def _infix(self, left: Expression, token: Token, binds: int) -> Expression:
        operator = token.text
        if operator in ("is", "is_not"):
            return self._is(left, token)
        right = self._right(operator, binds)
        if operator in ("and", "or"):
            return _joined(token, left, right)
        self._chain += 1
        if self._chain > _CHAIN and not isinstance(left, Name | Path | Call):
            raise malformed("")
        operands = [left, right]
        plain = _NEGATED.get(operator, operator)
        if plain == "between":
            if not self.takes("and"):
                raise malformed("Expected AND keyword")
            if self.is_at_end():
                raise malformed("Expected expression after AND")
            operands.append(self.expression(binds))
        elif plain == "like" and self.takes("escape"):
            operands.append(self.expression(binds))
        operation = Operation(token.place, plain, tuple(operands))
        return operation if plain is operator else Operation(token.place, "not", (operation,))

    def _right(self, operator: str, binds: int) -> Expression:
        if operator in ("in", "not_in") and self.is_mark("("):
            following = self._tokens[self._at + 1]
            if following.text not in ("select", "values") or following.kind != KEYWORD:
                token = self.next()
                return Sequence(token.place, is_bag=False, members=self.arguments(")"))
        if self.token.kind == END:
            raise malformed("Missing right-hand side expression of infix operator")
        return self.expression(binds)

    def _is(self, left: Expression, token: Token) -> Expression:
        named = self.next()
        name = _TYPE_ALIASES.get(named.text, named.text)
        if named.kind != KEYWORD or name not in _TYPES:
            raise malformed("Expected type name")
        if self.takes_mark("("):
            self.arguments(")")
        test = Is(token.place, left, name)
        return test if token.text == "is" else Operation(token.place, "not", (test,))

    def _unary(self) -> Expression:
        if self.takes("not"):
            place = self._tokens[self._at - 1].place
            return Operation(place, "not", (self.expression(_NOT),))
        signs = []
        while self.token.kind == OPERATOR and self.token.text in ("+", "-"):
            signs.append(self.next())
        operand = self.path()
        if not signs:
            return operand
        if isinstance(operand, Literal) and operand.kind == "number":
            is_negative = sum(sign.text == "-" for sign in signs) % 2 == 1
            return Literal(operand.place, "number", "-" * is_negative + operand.text)
        return Operation(signs[0].place, signs[0].text, (operand,))

    def path(self, *, is_simple: bool = False) -> Expression:
        """A term and the steps into it; a simple path begins with a name and holds literals only."""
        if is_simple and not self.is_identifier():
            raise malformed("Expected identifier for simple path")
        root = self._name() if is_simple else self._term()
        steps = []
        while True:
            if self.takes_mark("."):
                steps.append(self._dot(is_simple=is_simple))
            elif self.takes_mark("["):
                steps.append(self._index(is_simple=is_simple))
            else:
                break
        return Path(root.place, root, tuple(steps)) if steps else root

    def _dot(self, *, is_simple: bool) -> Step:
        token = self.next()
        if token.kind in (NAME, QUOTED):
            return Step(token.place, name=token.text)
        if token.kind == MARK and token.text == "*":
            if is_simple:
                raise malformed("Invalid path dot component for simple path")
            return Step(token.place)
        raise malformed("Invalid path dot component")

    def _index(self, *, is_simple: bool) -> Step:
        place = self.token.place
        if self.takes_mark("*"):
            self.expect("]")
            return Step(place, is_every_element=True)
        index = self.expression()
        self.expect("]")
        if is_simple and not isinstance(index, Literal):
            raise malformed("Invalid path component for simple path")
        return Step(index.place, index=index)

    def arguments(self, end: str) -> tuple[Expression, ...]:
        """Expressions between commas, up to a closing mark."""
        found = [self.expression()]
        while self.takes_mark(","):
            found.append(self.expression())
        self.expect(end)
        return tuple(found)

    def _term(self) -> Expression:
        token = self.token
        if token.kind == MARK:
            return self._bracketed()
        if token.kind == KEYWORD:
            return self._keyword()
        if token.kind == OPERATOR:
            self.next()
            if token.text == "@" and self.is_identifier():
                return self._name()
            raise malformed("Unexpected operator")
        if token.kind in (NAME, QUOTED):
            name = self._name()
            return self._call(token) if self.takes_mark("(") else name
        if token.kind == END:
            raise malformed("Unexpected term")
        self.next()
        return Literal(token.place, _QUOTES[token.kind], token.text)

    def _name(self) -> Name:
        token = self.next()
        return Name(token.place, token.text)

    def _call(self, name: Token) -> Expression:
        """The rest of a call, its name and parenthesis taken."""
        function = name.text.lower()
        if self.is_mark("*"):
            raise malformed(f"{function}(*) is not allowed")
        arguments = () if self.takes_mark(")") else self.arguments(")")
        return Call(name.place, function, arguments)

    def _bracketed(self) -> Expression:
        token = self.next()
        if token.text == "?":
            self.parameters += 1
            return Parameter(token.place, self.parameters - 1)
        if token.text == "(":
            members = self.arguments(")")
            return (
                members[0]
                if len(members) == 1
                else Sequence(token.place, is_bag=False, members=members)
            )
        if token.text == "{":
            return Struct(token.place, self._members())
        if token.text in ("[", "<<"):
            end = "]" if token.text == "[" else ">>"
            items = () if self.takes_mark(end) else self.arguments(end)
            return Sequence(token.place, is_bag=end == ">>", members=items)
        raise malformed("Unexpected term")

    def _members(self) -> tuple[tuple[Expression, Expression], ...]:
        found: list[tuple[Expression, Expression]] = []
        if self.takes_mark("}"):
            return ()
        while not found or self.takes_mark(","):
            name = self.expression()
            self.expect(":")
            found.append((name, self.expression()))
        self.expect("}")
        return tuple(found)

    def _keyword(self) -> Expression:
        token = self.token
        statement = self._statement(self)
        if statement is not None:
            return statement
        self.next()
        if token.text in _LITERALS:
            return Literal(token.place, _LITERALS[token.text], token.text)
        if token.text in _AGGREGATES and self.takes_mark("("):
            return self._aggregate(token)
        if token.text in _FUNCTIONS and self.takes_mark("("):
            return self._call(token)
        raise malformed("Unexpected keyword")

    def _aggregate(self, token: Token) -> Expression:
        self.takes("distinct", "all")
        if token.text == "count" and self.takes_mark("*"):
            self.expect(")")
        elif len(self.arguments(")")) != 1:
            raise malformed("Aggregate functions are always unary")
        return Other(token.place, "CallAgg", token.text)


def _joined(token: Token, left: Expression, right: Expression) -> Expression:
    """`a AND b AND c` as one operation, so that long conditions do not make deep trees."""
    first = (
        left.operands if isinstance(left, Operation) and left.operator == token.text else (left,)
    )
    return Operation(token.place, token.text, (*first, right))
