"""SELECT: what is read, page after page.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
"""

from __future__ import annotations

import asyncio
import binascii
import hashlib
import itertools
import json
from base64 import b64decode, b64encode
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, NamedTuple

from homeport.aws.dynamodb import limits
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.expressions import binding, nodes
from homeport.aws.dynamodb.expressions.documents.paths import find
from homeport.aws.dynamodb.expressions.lexer import ExpressionError
from homeport.aws.dynamodb.expressions.nodes import Node
from homeport.aws.dynamodb.expressions.placeholders import NONE
from homeport.aws.dynamodb.items import capacity, key_paths
from homeport.aws.dynamodb.partiql import conditions, errors, paths, planning
from homeport.aws.dynamodb.partiql.errors import Refused
from homeport.aws.dynamodb.partiql.paths import Source
from homeport.aws.dynamodb.partiql.planning import Read
from homeport.aws.dynamodb.partiql.syntax import Expression, Literal, Name, Ordering, Path, Select
from homeport.aws.dynamodb.reading import page as pages
from homeport.aws.dynamodb.reading.page import Page, Reading
from homeport.aws.dynamodb.reading.ranges import Range
from homeport.aws.dynamodb.store.rows import Key
from homeport.aws.dynamodb.tables.model import Index, Table
from homeport.aws.dynamodb.values import attribute, keys, text
from homeport.aws.dynamodb.values.attribute import Item, Value
from homeport.aws.protocol.call import AwsError, Call, Output, Params, Result
from homeport.aws.protocol.values.json_writer import dump


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
    key_paths.check(table, (selected.where, *selected.paths))
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
        roots = [str(path.parts[0]) for path in planning.paths_of(term)]
        if not set(names).intersection(roots):
            missing.update(dict.fromkeys(root for root in roots if root not in projected))
    if missing:
        raise Refused(errors.FILTER_NOT_PROJECTED.format(index.name, ", ".join(missing)))


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
    is_forward = not (sort != partition and descending.get(sort, False))
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


def execute(
    dynamodb: DynamoDb, call: Call, selected: Selection, params: Params
) -> Result | Awaitable[Result]:
    """Reads one page of a SELECT."""
    table = dynamodb.tables.of(call, selected.source.table)
    is_consistent = bool(params.get("ConsistentRead"))
    planned = plan(table, selected, is_consistent=is_consistent)
    walk = _Walk(dynamodb, selected, planned, params, _digest(call, params))
    walk.start(params.get("NextToken"))
    page = walk.next()
    if isinstance(page, Page) and walk.takes(page):
        return walk.answer()
    return walk.finish(page)


def _digest(call: Call, params: Params) -> str:
    """What a token is good for: the same statement with the same parameters, in the same account and region."""
    parts = [call.account, call.region, params["Statement"], params.get("Parameters")]
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()


