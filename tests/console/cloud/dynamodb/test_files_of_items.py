"""Files of items, out and in: each type, quotes and lines, pages, and files that are damaged."""

from __future__ import annotations

import csv
import io
import json

import pytest

from homeport.console.cloud.dynamodb import table as its
from homeport.console.cloud.dynamodb.finding.search import Asked
from homeport.console.cloud.dynamodb.writing import moving
from homeport.console.cloud.dynamodb.writing.keeping import Kept

TABLE = its.read(
    {
        "TableName": "orders",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    }
)


def fill(client, name, number):
    for at in range(number):
        client.put_item(TableName=name, Item={"id": {"S": "k"}, "at": {"N": str(at)}})


def written(items, form):
    kept = Kept()
    for item in items:
        kept.add(item)
    return moving.written(TABLE, kept, form).decode()


def read_csv(items):
    return list(csv.reader(io.StringIO(written(items, "csv"), newline="")))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ({"S": "plain"}, "plain"),
        ({"S": ""}, ""),
        ({"S": 'a "quoted", one\r\nand\nlines\t'}, 'a "quoted", one\r\nand\nlines\t'),
        ({"N": "-1.5"}, "-1.5"),
        ({"B": "AP8="}, "AP8="),
        ({"BOOL": True}, "true"),
        ({"BOOL": False}, "false"),
        ({"NULL": True}, ""),
        ({"SS": ["a", 'b"']}, '{"SS": ["a", "b\\""]}'),
        ({"NS": ["1", "2"]}, '{"NS": ["1", "2"]}'),
        ({"BS": ["AP8="]}, '{"BS": ["AP8="]}'),
        ({"L": [{"N": "1"}, {"S": "x"}]}, '[1, "x"]'),
        ({"M": {"a": {"L": []}}}, '{"a": []}'),
        ({"S": "=1+1"}, "'=1+1"),
        ({"S": "+1"}, "'+1"),
        ({"S": "-1"}, "'-1"),
        ({"S": "@SUM(A1)"}, "'@SUM(A1)"),
        ({"S": "\t=1"}, "'\t=1"),
        ({"S": "\r=1"}, "'\r=1"),
    ],
)
def test_a_cell_of_each_type(value, cell):
    head, row = read_csv([{"id": {"S": "a"}, "v": value}])
    assert (head, row) == (["id", "v"], ["a", cell])


def test_a_column_that_would_be_a_formula_is_a_text():
    head, *_ = read_csv([{"id": {"S": "a"}, "=cmd()": {"S": "x"}}])
    assert head == ["id", "'=cmd()"]


def test_an_attribute_that_an_item_has_not_is_an_empty_cell():
    rows = read_csv([{"id": {"S": "a"}, "x": {"N": "1"}}, {"id": {"S": "b"}, "y": {"N": "2"}}])
    assert rows == [["id", "x", "y"], ["a", "1", ""], ["b", "", "2"]]


def test_no_item_is_still_a_file():
    assert json.loads(written([], "json")) == []
    assert written([], "lines") == ""
    assert read_csv([]) == [["id"]]


def test_plain_json_is_an_array_and_keeps_all_digits():
    item = {"id": {"S": "ä\n"}, "n": {"N": "12345678901234567890123456789012345678"}}
    text = written([item, item], "json")
    assert json.loads(text) == [{"id": "ä\n", "n": 12345678901234567890123456789012345678}] * 2
    assert text.count("\n") == 4


class Endless:
    """A table of items, page by page, as a client of DynamoDB reads it."""

    def __init__(self, items, page=1000, size=1):
        self.items, self.page, self.size = items, page, size
        self.asked = []

    def scan(self, **asked):
        self.asked.append(asked)
        start = int(asked.get("ExclusiveStartKey", {"id": {"S": "0"}})["id"]["S"])
        end = min(start + self.page, self.items)
        found = [{"id": {"S": str(at).rjust(self.size)}} for at in range(start, end)]
        more = {"LastEvaluatedKey": {"id": {"S": str(end)}}} if end < self.items else {}
        return {"Items": found, **more}


def read(client):
    return moving._read(client, Asked("Scan", {"TableName": "x"}, (), ()))


