"""Document paths of PartiQL, and the names of tables and indexes.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
"""

from __future__ import annotations

import re
from typing import NamedTuple

from homeport.aws.dynamodb.expressions import nodes
from homeport.aws.dynamodb.partiql import errors
from homeport.aws.dynamodb.partiql.errors import Refused
from homeport.aws.dynamodb.partiql.language.syntax import Expression, Literal, Name, Path, Step

_TABLE = re.compile(r"[A-Za-z0-9_.-]{3,255}")
_INDEXES = range(2**31)
_INDEX = re.compile(r"-?[0-9]+")


class Source(NamedTuple):
    """What a statement reads or changes."""

    table: str
    index_name: str | None


def path(expression: Expression) -> nodes.Path:
    """The path of a name, or of a name and steps. Raises Refused for all else."""
    if isinstance(expression, Name):
        return nodes.Path((_named(expression.text),))
    if isinstance(expression, Path) and isinstance(expression.root, Name):
        root = _named(expression.root.text)
        return nodes.Path((root, *[_part(step) for step in expression.steps]))
    raise Refused(errors.PATH_COMPONENT, expression.place)


def _part(step: Step) -> nodes.Part:
    if step.name is not None:
        return _named(step.name)
    index = step.index
    if index is None:
        raise Refused(errors.HIERARCHY)
    if isinstance(index, Literal) and index.kind == "string":
        return _named(index.text)
    if not isinstance(index, Literal) or not _INDEX.fullmatch(index.text):
        raise Refused(errors.PATH_COMPONENT, index.place)
    if len(index.text) > 10 or int(index.text) not in _INDEXES:
        raise Refused(errors.LIST_INDEX.format(index.text), index.place)
    return int(index.text)


def _named(text: str) -> str:
    if not text:
        raise Refused(errors.EMPTY_COMPONENT)
    return text


def source(expression: Expression) -> Source:
    """The table, and the index of it where one is named, that a SELECT, UPDATE or DELETE is for."""
    if isinstance(expression, Name):
        return Source(_table(expression.text), None)
    if not isinstance(expression, Path) or not isinstance(expression.root, Name):
        raise Refused(errors.SOURCE)
    table = _table(expression.root.text)
    if len(expression.steps) > 1:
        raise Refused(errors.SOURCE_PATH)
    name = expression.steps[0].name
    if name is None:
        raise Refused(errors.SOURCE)
    return Source(table, _named(name))


def target(expression: Expression) -> str:
    """The table of an INSERT."""
    if not isinstance(expression, Name):
        place = expression.place
        raise Refused(errors.DML_SOURCE, place)
    return _table(expression.text)


def _table(text: str) -> str:
    """A name or an ARN, which is looked up where the account is known."""
    _named(text)
    if not _TABLE.fullmatch(text) and not text.startswith("arn:"):
        raise Refused(errors.TABLE_NAME)
    return text
