"""The statements of PartiQL: SELECT, INSERT, UPDATE (in either order of its clauses), DELETE.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.statements.html
"""

from __future__ import annotations

import functools
from typing import NamedTuple

from homeport.aws.dynamodb.partiql import errors
from homeport.aws.dynamodb.partiql.errors import Place, malformed
from homeport.aws.dynamodb.partiql.language.lexer import KEYWORD, tokens
from homeport.aws.dynamodb.partiql.language.parser import SELECT, Parser
from homeport.aws.dynamodb.partiql.language.syntax import (
    Assignment,
    Delete,
    Expression,
    Insert,
    Ordering,
    Other,
    Path,
    Select,
    Step,
    Update,
)

Flaw = tuple[str, Place | None]
_RETURNED = ("all_old", "all_new", "modified_old", "modified_new")
_CHANGES = ("set", "remove")
_KEPT_LENGTH = 1024
"""The longest statement whose tree is kept for the next time, so that what is kept stays within a few MiB."""


class Parsed(NamedTuple):
    """A statement that could be read."""

    tree: Expression
    parameters: int


def parse(statement: str) -> Parsed:
    """Reads one statement. Raises Refused."""
    return _kept(statement) if len(statement) <= _KEPT_LENGTH else _parse(statement)


def _parse(statement: str) -> Parsed:
    parser = Parser(tokens(statement), _statement)
    tree = parser.expression()
    if not parser.is_at_end():
        if parser.is_mark(";"):
            raise malformed("Unexpected token after semicolon. (Only one query is allowed.)")
        raise malformed("Unexpected token after expression")
    return Parsed(tree, parser.parameters)


_kept = functools.lru_cache(maxsize=128)(_parse)


def _statement(parser: Parser) -> Expression | None:
    """The statement that begins with the current keyword; None where it begins none."""
    token = parser.token
    read = _STATEMENTS.get(token.text)
    if read is None:
        return None
    parser.next()
    return read(parser, token.place)


def _select(parser: Parser, place: Place) -> Expression:
    flaws: list[Flaw] = []
    if parser.takes("distinct"):
        flaws.append((errors.IN_EXPRESSION + "DISTINCT", None))
    parser.takes("all")
    if parser.takes("value"):
        flaws.append((errors.VALUE_OR_PIVOT, None))
    columns = _columns(parser, flaws)
    if not parser.takes("from"):
        raise malformed("Expected FROM after SELECT list")
    source = _source(parser, flaws)
    where = parser.expression(SELECT) if parser.takes("where") else None
    _grouping(parser, flaws)
    orderings = _orderings(parser) if parser.takes("order") else ()
    for word in ("limit", "offset"):
        if parser.takes(word):
            flaws.append((errors.CLAUSE + word.upper(), parser.token.place))
            parser.expression(SELECT)
    return Select(place, columns, source, where, orderings, flaws[0] if flaws else None)


def _columns(parser: Parser, flaws: list[Flaw]) -> tuple[Expression, ...] | None:
    found: list[Expression] = []
    stars = 0
    while True:
        if parser.takes_mark("*"):
            stars += 1
        else:
            found.append(_column(parser))
            _alias(parser, flaws)
        if not parser.takes_mark(","):
            break
    if stars and (found or stars > 1):
        raise malformed(
            "Other expressions may not be present in the select list when '*' is used without "
            "dot notation."
        )
    return None if stars else tuple(found)


def _column(parser: Parser) -> Expression:
    column = parser.expression()
    if isinstance(column, Path):
        for step in column.steps:
            is_last = step is column.steps[-1]
            if step.is_every_element or (_is_wildcard(step) and not is_last):
                raise malformed("Invalid use of * in select list")
    return column


def _is_wildcard(step: Step) -> bool:
    return step.name is None and step.index is None


def _source(parser: Parser, flaws: list[Flaw]) -> Expression:
    source = parser.expression(SELECT)
    _alias(parser, flaws)
    while parser.takes_mark(",") or parser.takes(*_JOINS):
        while parser.takes(*_JOINS):
            pass
        flaws.append((errors.SEVERAL_SOURCES, None))
        parser.expression(SELECT)
        _alias(parser, flaws)
        if parser.takes("on"):
            parser.expression(SELECT)
    return source


_JOINS = ("inner", "left", "right", "full", "outer", "cross", "join")


def _alias(parser: Parser, flaws: list[Flaw]) -> None:
    """`[AS] name [AT name] [BY name]`, which DynamoDB does not allow."""
    for word in ("as", "at", "by"):
        if parser.takes(word):
            if not parser.is_identifier():
                raise malformed(f"Expected identifier for {word.upper()}-alias")
        elif word != "as" or not parser.is_identifier():
            continue
        parser.next()
        flaws.append((errors.ALIASING, None))


def _grouping(parser: Parser, flaws: list[Flaw]) -> None:
    if parser.takes("group"):
        parser.takes("partial")
        if not parser.takes("by"):
            raise malformed("Expected BY")
        flaws.append((errors.CLAUSE + "GROUP BY", None))
        parser.expression(SELECT)
        while parser.takes_mark(","):
            parser.expression(SELECT)
    if parser.takes("having"):
        flaws.append((errors.CLAUSE + "HAVING", None))
        parser.expression(SELECT)


