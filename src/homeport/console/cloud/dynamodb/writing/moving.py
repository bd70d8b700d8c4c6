"""Items out as a file, and in from JSON lines."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.dynamodb import table as its
from homeport.console.cloud.dynamodb import values
from homeport.console.cloud.dynamodb.finding import search as searches
from homeport.console.cloud.dynamodb.finding.search import Asked
from homeport.console.cloud.dynamodb.table import Table
from homeport.console.cloud.dynamodb.values import Item
from homeport.console.cloud.dynamodb.writing import deleting, plain
from homeport.console.rendering import filters
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

ITEMS = 10_000
"""Of a file that is made here; ExportTableToPointInTime writes whole tables to S3."""
BYTES = 16 * 2**20
"""Of items in a file, both ways: they stand in memory."""
ERRORS = 20
"""Lines that are named where they are wrong."""
FORMS = ("lines", "json", "csv")
_TYPES = {"lines": "application/x-ndjson", "json": "application/json", "csv": "text/csv"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A program for tables would compute what begins so: https://owasp.org/www-community/attacks/CSV_Injection"""


async def export(visit: Visit) -> http.Response:
    """What a page of items shows and what follows it, as a file."""
    table = await its.find(visit)
    search = searches.read(table, visit.query)
    if not search.can_run:
        raise Trouble("A query needs a partition key.", hint="Fill it in.")
    request = searches.asked(table, search)
    form = visit.query.choice("form", FORMS, "lines")
    items, is_whole = await visit.cloud.use("dynamodb", lambda client: _read(client, request))
    name = table.name if is_whole else f"{table.name}-first-{len(items)}"
    name += ".jsonl" if form == "lines" else f".{form}"
    headers = [
        ("Content-Type", f"{_TYPES[form]}; charset=utf-8"),
        # The name of a table needs no quoting: https://www.rfc-editor.org/rfc/rfc6266
        ("Content-Disposition", f'attachment; filename="{filters.segment(name)}"'),
    ]
    return http.Response(200, headers, written(table, items, form).encode())


def _read(client: Any, request: Asked) -> tuple[list[Item], bool]:
    call = client.query if request.operation == "Query" else client.scan
    items: list[Item] = []
    size, changes = 0, {"Limit": 1000}
    while True:
        answer = call(**request.boto(**changes))
        found = [values.from_boto(each) for each in answer["Items"]]
        items += found
        size += sum(map(values.size, found))
        last = answer.get("LastEvaluatedKey")
        if not last or len(items) >= ITEMS or size >= BYTES:
            return items[:ITEMS], not last and len(items) <= ITEMS
        changes["ExclusiveStartKey"] = values.from_boto(last)


def written(table: Table, items: list[Item], form: str) -> str:
    """A file of items."""
    if form == "lines":
        return "".join(f"{values.dump({'Item': item}, indent=None)}\n" for item in items)
    if form == "json":
        return f"[{','.join(chr(10) + plain.dump(item, indent=0) for item in items)}\n]\n"
    return _csv(table, items)


def _csv(table: Table, items: list[Item]) -> str:
    columns = values.columns(items, table.names, 1000)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(map(_cell, columns))
    for item in items:
        writer.writerow([_content(item[name]) if name in item else "" for name in columns])
    return out.getvalue()


def _content(value: dict[str, Any]) -> str:
    kind, content = next(iter(value.items()))
    if kind == "S":
        return _cell(content)
    if kind in {"N", "B"}:
        return str(content)
    if kind == "BOOL":
        return str(content).lower()
    text = plain.dump({"": value}, indent=0)
    return "" if kind == "NULL" else text[len('{"": ') : -1]


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


async def ask(visit: Visit) -> http.Response:
    """The form of an import."""
    table = await its.find(visit)
    return _page(visit, table)


class Line(NamedTuple):
    """A line that was not written, and why."""

    number: int
    why: str


