"""Big, deep and many: what somebody sends or has stored costs the console little, and nobody else their session.

A process that takes more memory than `ui.memory` is started anew, and all sessions end with it.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import zipfile

import pytest

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.dynamodb import values
from homeport.console.cloud.dynamodb.finding.search import Asked
from homeport.console.cloud.dynamodb.writing import moving
from homeport.console.cloud.messaging import bodies


class Counted(str):
    """A text that counts how often it is compared."""

    __slots__ = ()
    compared = 0

    def __eq__(self, other):
        Counted.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def test_a_name_that_stands_twice_is_found_at_once():
    """An item of 2 MiB has 200,000 names: each compared with each, the console stands still for hours."""
    many = 2000
    pairs = [(Counted(f"n{number}"), 1) for number in range(many)]
    Counted.compared = 0
    with pytest.raises(Trouble, match="“n1999” stands twice"):
        values._unique([*pairs, (Counted(f"n{many - 1}"), 2)])
    assert Counted.compared < 10 * many


def test_a_message_is_not_blown_up_by_its_indents():
    """Ten of these, received at once, made a page of 130 MB."""
    body = "[" * 100 + ",".join(["1"] * 32_000) + "]" * 100
    found = bodies.shown(body)
    assert (found.text, found.kind, found.is_cut) == (body, "JSON", False)
    assert len(bodies.indented(body)) < 2 * bodies.INDENTED
    usual = "[" + ",".join(["1"] * 20_000) + "]"
    assert bodies.shown(usual).text.count("\n") == 20_001


def _wide(number):
    return {"id": {"S": str(number)}, **{f"a{at}": {"NULL": True} for at in range(5000)}}


def test_a_file_of_wide_items_ends_by_its_bytes_in_memory():
    """Attributes of few bytes are many in what DynamoDB counts as 16 MiB: a file of them took 500 MiB of memory."""
    pages = iter(range(100))

    class Client:
        def scan(self, **asked):
            page = next(pages)
            items = [_wide(5 * page + at) for at in range(5)]
            return {"Items": items, "LastEvaluatedKey": {"id": {"S": "x"}}}

    items, is_whole = moving._read(Client(), Asked("Scan", {}, (), ()))
    assert not is_whole
    assert moving.WRITTEN <= items.size < moving.WRITTEN + 200_000
    found = moving.written(None, items, "lines").decode().splitlines()
    assert len(found) == len(items)
    assert json.loads(found[7]) == {"Item": _wide(7)}


def test_names_of_attributes_are_counted_up_to_a_bound():
    items = ({f"a{item}-{at}": {"N": "1"} for at in range(5000)} for item in range(10))
    assert len(values.columns(items, ["id"], 10**6)) == values.NAMED


async def test_files_of_items_are_made_one_after_the_other(visitor, standing, monkeypatch):
    name = "one-file-at-a-time"
    standing.table(name)
    under_way, most = [0], [0]
    make = moving._file

    def watched(*given):
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        try:
            return make(*given)
        finally:
            under_way[0] -= 1

    monkeypatch.setattr(moving, "_file", watched)
    address = f"/dynamodb/tables/{name}/export"
    answers = await asyncio.gather(*(visitor.send("GET", address) for _ in range(6)))
    assert [each.status for each in answers] == [200] * 6
    assert most == [1]


async def test_a_package_is_passed_on_in_pieces(visitor, standing):
    """Whole, eight of 30 MiB at once took 600 MiB of memory."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("handler.py", "def handler(event, context):\n    return event\n")
        made.writestr("big", os.urandom(3 * 2**20))
    standing.client("lambda").create_function(
        FunctionName="in-pieces",
        Runtime="python3.11",
        Role="arn:aws:iam::000000000000:role/any",
        Handler="handler.handler",
        Code={"ZipFile": packed.getvalue()},
    )
    answer = await visitor.send("GET", "/lambda/functions/in-pieces/package")
    pieces = [piece async for piece in answer.body]
    assert len(pieces) > 3
    assert b"".join(pieces) == packed.getvalue()