@pytest.mark.parametrize("number", [0, 1, 1000, 2500, moving.ITEMS])
def test_a_file_that_holds_all_items_says_so(number):
    items, is_whole = read(Endless(number))
    assert (len(items), is_whole) == (number, True)


def test_a_file_is_cut_at_its_most_items_and_says_so():
    client = Endless(moving.ITEMS + 1)
    items, is_whole = read(client)
    assert (len(items), is_whole) == (moving.ITEMS, False)
    assert len(client.asked) == 10
    items, is_whole = read(Endless(moving.ITEMS + 500, page=moving.ITEMS + 500))
    assert (len(items), is_whole) == (moving.ITEMS, False)


def test_a_file_is_cut_at_its_most_bytes():
    items, is_whole = read(Endless(5000, page=100, size=100_000))
    assert not is_whole
    assert moving.WRITTEN <= items.size < moving.WRITTEN + 100_100


async def test_a_file_is_named_after_its_table_and_form(visitor, client, make):
    name = make()
    fill(client, name, 1)
    for form, end, kind in (
        ("lines", "jsonl", "application/x-ndjson"),
        ("json", "json", "application/json"),
        ("csv", "csv", "text/csv"),
    ):
        file = await visitor.get(f"/dynamodb/tables/{name}/export?form={form}")
        assert file.headers["content-disposition"] == f'attachment; filename="{name}.{end}"'
        assert file.headers["content-type"] == f"{kind}; charset=utf-8"


async def test_a_file_has_the_items_of_its_page_and_all_further_ones(visitor, client, make):
    name = make()
    fill(client, name, 30)
    first = await visitor.get(f"/dynamodb/tables/{name}?page=10&by=query&pk=k")
    second = await visitor.get(first.links["Next"])
    for page, wanted in ((first, range(30)), (second, range(10, 30))):
        file = await visitor.get(page.links["DynamoDB JSON lines"])
        lines = [json.loads(line)["Item"] for line in file.body.decode().splitlines()]
        assert [int(item["at"]["N"]) for item in lines] == list(wanted)
        plain = await visitor.get(page.links["Plain JSON"])
        assert [item["at"] for item in json.loads(plain.body)] == list(wanted)
        rows = list(csv.reader(io.StringIO((await visitor.get(page.links["CSV"])).body.decode())))
        assert [row[1] for row in rows[1:]] == [str(at) for at in wanted]


async def test_a_query_without_its_key_has_no_file(visitor, make):
    page = await visitor.get(f"/dynamodb/tables/{make()}/export?by=query")
    assert page.status == 400
    assert "A query needs a partition key." in page.text


async def test_the_items_of_a_plain_file_are_taken_as_they_were_exported(visitor, client, make):
    name, other = make("-a"), make("-b")
    items = [
        {"id": {"S": 'with "quotes",\nand lines'}, "at": {"N": "1"}, "b": {"B": b"\x00"}},
        {"id": {"S": "b"}, "at": {"N": "2"}, "m": {"M": {"SS": {"S": "x"}}}, "n": {"NULL": True}},
    ]
    for item in items:
        client.put_item(TableName=name, Item=item)
    file = await visitor.get(f"/dynamodb/tables/{name}/export?form=json")
    page = await visitor.put(f"/dynamodb/tables/{other}/import", file.body)
    assert page.status == 200, page.text
    page = await visitor.post(
        f"/dynamodb/tables/{other}/import", {"items": file.body.decode().replace("\n", "\r\n")}
    )
    assert "2 items written." in (await visitor.follow(page)).said()
    found = client.scan(TableName=other)["Items"]
    assert sorted(found, key=lambda item: item["at"]["N"]) == items


def test_items_of_an_array_are_checked_one_by_one():
    text = '[{"id": "a"}, 5,\n {"id": "b"}, {"n": 1},{"id":{"S":"c"}}]'
    found, wrong, _ = moving.items_of(TABLE, text)
    assert [item["id"]["S"] for item in found] == ["a", "b", "c"]
    assert [(each.number, each.why) for each in wrong] == [
        (2, "An item is a JSON object: its attributes by their names."),
        (4, "The key needs id."),
    ]


def test_an_array_keeps_all_digits():
    found, *_ = moving.items_of(
        TABLE, '[{"id": "a", "n": 0.10000000000000000000000000000000000001}]'
    )
    assert found[0]["n"] == {"N": "0.10000000000000000000000000000000000001"}


