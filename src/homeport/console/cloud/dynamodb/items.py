"""The items of a table, found by a Query or Scan that the address tells."""

from __future__ import annotations

import urllib.parse
from typing import Any, NamedTuple

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.dynamodb import table as its
from homeport.console.cloud.dynamodb import tables, values
from homeport.console.cloud.dynamodb.finding import expressions, running, snippets
from homeport.console.cloud.dynamodb.finding import search as searches
from homeport.console.cloud.dynamodb.finding.running import Found
from homeport.console.cloud.dynamodb.finding.search import Asked, Line, Search
from homeport.console.cloud.dynamodb.table import Table
from homeport.console.cloud.dynamodb.values import Item
from homeport.console.routing import Row as Page
from homeport.console.visit import Visit
from homeport.edge import http

COLUMNS = 8
BLANK = 1
"""Lines of the filter that stand ready."""


class Row(NamedTuple):
    """An item in the table."""

    key: str
    """For addresses."""
    named: str
    """What it is called in words."""
    cells: list[tuple[str, str]]
    """The type and the short text of each column; empty where it has none."""
    rest: int
    """Attributes that no column shows."""


async def show(visit: Visit) -> http.Response:
    """The form, and what it finds."""
    table = await its.find(visit)
    search = searches.read(table, visit.query)
    request, found, wrong = None, Found(), None
    try:
        if search.can_run:
            request = searches.asked(table, search)
            found = await running.run(visit, table, search, request)
    except Trouble as trouble:
        wrong = trouble
    columns = values.columns(found.items, table.names, COLUMNS)
    return visit.page(
        "cloud/dynamodb/items.html",
        status=wrong.status if wrong else 200,
        part="found",
        **its.frame(table, "Items"),
        **_form(search),
        **_links(table, search, found),
        search=search,
        found=found,
        has_run=request is not None and wrong is None,
        wrong=wrong,
        columns=[(name, _is_number(found.items, name)) for name in columns],
        rows=[row(table, item, columns) for item in found.items],
        code=_code(visit, request) if request and not wrong else [],
    )


def _is_number(items: list[Item], name: str) -> bool:
    return all("N" in item[name] for item in items if name in item)


def row(table: Table, item: Item, columns: list[str]) -> Row:
    """An item as a row."""
    key = table.key(item)
    cells = [
        (next(iter(item[name])), values.show(item[name])) if name in item else ("", "")
        for name in columns
    ]
    rest = len(item) - sum(name in item for name in columns)
    return Row(values.encode_key(key), named(key), cells, rest)


def named(key: Item) -> str:
    """What an item is called: its key."""
    return ", ".join(f"{name} = {values.show(value)}" for name, value in key.items())


def _form(search: Search) -> dict[str, Any]:
    key = search.index.keys
    return {
        "operators": [(name, each.text) for name, each in expressions.OPERATORS.items()],
        "key_operators": [
            (name, expressions.OPERATORS[name].text)
            for name in (expressions.key_operators(key[1]) if len(key) > 1 else ())
        ],
        "kinds": list(values.NAMES.items()),
        "lines": [*search.lines, *[Line()] * BLANK],
        "pages": searches.PAGES,
    }


def _links(table: Table, search: Search, found: Found) -> dict[str, Any]:
    def link(start: str, end: str = "", **extra: str) -> str:
        pairs = [*searches.address(search, start), *extra.items()]
        text = urllib.parse.urlencode(pairs)
        return f"{table.path}{end}?{text}" if text else f"{table.path}{end}"

    return {
        "first_page": link("") if search.start else "",
        "next_page": link(found.next) if found.next else "",
        "exports": [
            (text, link(search.start, "/export", form=form))
            for form, text in (
                ("lines", "DynamoDB JSON lines"),
                ("json", "Plain JSON"),
                ("csv", "CSV"),
            )
        ],
        "here": link(search.start),
    }


def _code(visit: Visit, request: Asked) -> list[tuple[str, str]]:
    url, region = tables.endpoint(visit), visit.cloud.scope.region
    made = [
        ("AWS CLI", snippets.cli(request, url, region)),
        ("boto3", snippets.boto3(request, url, region)),
    ]
    statement = snippets.partiql(request)
    return [*made, ("PartiQL", statement)] if statement else made


ROWS = (Page("GET", "/dynamodb/tables/{table}", show, "cloud"),)
