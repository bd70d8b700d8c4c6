"""PartiQL in the browser and beside each search: literals of each type, pages, and what is said of a mistake."""

from __future__ import annotations

import urllib.parse

import pytest

from homeport.console.cloud.dynamodb import partiql, values
from homeport.console.cloud.dynamodb import table as its
from homeport.console.cloud.dynamodb.finding import expressions, search, snippets
from homeport.console.visit import Fields

KEYS = [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}]
TABLE = its.read(
    {
        "TableName": "or-ders",
        "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
        ],
        "KeySchema": KEYS,
        "GlobalSecondaryIndexes": [{"IndexName": 'by "at"', "KeySchema": KEYS}],
    }
)
LITERALS = [
    ({"S": "it's"}, "'it''s'"),
    ({"N": "-1.5"}, "-1.5"),
    ({"BOOL": True}, "true"),
    ({"BOOL": False}, "false"),
    ({"NULL": True}, "null"),
    ({"SS": ["a", "b'"]}, "<<'a', 'b'''>>"),
    ({"NS": ["1", "2"]}, "<<1, 2>>"),
    ({"L": [{"N": "1"}, {"S": "x"}, {"L": []}]}, "[1, 'x', []]"),
    (
        {"M": {"a'b": {"M": {"c": {"N": "1"}}}, "d": {"NULL": True}}},
        "{'a''b': {'c': 1}, 'd': null}",
    ),
]


def statement(query):
    return snippets.partiql(search.asked(TABLE, search.read(TABLE, Fields(query))))


@pytest.mark.parametrize(("value", "text"), LITERALS)
def test_a_literal_of_each_type(value, text):
    assert snippets.literal(value) == text


@pytest.mark.parametrize("value", [value for value, _ in LITERALS])
async def test_a_literal_is_the_value_that_it_was(client, make, value):
    name = make(str(LITERALS.index((value, snippets.literal(value)))))
    text = f"INSERT INTO \"{name}\" VALUE {{'id': 'a', 'at': 1, 'v': {snippets.literal(value)}}}"
    client.execute_statement(Statement=text)
    assert values.checked({"v": client.scan(TableName=name)["Items"][0]["v"]}) == {"v": value}


def test_a_statement_names_its_index_and_all_that_is_asked():
    made = statement(
        'by=query&index=by+"at"&pk=x&op=ge&sk=1&f=a.b%5B0%5D&fop=in&ftype=N&fv=1,2&fw='
    )
    assert made == (
        'SELECT * FROM "or-ders"."by ""at""" WHERE "id" = \'x\' AND "at" >= 1'
        ' AND "a"."b"[0] IN [1, 2]'
    )


def test_a_projection_keeps_names_that_look_like_placeholders():
    made = statement("show=" + urllib.parse.quote('"#n3","x#n1",y') + "&f=z&fop=is&ftype=&fv=&fw=")
    assert made == ('SELECT "#n3", "x#n1", "y", "id", "at" FROM "or-ders" WHERE "z" IS NOT MISSING')


@pytest.mark.parametrize(
    "value",
    [
        {"B": "AA=="},
        {"BS": ["AA=="]},
        {"L": [{"N": "1"}, {"B": "AA=="}]},
        {"M": {"a": {"N": "1"}, "b": {"L": [{"BS": ["AA=="]}]}}},
    ],
)
def test_binary_has_no_literal_however_deep_it_lies(value):
    condition = expressions.Condition("a", "eq", (value,))
    asked = search.Asked("Scan", {"TableName": "x"}, (), (condition,))
    assert snippets.partiql(asked) == ""


@pytest.mark.parametrize(
    ("operator", "fits"),
    [
        ("eq", {"5"}),
        ("ne", {"1", "9", "none"}),
        ("lt", {"1"}),
        ("le", {"1", "5"}),
        ("gt", {"9"}),
        ("ge", {"5", "9"}),
        ("between", {"5"}),
        ("in", {"5"}),
        ("is", {"1", "5", "9"}),
        ("isnt", {"none"}),
        ("type", {"1", "5", "9"}),
    ],
)
async def test_each_comparison_finds_the_same_in_the_page_and_as_a_statement(
    visitor, client, make, operator, fits
):
    name = make(f"-{operator}")
    for text in ("1", "5", "9", "none"):
        more = {"v": {"N": text}} if text != "none" else {}
        client.put_item(TableName=name, Item={"id": {"S": text}, "at": {"N": "0"}, **more})
    await _same(visitor, client, name, f"f=v&fop={operator}&ftype=N&fv=5&fw=6", fits)