def _page(
    visit: Visit, table: Table, text: str = "", wrong: list[Line] | None = None, more: int = 0
) -> http.Response:
    return visit.page(
        "cloud/dynamodb/import.html",
        status=400 if wrong else 200,
        **its.frame(table, "Import"),
        text=text,
        wrong=wrong or [],
        more=more,
        most=BYTES,
    )


async def take(visit: Visit) -> http.Response:
    """Writes the items of a form. Nothing is written where a line is wrong."""
    table = await its.find(visit)
    text = visit.form.text("items")
    read, wrong = items_of(table, text)
    if wrong:
        return _page(visit, table, text, wrong[:ERRORS], max(0, len(wrong) - ERRORS))
    if not read:
        raise Trouble("There is no line with an item.", hint="Write one item in each line.")
    await _write(visit, table, read)
    return visit.go(table.path, said=f"{filters.counted(len(read), 'item')} written.")


async def upload(visit: Visit) -> http.Response:
    """The same from a file, for a script: the answer is a sentence."""
    table = await its.find(visit)
    text = (await visit.request.body.read(BYTES)).decode("utf-8-sig", errors="replace")
    read, wrong = items_of(table, text)
    if wrong:
        lines = "; ".join(f"line {each.number}: {each.why}" for each in wrong[:3])
        more = f"; {len(wrong) - 3} further lines" if len(wrong) > 3 else ""
        raise Trouble(f"Nothing was written. {lines}{more}")
    if not read:
        raise Trouble("The file has no line with an item.")
    await _write(visit, table, read)
    return visit.go(table.path, said=f"{filters.counted(len(read), 'item')} written.")


async def _write(visit: Visit, table: Table, read: list[Item]) -> None:
    def work(client: Any) -> None:
        done = 0
        try:
            for batch in _batches(read):
                deleting.write(
                    client,
                    table.name,
                    [{"PutRequest": {"Item": values.to_boto(item)}} for item in batch],
                )
                done += len(batch)
        except client.exceptions.ClientError as error:
            said = error.response["Error"].get("Message", "")
            raise Trouble(
                f"After {filters.counted(done, 'item')} the local AWS refused one of the next {deleting.BATCH}: {said}",
                hint="What was written stays. Put it right and import again: the same items are written over.",
            ) from error

    await visit.cloud.use("dynamodb", work)


def _batches(read: list[Item]) -> Iterator[list[Item]]:
    at = iter(read)
    while batch := list(itertools.islice(at, deleting.BATCH)):
        yield batch


def items_of(table: Table, text: str) -> tuple[list[Item], list[Line]]:
    """The items of JSON lines: plain, DynamoDB JSON, or that in `{"Item": ...}` as an export has it.

    An item that stands twice counts as it stands last, as a batch must not name it twice.
    """
    found: dict[str, Item] = {}
    wrong = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            item = item_of(line)
            encoded = values.encode_key(table.key(item))
        except Trouble as trouble:
            wrong.append(Line(number, trouble.what))
        else:
            found.pop(encoded, None)
            found[encoded] = item
    return list(found.values()), wrong


def item_of(line: str) -> Item:
    """One line. Raises `Trouble`."""
    found = values.parse(line)
    if isinstance(found, dict) and list(found) == ["Item"] and is_typed(found["Item"]):
        return values.checked(found["Item"])
    if is_typed(found):
        return values.checked(found)
    return plain.load(line)


def is_typed(found: Any) -> bool:
    """Whether every attribute has the form of DynamoDB JSON."""
    return (
        isinstance(found, dict)
        and bool(found)
        and all(
            isinstance(each, dict) and len(each) == 1 and next(iter(each)) in values.KINDS
            for each in found.values()
        )
    )


ROWS = (
    Row("GET", "/dynamodb/tables/{table}/export", export, "cloud"),
    Row("GET", "/dynamodb/tables/{table}/import", ask, "cloud_write"),
    Row("POST", "/dynamodb/tables/{table}/import", take, "cloud_write"),
    Row("PUT", "/dynamodb/tables/{table}/import", upload, "cloud_write", body="raw"),
)