class _Walk:
    """Reads the ranges of a plan one after the other, up to a limit or about 1 MB."""

    def __init__(
        self, dynamodb: DynamoDb, selected: Selection, planned: Plan, params: Params, digest: str
    ) -> None:
        self._dynamodb = dynamodb
        self._selected = selected
        self._plan = planned
        self._params = params
        self._digest = digest
        self._at = 0
        self._behind: Key | None = None
        self._limit: int | None = params.get("Limit")
        self._texts: list[bytes] = []
        self._size = 0
        self._units = 0.0
        self._index_units = 0.0
        self._last: Item | None = None

    def start(self, token: str | None) -> None:
        """Goes to where a token tells. Raises Refused."""
        if token is None:
            return
        try:
            digest, at, key = json.loads(b64decode(token, validate=True))
        except (binascii.Error, UnicodeDecodeError, ValueError, TypeError, RecursionError):
            raise Refused(errors.NEXT_INVALID) from None
        if digest != self._digest:
            raise Refused(errors.NEXT_OTHER)
        if not isinstance(at, int) or not 0 <= at < len(self._plan.reads):
            raise Refused(errors.NEXT_INVALID)
        self._at = at
        if key is not None:
            self._behind = self._located(key)

    def _located(self, key: Any) -> Key:
        plan = self._plan
        try:
            found = pages.key_of(plan.table, plan.index, attribute.item(key))
        except (AwsError, KeyError, ValueError):
            raise Refused(errors.NEXT_INVALID) from None
        if not plan.reads[self._at].rows.holds(found):
            raise Refused(errors.NEXT_INVALID)
        return found

    def next(self) -> Page | Awaitable[Page]:
        """Reads the current range, or what is left of it."""
        plan = self._plan
        if not plan.reads:
            return Page([], 0, 0, None, 0.0, {})
        read = plan.reads[self._at]
        rows = read.rows
        if self._behind is not None:
            if isinstance(rows, Range):
                rows = rows.after(self._behind, is_forward=plan.is_forward)
            else:
                rows = rows.after(self._behind)
            self._behind = None
        reading = Reading(
            plan.table,
            rows,
            index=plan.index,
            is_forward=plan.is_forward,
            limit=self._limit,
            filter=read.filter,
            is_fetching=plan.is_fetching,
            is_consistent=bool(self._params.get("ConsistentRead")),
        )
        return pages.read(self._dynamodb, reading)

    def takes(self, page: Page) -> bool:
        """Takes what was read in, and tells whether that is all for this answer."""
        self._texts += page.texts
        self._size += sum(map(len, page.texts))
        self._units += page.units
        self._index_units += sum(page.index_units.values())
        self._last = page.last_key
        if page.last_key is not None:
            return True
        self._at += 1
        if self._limit is not None:
            self._limit -= page.scanned_count
        return self._at >= len(self._plan.reads) or self._size >= limits.MIB

    async def finish(self, page: Page | Awaitable[Page]) -> Output:
        """Reads on to the end of the answer, behind a page that was taken or is still to come. Others have their turn in between."""
        if not isinstance(page, Page) and self.takes(await page):
            return self.answer()
        while True:
            await asyncio.sleep(0)
            page = self.next()
            if self.takes(page if isinstance(page, Page) else await page):
                return self.answer()

    def answer(self) -> Output:
        """The answer with what was read."""
        selected = self._selected
        texts = self._texts
        if selected.columns is not None:
            texts = [text.dump(selected.project(text.load(one))) for one in texts]
        pieces = [b'"Items":[' + b",".join(texts) + b"]"]
        if self._at < len(self._plan.reads):
            token = b64encode(json.dumps([self._digest, self._at, self._last]).encode())
            pieces.append(b'"NextToken":"' + token + b'"')
            if self._last is not None:
                pieces.append(b'"LastEvaluatedKey":' + text.dump(self._last))
        consumed = self._consumed()
        if consumed is not None:
            pieces.append(b'"ConsumedCapacity":' + dump(consumed))
        return Output(json=b"{" + b",".join(pieces) + b"}")

    def _consumed(self) -> Params | None:
        plan = self._plan
        indexes = {} if plan.index is None else {plan.index.name: self._index_units}
        mode = self._params.get("ReturnConsumedCapacity")
        return capacity.consumed(mode, plan.table, self._units, indexes)


def key_of_one(table: Table, selected: Selection, otherwise: str) -> Item:
    """The key of the one item that a SELECT among several statements reads.

    Raises Refused, with the message `otherwise` where it does not name one item of the table, or asks for more than the key.
    """
    key_paths.check(table, (selected.where, *selected.paths))
    found = planning.exact_key(table, selected.where)
    if found is None or selected.source.index_name is not None:
        if selected.source.index_name is None:
            # Too many keys, or one twice, is told first (https://github.com/floci-io/floci/pull/3798).
            planning.check(table, selected.where)
        raise Refused(otherwise)
    return found
