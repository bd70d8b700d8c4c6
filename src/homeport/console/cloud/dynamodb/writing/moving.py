"""Items out as a file, and in from JSON lines or an array."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
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
from homeport.console.cloud.dynamodb.writing.keeping import Kept
from homeport.console.rendering import filters
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

ITEMS = 10_000
"""Of a file that is made here; ExportTableToPointInTime writes whole tables to S3."""
WRITTEN = 8 * 2**20
"""Bytes of DynamoDB JSON in a file that is made here: it stands in memory twice, beside a page of 1 MB of items, which may take 95."""
BYTES = 8 * 2**20
"""Of a file of items that is read: it stands in memory."""
ERRORS = 20
"""Lines that are named where they are wrong."""
FORMS = ("lines", "json", "csv")
_TYPES = {"lines": "application/x-ndjson", "json": "application/json", "csv": "text/csv"}
_MEMBER = json.JSONDecoder(parse_int=str, parse_float=str)
_SPACE = re.compile(r"[ \t\r\n]*")
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
    async with visit.cloud.alone:
        content, first = await visit.cloud.use(
            "dynamodb", lambda client: _file(client, table, request, form)
        )
    name = f"{table.name}-first-{first}" if first else table.name
    name += ".jsonl" if form == "lines" else f".{form}"
    headers = [
        ("Content-Type", f"{_TYPES[form]}; charset=utf-8"),
        # The name of a table needs no quoting: https://www.rfc-editor.org/rfc/rfc6266
        ("Content-Disposition", f'attachment; filename="{filters.segment(name)}"'),
    ]
    return http.Response(200, headers, content)


def _file(client: Any, table: Table, request: Asked, form: str) -> tuple[bytes, int]:
    """The file, and how many items it has where there are more; else 0. Takes its time: for a thread."""
    items, is_whole = _read(client, request)
    return written(table, items, form), 0 if is_whole else len(items)


def _read(client: Any, request: Asked) -> tuple[Kept, bool]:
    call = client.query if request.operation == "Query" else client.scan
    items, changes = Kept(), {"Limit": 1000}
    while True:
        answer = call(**request.boto(**changes))
        last = answer.get("LastEvaluatedKey")
        found = answer.pop("Items")
        while found and len(items) < ITEMS and items.size < WRITTEN:
            items.add(values.from_boto(found.pop(0)))
        if found or not last or len(items) >= ITEMS or items.size >= WRITTEN:
            return items, not found and not last
        changes["ExclusiveStartKey"] = values.from_boto(last)


def written(table: Table, items: Kept, form: str) -> bytes:
    """A file of items."""
    made = io.BytesIO()
    out = io.TextIOWrapper(made, encoding="utf-8", errors="replace", newline="", write_through=True)
    if form == "lines":
        out.writelines(f"{values.dump({'Item': item}, indent=None)}\n" for item in items)
    elif form == "json":
        for at, item in enumerate(items):
            out.write(f"{',' if at else '['}\n{plain.dump(item, indent=0)}")
        out.write("\n]\n" if len(items) else "[\n]\n")
    else:
        _csv(table, items, csv.writer(out))
    return made.getvalue()


def _csv(table: Table, items: Kept, writer: Any) -> None:
    columns = values.columns(items, table.names, 1000)
    writer.writerow(map(_cell, columns))
    for item in items:
        writer.writerow([_content(item[name]) if name in item else "" for name in columns])


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
    what: str = "line"
    """`item` where it is one of an array."""


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
    read, wrong, more = items_of(table, text)
    if wrong:
        return _page(visit, table, text, wrong, more)
    if not read:
        raise Trouble("There is no line with an item.", hint="Write one item in each line.")
    await _write(visit, table, read)
    return visit.go(table.path, said=f"{filters.counted(len(read), 'item')} written.")


async def upload(visit: Visit) -> http.Response:
    """The same from a file, for a script: the answer is a sentence."""
    table = await its.find(visit)
    try:
        text = (await visit.request.body.read(BYTES)).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Trouble(
            "The file is not UTF-8.", hint="Nothing was written. Save it as UTF-8."
        ) from error
    read, wrong, further = items_of(table, text)
    if wrong:
        further += len(wrong[3:])
        lines = "; ".join(f"{each.what} {each.number}: {each.why}" for each in wrong[:3])
        more = f"; {filters.counted(further, 'further one')}" if further else ""
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


def items_of(table: Table, text: str) -> tuple[list[Item], list[Line], int]:
    """The items of JSON lines, or of an array: plain, DynamoDB JSON, or that in `{"Item": ...}` as an export has it.

    An item that stands twice counts as it stands last, as a batch must not name it twice. With them the first lines that
    are wrong, and how many there are further: a file may be nothing but those.
    """
    found: dict[str, Item] = {}
    wrong: list[Line] = []
    more = 0
    is_array = text.lstrip("\ufeff \t\r\n").startswith("[")
    for number, part in _members(text) if is_array else _lines(text):
        try:
            item = item_of(part)
            encoded = values.encode_key(table.key(item))
        except Trouble as trouble:
            if len(wrong) < ERRORS:
                wrong.append(Line(number, trouble.what, "item" if is_array else "line"))
            else:
                more += 1
        else:
            found.pop(encoded, None)
            found[encoded] = item
    return list(found.values()), wrong, more


class _Part(NamedTuple):
    """What is to be an item, parsed twice: DynamoDB JSON tells numbers from texts, plain JSON keeps their digits."""

    typed: Any
    plain: Any


def _parsed(text: str) -> _Part | Trouble:
    try:
        return _Part(values.parse(text), plain.parse(text))
    except Trouble as trouble:
        return trouble


def _lines(text: str) -> Iterator[tuple[int, _Part | Trouble]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, _parsed(line)


def _members(text: str) -> Iterator[tuple[int, _Part | Trouble]]:
    """The members of an array one by one, as all of them at once take many times the room of their text."""
    number, at = 1, _behind(text, text.index("[") + 1)
    is_open = text[at : at + 1] != "]"
    while is_open:
        try:
            _, end = _MEMBER.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        yield number, _parsed(text[at:end])
        number, at = number + 1, _behind(text, end)
        is_open = text[at : at + 1] == ","
        at = _behind(text, at + 1) if is_open else at
    if is_open or text[at:].strip() != "]":
        line = text.count("\n", 0, at) + 1
        yield number, Trouble(f"This is not JSON: the array is damaged in line {line}.")


def _behind(text: str, at: int) -> int:
    """The place behind the white space that stands at a place."""
    match = _SPACE.match(text, at)
    return match.end() if match else at


def item_of(part: _Part | Trouble) -> Item:
    """The item of a line or of a member of an array. Raises `Trouble`."""
    if isinstance(part, Trouble):
        raise part
    found = part.typed
    if isinstance(found, dict) and list(found) == ["Item"] and is_typed(found["Item"]):
        return values.checked(found["Item"])
    return values.checked(found) if is_typed(found) else plain.read(part.plain)


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
