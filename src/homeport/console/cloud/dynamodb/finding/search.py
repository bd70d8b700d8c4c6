"""What a page of items asks for: read from its address, turned into the request of a Query or Scan.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.dynamodb import values
from homeport.console.cloud.dynamodb.finding import expressions
from homeport.console.cloud.dynamodb.finding.expressions import Condition, Expressions
from homeport.console.cloud.dynamodb.table import Index, Table
from homeport.console.cloud.dynamodb.values import Item
from homeport.console.visit import Fields

FILTERS = 20
PAGES = (25, 50, 100, 300)
PAGE = 50


@dataclass(frozen=True)
class Line:
    """A line of the filter as it was filled in."""

    path: str = ""
    operator: str = "eq"
    kind: str = "S"
    first: str = ""
    second: str = ""


@dataclass(frozen=True)
class Search:
    """A whole form, filled in; nothing of it is checked but its choices."""

    index: Index
    is_query: bool = False
    partition: str = ""
    operator: str = ""
    first: str = ""
    second: str = ""
    lines: tuple[Line, ...] = ()
    shown: str = ""
    is_descending: bool = False
    is_consistent: bool = False
    page: int = PAGE
    start: str = ""

    @property
    def can_run(self) -> bool:
        """A query needs its partition key."""
        return not self.is_query or bool(self.partition)


def read(table: Table, query: Fields) -> Search:
    """The form of an address."""
    page = query.number("page", PAGE, 1, PAGES[-1])
    return Search(
        index=table.index(query.text("index")),
        is_query=query.text("by") == "query",
        partition=query.text("pk"),
        operator=query.choice("op", expressions.KEY_OPERATORS, ""),
        first=query.text("sk"),
        second=query.text("sk2"),
        lines=_lines(query),
        shown=query.text("show"),
        is_descending=query.text("order") == "desc",
        is_consistent=query.has("consistent"),
        page=page,
        start=query.text("start"),
    )


def _lines(query: Fields) -> tuple[Line, ...]:
    names = ("f", "fop", "ftype", "fv", "fw")
    columns = [query.all(name) for name in names]
    made = []
    for at, path in enumerate(columns[0][:FILTERS]):
        _, operator, kind, first, second = (
            column[at] if at < len(column) else "" for column in columns
        )
        if not path:
            continue
        operator = operator if operator in expressions.OPERATORS else "eq"
        made.append(Line(path, operator, kind if kind in values.KINDS else "S", first, second))
    return tuple(made)


def address(search: Search, start: str | None = None) -> list[tuple[str, str]]:
    """The fields of the address of a search, without those that say nothing."""
    pairs = [
        ("by", "query" if search.is_query else ""),
        ("index", search.index.name),
        ("pk", search.partition if search.is_query else ""),
        ("op", search.operator if search.is_query else ""),
        ("sk", search.first if search.is_query else ""),
        ("sk2", search.second if search.is_query else ""),
    ]
    for line in search.lines:
        pairs += [("f", line.path), ("fop", line.operator), ("ftype", line.kind)]
        pairs += [("fv", line.first), ("fw", line.second)]
    pairs += [
        ("show", search.shown),
        ("order", "desc" if search.is_descending else ""),
        ("consistent", "1" if search.is_consistent else ""),
        ("page", "" if search.page == PAGE else str(search.page)),
        ("start", search.start if start is None else start),
    ]
    repeated = {"f", "fop", "ftype", "fv", "fw"}
    return [(name, value) for name, value in pairs if value or name in repeated]


@dataclass(frozen=True)
class Asked:
    """A request that can be sent: the operation, its members in the form of the wire, and what it was made of."""

    operation: str
    members: dict[str, Any]
    key: tuple[Condition, ...]
    filters: tuple[Condition, ...]

    def boto(self, **changes: Any) -> dict[str, Any]:
        """For botocore."""
        whole = {**self.members, **changes}
        for name in ("ExpressionAttributeValues", "ExclusiveStartKey"):
            if name in whole:
                whole[name] = values.to_boto(whole[name])
        return whole


def asked(table: Table, search: Search) -> Asked:
    """The request of a search. Raises `Trouble` where a value is not of its type."""
    into = Expressions()
    members: dict[str, Any] = {"TableName": table.name}
    if search.index.name:
        members["IndexName"] = search.index.name
    key = _key_conditions(search) if search.is_query else ()
    if key:
        members["KeyConditionExpression"] = " AND ".join(each.written(into) for each in key)
        members["ScanIndexForward"] = not search.is_descending
    filters = tuple(_condition(line) for line in search.lines)
    if filters:
        members["FilterExpression"] = " AND ".join(each.written(into) for each in filters)
    if search.shown.strip():
        members["ProjectionExpression"] = _projection(table, search, into)
    if search.is_consistent:
        members["ConsistentRead"] = True
    members["Limit"] = search.page
    members["ReturnConsumedCapacity"] = "TOTAL"
    if search.start:
        members["ExclusiveStartKey"] = values.decode_key(search.start)
    if into.names:
        members["ExpressionAttributeNames"] = into.names
    if into.values:
        members["ExpressionAttributeValues"] = into.values
    return Asked("Query" if search.is_query else "Scan", members, key, filters)


def _condition(line: Line) -> Condition:
    return expressions.condition(line.path, line.operator, line.kind, line.first, line.second)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _key_conditions(search: Search) -> tuple[Condition, ...]:
    partition, *rest = search.index.keys
    made = [
        expressions.condition(_quoted(partition.name), "eq", partition.kind, search.partition, "")
    ]
    is_bounded = search.first or (search.operator == "between" and search.second)
    if rest and search.operator and is_bounded:
        if search.operator not in expressions.key_operators(rest[0]):
            raise Trouble(f"{rest[0].name} is a number: it has no beginning to compare.")
        made.append(
            expressions.condition(
                _quoted(rest[0].name), search.operator, rest[0].kind, search.first, search.second
            )
        )
    return tuple(made)


def _projection(table: Table, search: Search, into: Expressions) -> str:
    """What is wanted, and the keys, by which the rows have their links and pages their next one."""
    wanted = [text.strip() for text in search.shown.split(",") if text.strip()]
    keys = dict.fromkeys([*table.names, *(key.name for key in search.index.keys)])
    # A path and what it leads through must not both be named: "Two document paths overlap".
    wanted = [text for text in wanted if expressions.steps(text)[0][0] not in keys]
    return ", ".join([*map(into.path, wanted), *map(into.name, keys)])


def next_key(table: Table, search: Search, item: Item) -> Item:
    """Where a page that ends with an item goes on."""
    names = dict.fromkeys([*table.names, *(key.name for key in search.index.keys)])
    return {name: item[name] for name in names}
