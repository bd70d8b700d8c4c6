"""Deleting items, and moving them out of a table and into one."""

from __future__ import annotations

import csv
import io
import json

import pytest

from homeport.console.cloud.dynamodb import values

ITEMS = [
    {"id": {"S": "a"}, "at": {"N": "1"}, "city": {"S": "=cmd|'/C calc'!A0"}, "b": {"B": b"\x00"}},
    {
        "id": {"S": "b"},
        "at": {"N": "2"},
        "tags": {"NS": ["1", "2.5"]},
        "m": {"M": {"SS": {"S": "x"}}},
    },
    {
        "id": {"S": "c"},
        "at": {"N": "3"},
        "city": {"S": 'with "quotes",\nand lines'},
        "n": {"NULL": True},
    },
]


def fill(client, name, items=ITEMS):
    for item in items:
        client.put_item(TableName=name, Item=item)


def all_of(client, name):
    return sorted(client.scan(TableName=name)["Items"], key=lambda item: item["id"]["S"])


def keys(*items):
    return [values.encode_key({"id": item["id"], "at": item["at"]}) for item in items]


async def test_what_goes_is_named_first_and_then_goes(visitor, client, make):
    name = make()
    fill(client, name)
    action = f"/dynamodb/tables/{name}/items/delete"
    asked = await visitor.post(
        action, {"key": keys(*ITEMS[:2]), "back": f"/dynamodb/tables/{name}?page=25"}
    )
    assert asked.status == 200
    assert "Delete 2 items?" in asked.text
    assert "id = a, at = 1" in asked.text
    assert client.scan(TableName=name)["Count"] == 3
    form = next(each for each in asked.all("form") if each.attributes["action"] == action)
    given = [each.attributes["value"] for each in form.all("input", name="key")]
    page = await visitor.post(
        action, {"key": given, "sure": "yes", "back": f"/dynamodb/tables/{name}?page=25"}
    )
    assert page.location == f"/dynamodb/tables/{name}?page=25"
    assert "2 items were deleted." in (await visitor.follow(page)).said()
    assert [item["id"]["S"] for item in all_of(client, name)] == ["c"]


@pytest.mark.parametrize(
    "back", ["https://evil.test/", "//evil.test", "/dynamodb/tables/other?x=1"]
)
async def test_the_way_back_leads_nowhere_else(visitor, client, make, back):
    name = make(str(len(back)))
    fill(client, name)
    page = await visitor.post(
        f"/dynamodb/tables/{name}/items/delete",
        {"key": keys(ITEMS[0]), "sure": "yes", "back": back},
    )
    assert page.location == f"/dynamodb/tables/{name}"


async def test_nothing_ticked_is_said(visitor, make):
    page = await visitor.post(f"/dynamodb/tables/{make()}/items/delete", {})
    assert page.status == 400
    assert "No item was ticked." in page.text


async def test_300_items_go_in_batches(visitor, client, make):
    name = make()
    items = [{"id": {"S": f"k{at}"}, "at": {"N": "1"}} for at in range(120)]
    fill(client, name, items)
    action = f"/dynamodb/tables/{name}/items/delete"
    await visitor.post(action, {"key": keys(*items), "sure": "yes"})
    assert client.scan(TableName=name)["Count"] == 0


@pytest.mark.parametrize("form", ["lines", "json"])
async def test_an_export_is_what_an_import_takes(visitor, client, make, form):
    name, other = make(f"-{form}-a"), make(f"-{form}-b")
    fill(client, name)
    exported = await visitor.get(f"/dynamodb/tables/{name}/export?form={form}")
    assert exported.headers["content-disposition"].startswith("attachment; filename=")
    text = exported.body.decode()
    if form == "json":
        text = "\n".join(line.rstrip(",") for line in text.splitlines()[1:-1])
    page = await visitor.post(f"/dynamodb/tables/{other}/import", {"items": text})
    assert "3 items written." in (await visitor.follow(page)).said()
    assert all_of(client, other) == all_of(client, name)


async def test_csv_has_a_row_for_each_item_and_runs_no_formula(visitor, client, make):
    name = make()
    fill(client, name)
    exported = await visitor.get(f"/dynamodb/tables/{name}/export?form=csv")
    head, *rows = list(csv.reader(io.StringIO(exported.body.decode())))
    assert head[:3] == ["id", "at", "city"]
    by_id = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert by_id["a"]["city"] == "'=cmd|'/C calc'!A0"
    assert by_id["c"]["city"] == 'with "quotes",\nand lines'
    assert json.loads(by_id["b"]["tags"]) == {"NS": ["1", "2.5"]}
    assert by_id["a"]["b"] == "AA=="


async def test_an_export_has_what_the_page_asks_for(visitor, client, make):
    name = make()
    fill(client, name)
    exported = await visitor.get(
        f"/dynamodb/tables/{name}/export?form=lines&f=at&fop=gt&ftype=N&fv=1&fw=&by=scan"
    )
    assert len(exported.body.decode().splitlines()) == 2


@pytest.mark.parametrize(
    "line",
    [
        '{"id": "x", "at": 5}',
        '{"id": {"S": "x"}, "at": {"N": "5"}}',
        '{"Item": {"id": {"S": "x"}, "at": {"N": "5"}}}',
    ],
)
async def test_each_form_of_a_line_is_taken(visitor, client, make, line):
    name = make(str(len(line)))
    await visitor.post(f"/dynamodb/tables/{name}/import", {"items": f"\r\n{line}\r\n"})
    assert all_of(client, name) == [{"id": {"S": "x"}, "at": {"N": "5"}}]


async def test_wrong_lines_are_named_and_nothing_is_written(visitor, client, make):
    name = make()
    lines = ['{"id": "a", "at": 1}', '{"id": "b"}', "{", '{"id": "c", "at": 1, "s": {"SS": []}}']
    page = await visitor.post(f"/dynamodb/tables/{name}/import", {"items": "\n".join(lines)})
    assert page.status == 400
    said = page.find("div", class_="wrong").text
    assert "Line 2: The key needs at." in said
    assert "Line 3: This is not JSON" in said
    assert "Line 4: Attribute “s”" in said
    assert client.scan(TableName=name)["Count"] == 0
    assert page.find("textarea", name="items").raw == "\n".join(lines)


async def test_a_file_of_many_lines(visitor, client, make):
    name = make()
    lines = [json.dumps({"id": f"k{at}", "at": at % 7}) for at in range(3000)]
    body = ("\ufeff" + "\n".join([*lines, lines[0]])).encode()
    page = await visitor.put(f"/dynamodb/tables/{name}/import", body)
    assert page.headers["hx-redirect"] == f"/dynamodb/tables/{name}"
    assert client.scan(TableName=name, Select="COUNT")["Count"] == 3000


async def test_a_file_with_a_wrong_line(visitor, client, make):
    name = make()
    page = await visitor.put(f"/dynamodb/tables/{name}/import", b'{"id": "a", "at": 1}\n{"id": 1}')
    assert page.status == 400
    assert "Nothing was written. line 2: The key needs at." in page.text
    assert client.scan(TableName=name)["Count"] == 0


async def test_what_the_cloud_refuses_half_way_is_said(visitor, client, make):
    name = make()
    lines = [json.dumps({"id": f"k{at}", "at": 1}) for at in range(30)]
    text = "\n".join([*lines, '{"id": 7, "at": 1}'])
    page = await visitor.post(f"/dynamodb/tables/{name}/import", {"items": text})
    assert page.status == 400
    assert "After 25 items the local AWS refused" in page.text
