"""SELECT: what is read, page after page.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import NamedTuple

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.expressions import binding, key_use, nodes
from homeport.aws.dynamodb.expressions.documents.paths import find
from homeport.aws.dynamodb.expressions.lexer import ExpressionError
from homeport.aws.dynamodb.expressions.nodes import Node
from homeport.aws.dynamodb.expressions.placeholders import NONE
from homeport.aws.dynamodb.partiql import conditions, errors, paths, planning
from homeport.aws.dynamodb.partiql.errors import Refused
from homeport.aws.dynamodb.partiql.language.syntax import (
    Expression,
    Literal,
    Name,
    Ordering,
    Path,
    Select,
)
from homeport.aws.dynamodb.partiql.paths import Source
from homeport.aws.dynamodb.partiql.planning import Read
from homeport.aws.dynamodb.tables.model import Index, Table
from homeport.aws.dynamodb.values import keys
from homeport.aws.dynamodb.values.attribute import Item, Value
from homeport.aws.protocol.call import AwsError, Call


class Column(NamedTuple):
    """One attribute, or part of one, that is selected."""

    label: str
    path: nodes.Path


@dataclass(frozen=True, slots=True)
class Selection:
    """A SELECT, as far as it can be understood without its table."""

    source: Source
    columns: tuple[Column, ...] | None
    where: Node | None
    orderings: tuple[Ordering, ...]

    @property
    def paths(self) -> list[nodes.Path]:
        """Of the columns."""
        return [column.path for column in self.columns or ()]

    def project(self, item: Item) -> Item:
        """What is selected of an item."""
        if self.columns is None:
            return item
        found = {column.label: find(column.path.parts, item) for column in self.columns}
        return {label: value for label, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a SELECT reads of a table, in order."""

    table: Table
    index: Index | None
    reads: list[Read]
    is_forward: bool
    is_fetching: bool


def source(statement: Select) -> Source:
    """What a SELECT reads. Raises Refused, also for what is wrong with the statement as such."""
    if statement.flaw is not None:
        raise Refused(*statement.flaw)
    return paths.source(statement.source)


def selection(statement: Select, given: list[Value]) -> Selection:
    """Understands a SELECT. Raises Refused."""
    where = statement.where
    return Selection(
        source(statement),
        _columns(statement.columns),
        None if where is None else conditions.where(where, given),
        statement.orderings,
    )


def _columns(expressions: tuple[Expression, ...] | None) -> tuple[Column, ...] | None:
    if expressions is None:
        return None
    found: dict[str, Column] = {}
    for expression in expressions:
        path = paths.path(expression)
        label = _label(path)
        if label in found:
            raise Refused(errors.SAME_COLUMNS + label)
        found[label] = Column(label, path)
    columns = tuple(found.values())
    try:
        binding.paths(tuple([column.path for column in columns]), NONE)
    except ExpressionError as error:
        raise Refused(str(error)) from None
    return columns


def _label(path: nodes.Path) -> str:
    """The name of a column: its path from the last name on.

    https://github.com/floci-io/floci/pull/3798 ("SELECT a.b[0] answers b[0]")
    """
    label = ""
    for part in path.parts:
        label = part if isinstance(part, str) else f"{label}[{part}]"
    return label


def check_index(dynamodb: DynamoDb, call: Call, found: Source) -> None:
    """Raises Refused for an index that PartiQL cannot read, which AWS tells before most else (recorded)."""
    try:
        index = (
            None
            if found.index_name is None
            else dynamodb.tables.of(call, found.table).index(found.index_name)
        )
    except AwsError:
        return
    if index is not None and max(len(index.keys.partition), len(index.keys.sort)) > 1:
        raise Refused(errors.MULTIPLE_ATTRIBUTES)


def plan(table: Table, selected: Selection, *, is_consistent: bool) -> Plan:
    """What to read. Raises Refused and ValidationException."""
    index = _index(table, selected.source.index_name)
    if index is not None and not index.is_local and is_consistent:
        raise Refused(errors.CONSISTENT_ON_GSI)
    projected = None if index is None else index.projected(table)
    missing = _missing(selected, projected)
    if missing and index is not None and not index.is_local:
        raise Refused(errors.NOT_PROJECTED.format(index.name, ", ".join(missing)))
    key_use.check_paths(table, selected.where, *selected.paths)
    schema = table.keys if index is None else index.keys
    reads, is_keyed = planning.reads(table, schema, selected.where)
    if is_keyed and index is not None and projected is not None:
        _check_filter(selected.where, index, schema.names, projected)
    is_forward = True
    if selected.orderings:
        is_forward = _order(selected, reads, schema.names, is_keyed=is_keyed)
    return Plan(table, index, reads, is_forward, bool(missing))