@pytest.mark.parametrize("text", ["[]", " [ ] \n", "[\r\n]\r\n"])
def test_an_array_may_be_empty(text):
    assert moving.items_of(TABLE, text) == ([], [], 0)


@pytest.mark.parametrize("text", ["[" + "1," * 999 + "1]", "1\n" * 1000])
def test_a_file_of_nothing_but_mistakes_keeps_some_of_them(text):
    found, wrong, more = moving.items_of(TABLE, text)
    assert (found, len(wrong), more) == ([], moving.ERRORS, 1000 - moving.ERRORS)


@pytest.mark.parametrize(
    "text",
    [
        "[",
        "[,]",
        '[{"id": "a"}',
        '[{"id": "a"},]',
        '[{"id": "a"} {"id": "b"}]',
        '[{"id": "a"}]\n{"id": "b"}',
        '[{"id": "a"}]]',
        '[{"id": "a", "id": "b"}]',
        "[" * 5000,
    ],
)
def test_an_array_that_is_damaged_is_said_to_be_so(text):
    _, wrong, _ = moving.items_of(TABLE, text)
    assert len(wrong) == 1
    assert wrong[0].what == "item"


async def test_a_file_that_is_not_utf_8_is_refused_and_not_mended(visitor, client, make):
    name = make()
    body = '{"id": "Köln", "at": 1}'.encode("latin-1")
    page = await visitor.put(f"/dynamodb/tables/{name}/import", body)
    assert page.status == 400
    assert "not UTF-8" in page.text
    assert client.scan(TableName=name)["Count"] == 0


@pytest.mark.parametrize("body", [b"", b"\n \r\n"])
async def test_a_file_without_an_item_is_said(visitor, make, body):
    name = make(f"-{len(body)}")
    page = await visitor.put(f"/dynamodb/tables/{name}/import", body)
    assert page.status == 400
    assert "The file has no line with an item." in page.text
    page = await visitor.post(f"/dynamodb/tables/{name}/import", {"items": body.decode()})
    assert page.status == 400
    assert "There is no line with an item." in page.text


@pytest.mark.parametrize(
    ("number", "more"), [(3, ""), (4, "; 1 further one"), (30, "; 27 further ones")]
)
async def test_a_file_names_its_first_wrong_lines(visitor, make, number, more):
    name = make(f"-{number}")
    page = await visitor.put(f"/dynamodb/tables/{name}/import", b"{\n" * number)
    said = page.find("div", class_="wrong").text if page.all("div", class_="wrong") else page.text
    assert "line 1: This is not JSON" in said
    assert "line 3: This is not JSON" in said
    assert "line 4" not in said
    assert (more in said) if more else ("further" not in said)


@pytest.mark.parametrize(
    ("number", "named"), [(20, ""), (21, "and 1 further line"), (25, "and 5 further lines")]
)
async def test_a_text_names_its_first_wrong_lines(visitor, make, number, named):
    name = make(f"-{number}")
    page = await visitor.post(f"/dynamodb/tables/{name}/import", {"items": "{\n" * number})
    points = [each.text for each in page.find("div", class_="wrong").all("li")]
    assert points[19].startswith("Line 20: This is not JSON")
    assert points[20:] == ([named] if named else [])


def test_an_item_that_stands_twice_counts_as_it_stands_last():
    found, wrong, _ = moving.items_of(
        TABLE, '{"id": "a", "n": 1}\n{"id": "b"}\n{"id": "a", "n": 2, "m": 3}'
    )
    assert wrong == []
    assert [item["id"]["S"] for item in found] == ["b", "a"]
    assert found[1]["n"] == {"N": "2"}


def test_a_line_that_only_looks_typed_is_plain():
    found, *_ = moving.items_of(TABLE, '{"id": "a", "m": {"S": "text"}, "l": {"L": []}}')
    assert found[0]["m"] == {"M": {"S": {"S": "text"}}}
    assert found[0]["l"] == {"M": {"L": {"L": []}}}
    found, *_ = moving.items_of(TABLE, '{"id": "a", "Item": {"id": {"S": "b"}}}')
    assert found[0]["Item"] == {"M": {"id": {"M": {"S": {"S": "b"}}}}}