@pytest.mark.parametrize(
    ("operator", "given", "fits"),
    [
        ("begins", "ab", {"ab", "abcd"}),
        ("contains", "cd", {"abcd"}),
        ("lacks", "cd", {"ab", "x"}),
        ("size", "2", {"ab"}),
        ("longer", "2", {"abcd"}),
        ("shorter", "2", {"x"}),
    ],
)
async def test_each_function_finds_the_same_in_the_page_and_as_a_statement(
    visitor, client, make, operator, given, fits
):
    name = make(f"-{operator}")
    for text in ("x", "ab", "abcd"):
        item = {"id": {"S": text}, "at": {"N": "0"}, "v": {"S": text}}
        client.put_item(TableName=name, Item=item)
    await _same(visitor, client, name, f"f=v&fop={operator}&ftype=S&fv={given}&fw=", fits)


async def _same(visitor, client, name, query, fits):
    page = await visitor.get(f"/dynamodb/tables/{name}?{query}")
    assert page.status == 200, page.text
    assert {row[1] for row in page.rows()} == fits
    text = page.all("pre")[2].raw
    found = client.execute_statement(Statement=text)["Items"]
    assert {item["id"]["S"] for item in found} == fits


async def test_a_page_on_which_nothing_fits_leads_on(visitor, client, make):
    """`Limit` counts what is read, not what a WHERE leaves over."""
    name = make()
    for at in range(partiql.PAGE + 5):
        item = {"id": {"S": "k"}, "at": {"N": str(at)}, "n": {"N": str(at)}}
        client.put_item(TableName=name, Item=item)
    text = f'SELECT * FROM "{name}" WHERE n > {partiql.PAGE}'
    page = await visitor.post("/dynamodb/partiql", {"statement": text})
    assert page.all("table") == []
    assert "No item fits." not in page.text
    page = await visitor.get(page.links["Next"])
    assert [row[0] for row in page.rows()] == ["101", "102", "103", "104"]
    assert "Next" not in page.links


async def test_nothing_that_fits_is_said(visitor, make):
    text = f"SELECT * FROM \"{make()}\" WHERE id = 'x'"
    page = await visitor.post("/dynamodb/partiql", {"statement": text})
    assert "No item fits." in page.text
    assert "Next" not in page.links


async def test_a_table_leads_to_its_statement(visitor, make):
    name = make()
    page = await visitor.get(f"/dynamodb/tables/{name}")
    page = await visitor.get(page.links["PartiQL"])
    assert page.find("textarea").raw == f'SELECT * FROM "{name}"'
    assert page.all("table") == []
    assert "No item fits." not in page.text


async def test_a_result_has_a_column_for_each_attribute_and_says_what_it_cost(
    visitor, client, make
):
    name = make()
    for at in range(2):
        item = {"id": {"S": f"<b>{at}"}, "at": {"N": str(at)}}
        client.put_item(TableName=name, Item={**item, "city": {"S": "Ulm"}} if at else item)
    page = await visitor.post("/dynamodb/partiql", {"statement": f'select * from "{name}"'})
    assert page.find("thead").text == "at id city"
    assert sorted(page.rows()) == [["0", "<b>0", ""], ["1", "<b>1", "Ulm"]]
    assert page.find("caption").text == "2 items, 0.5 capacity units"
    assert page.find("form", action="/dynamodb/partiql").attributes["method"] == "post"


@pytest.mark.parametrize("text", ["DELETE", "UPDATE", "INSERT"])
async def test_an_address_changes_nothing(visitor, client, make, text):
    name = make(f"-{text}")
    client.put_item(TableName=name, Item={"id": {"S": "a"}, "at": {"N": "1"}})
    statements = {
        "DELETE": f'DELETE FROM "{name}" WHERE id = \'a\' AND "at" = 1',
        "UPDATE": f'UPDATE "{name}" SET x = 1 WHERE id = \'a\' AND "at" = 1',
        "INSERT": f"INSERT INTO \"{name}\" VALUE {{'id': 'b', 'at': 1}}",
    }
    before = client.scan(TableName=name)["Items"]
    quoted = urllib.parse.quote(statements[text])
    page = await visitor.get(f"/dynamodb/partiql?statement={quoted}")
    assert "This changes something: run it by its button." in page.text
    assert page.find("textarea").raw == statements[text]
    assert client.scan(TableName=name)["Items"] == before
    page = await visitor.post("/dynamodb/partiql", {"statement": statements[text]})
    assert page.find("p", role="status").text == "The statement was run."
    assert "Link to this" not in page.links
    assert client.scan(TableName=name)["Items"] != before


async def test_a_statement_of_the_longest_length_is_sent_and_a_longer_one_is_not(visitor, make):
    text = f'SELECT * FROM "{make()}" WHERE id = \''
    whole = text + "x" * (partiql.STATEMENT - len(text) - 1) + "'"
    page = await visitor.post("/dynamodb/partiql", {"statement": whole})
    assert page.status == 200, page.find("div", class_="wrong").text
    page = await visitor.post("/dynamodb/partiql", {"statement": whole + " "})
    assert page.status == 200
    longer = whole.replace("x'", "xx'")
    page = await visitor.post("/dynamodb/partiql", {"statement": longer})
    assert page.status == 400
    assert "8,192 characters at most" in page.find("div", class_="wrong").text