def _index(table: Table, name: str | None) -> Index | None:
    if name is None:
        return None
    index = table.index(name)
    if index is None:
        raise Refused(errors.NO_INDEX)
    return index


def _missing(selected: Selection, projected: frozenset[str] | None) -> list[str]:
    """The columns that an index does not hold."""
    if projected is None or selected.columns is None:
        return []
    names = dict.fromkeys(str(column.path.parts[0]) for column in selected.columns)
    return [name for name in names if name not in projected]


def _check_filter(
    where: Node | None, index: Index, names: tuple[str, ...], projected: frozenset[str]
) -> None:
    """A read by key cannot filter by what the index does not hold; alternatives of different keys can (recorded)."""
    terms = where.terms if isinstance(where, nodes.And) else ()
    missing: dict[str, None] = {}
    for term in terms:
        roots = [str(path.parts[0]) for path in nodes.paths(term)]
        if not set(names).intersection(roots):
            missing.update(dict.fromkeys(root for root in roots if root not in projected))
    if missing:
        names_missing = ", ".join(sorted(missing, key=_slot))
        raise Refused(errors.FILTER_NOT_PROJECTED.format(index.name, names_missing))


def _slot(name: str) -> int:
    """Where a small java.util.HashMap, in whose order AWS names attributes (recorded), puts a name.

    https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/lang/String.html#hashCode()
    """
    value = 0
    for unit in memoryview(name.encode("utf-16-le", "surrogatepass")).cast("H"):
        value = (31 * value + unit) & 0xFFFFFFFF
    return (value ^ (value >> 16)) & 15


def _order(
    selected: Selection, reads: list[Read], names: tuple[str, ...], *, is_keyed: bool
) -> bool:
    """Puts the reads in the order of ORDER BY; returns whether each goes forward."""
    if selected.where is None:
        raise Refused(errors.ORDER_WITHOUT_WHERE)
    descending = {_ordered_by(each, names): each.is_descending for each in selected.orderings}
    if not is_keyed:
        raise Refused(errors.ORDER_WITHOUT_KEY)
    partition, sort = names[0], names[-1]
    # Without the sort key the order within a partition is the descending one (recorded).
    is_forward = sort != partition and not descending.get(sort, True)
    partitions = {_partition(read) for read in reads}
    if len(partitions) > 1 and partition not in descending:
        raise Refused(errors.ORDER_WITHOUT_HASH)
    if not is_forward:
        reads.reverse()
    reads.sort(key=_partition)
    if descending.get(partition):
        # Within a partition the order is that of the sort key.
        groups = [list(group) for _, group in itertools.groupby(reads, key=_partition)]
        reads[:] = itertools.chain.from_iterable(reversed(groups))
    return is_forward


def _partition(read: Read) -> bytes:
    """Bytes that sort as the partition keys of reads do."""
    return b"" if read.partition is None else keys.one(read.partition)


def _ordered_by(ordering: Ordering, names: tuple[str, ...]) -> str:
    term = ordering.term
    if not isinstance(term, Name):
        shown = f'"{term.text}"' if isinstance(term, Literal) else "PATH"
        raise Refused(
            errors.ORDER_TERM.format(shown if isinstance(term, Literal | Path) else "NARY")
        )
    if term.text not in names:
        raise Refused(errors.ORDER_BY.format(term.text))
    return term.text


def key_of_one(table: Table, selected: Selection, otherwise: str) -> Item:
    """The key of the one item that a SELECT among several statements reads.

    Raises Refused, with the message `otherwise` where it does not name one item of the table, or asks for more than the key.
    """
    key_use.check_paths(table, selected.where, *selected.paths)
    found = planning.exact_key(table, selected.where)
    if found is None or selected.source.index_name is not None:
        if selected.source.index_name is None:
            # Too many keys, or one twice, is told first (https://github.com/floci-io/floci/pull/3798).
            planning.check(table, selected.where)
        raise Refused(otherwise)
    return found