def _orderings(parser: Parser) -> tuple[Ordering, ...]:
    if not parser.takes("by"):
        raise malformed("Expected BY")
    found: list[Ordering] = []
    while not found or parser.takes_mark(","):
        term = parser.expression(SELECT)
        is_descending = parser.takes("desc")
        if not is_descending:
            parser.takes("asc")
        found.append(Ordering(term, is_descending))
    return tuple(found)


def _insert(parser: Parser, place: Place) -> Expression:
    target = parser.path(is_simple=True)
    flaws: list[Flaw] = []
    if not parser.takes("value"):
        value = parser.expression()
        return Insert(place, target, value, (errors.UNSUPPORTED_OPERATION + "InsertOp", None))
    value = parser.expression()
    if parser.takes("at"):
        flaws.append((errors.INSERT_AT, place))
        parser.expression()
    if _returning(parser, flaws) is not None:
        flaws.insert(0, (errors.INSERT_RETURNING, None))
    return Insert(place, target, value, flaws[0] if flaws else None)


def _update(parser: Parser, place: Place) -> Expression:
    flaws: list[Flaw] = []
    target = parser.path(is_simple=True)
    _alias(parser, flaws)
    assignments = _changes(parser)
    where = parser.expression() if parser.takes("where") else None
    returning = _returning(parser, flaws)
    return Update(place, target, assignments, where, returning, flaws[0] if flaws else None)


def _from_first(parser: Parser, place: Place) -> Expression:
    """`FROM table WHERE ... SET ...`, the other order of an UPDATE (recorded: fromFirstUpdate.test.ts)."""
    flaws: list[Flaw] = []
    target = _source(parser, flaws)
    where = parser.expression() if parser.takes("where") else None
    assignments = _changes(parser)
    returning = _returning(parser, flaws)
    return Update(place, target, assignments, where, returning, flaws[0] if flaws else None)


def _changes(parser: Parser) -> tuple[Assignment, ...]:
    found: list[Assignment] = []
    while not found or parser.is_word(*_CHANGES):
        if parser.takes("set"):
            found.append(_assignment(parser))
            while parser.takes_mark(","):
                found.append(_assignment(parser))
        elif parser.takes("remove"):
            found.append(Assignment(parser.path(is_simple=True), None))
        else:
            raise malformed("Expected data manipulation")
    return tuple(found)


def _assignment(parser: Parser) -> Assignment:
    target = parser.path(is_simple=True)
    if not parser.takes("="):
        raise malformed("Expected '='")
    return Assignment(target, parser.expression())


def _delete(parser: Parser, place: Place) -> Expression:
    if not parser.takes("from"):
        raise malformed("Expected FROM after DELETE")
    flaws: list[Flaw] = []
    target = parser.path(is_simple=True)
    _alias(parser, flaws)
    where = parser.expression() if parser.takes("where") else None
    returning = _returning(parser, flaws)
    return Delete(place, target, where, returning, flaws[0] if flaws else None)


def _returning(parser: Parser, flaws: list[Flaw]) -> str | None:
    if not parser.takes("returning"):
        return None
    found: list[str] = []
    while not found or parser.takes_mark(","):
        token = parser.next()
        if token.kind != KEYWORD or token.text not in _RETURNED:
            raise malformed("Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.")
        found.append(token.text)
        if not parser.takes_mark("*"):
            parser.expression()
            flaws.append((errors.RETURNING_STAR, None))
    if len(found) > 1:
        flaws.append((errors.SEVERAL_RETURNING, None))
    return found[0]


def _create(parser: Parser, place: Place) -> Expression:
    if parser.takes("table"):
        _identifier(parser)
        return Other(place, "CreateTable", "CREATE")
    if not parser.takes("index"):
        raise malformed("Unexpected token following CREATE")
    if not parser.takes("on"):
        raise malformed("Expected ON")
    _identifier(parser)
    if not parser.takes_mark("("):
        raise malformed("Expected parenthesis for keys")
    parser.arguments(")")
    return Other(place, "CreateIndex", "CREATE")


def _drop(parser: Parser, place: Place) -> Expression:
    if parser.takes("table"):
        _identifier(parser)
        return Other(place, "DropTable", "DROP")
    if not parser.takes("index"):
        raise malformed("Unexpected token following DROP")
    _identifier(parser)
    if not parser.takes("on"):
        raise malformed("Expected ON")
    _identifier(parser)
    return Other(place, "DropIndex", "DROP")


def _identifier(parser: Parser) -> None:
    if not parser.is_identifier():
        raise malformed("Expected identifier!")
    parser.next()


def _values(parser: Parser, place: Place) -> Expression:
    if not parser.is_mark("("):
        raise malformed("Expected LEFT_PAREN for row value constructor")
    parser.expression()
    while parser.takes_mark(","):
        parser.expression()
    return Other(place, "Seq", "VALUES")


_STATEMENTS = {
    "select": _select,
    "insert_into": _insert,
    "update": _update,
    "delete": _delete,
    "from": _from_first,
    "values": _values,
    "create": _create,
    "drop": _drop,
}
