"""The form of a search: what it offers, what it keeps, and values that are written as people write them."""

from __future__ import annotations

import urllib.parse

import pytest
from tests.console.cloud.dynamodb.conftest import city_index

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.dynamodb import items, values
from homeport.console.cloud.dynamodb import table as its
from homeport.console.cloud.dynamodb.finding import expressions, running, search
from homeport.console.visit import Fields

TABLE = its.read(
    {
        "TableName": "orders",
        "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        "LocalSecondaryIndexes": [
            {
                "IndexName": "by-size",
                "KeySchema": [
                    {"AttributeName": "id", "KeyType": "HASH"},
                    {"AttributeName": "size", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    }
)


def asked(query):
    return search.asked(TABLE, search.read(TABLE, Fields(query))).members


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("NS", "5", {"NS": ["5"]}),
        ("NS", '"5"', {"NS": ["5"]}),
        (
            "NS",
            "12345678901234567890123456789012345678",
            {"NS": ["12345678901234567890123456789012345678"]},
        ),
        (
            "NS",
            "[0.10000000000000000000000000000000000001]",
            {"NS": ["0.10000000000000000000000000000000000001"]},
        ),
        ("BS", '["AA=="]', {"BS": ["AA=="]}),
        (
            "L",
            '[1, "a", null, true]',
            {"L": [{"N": "1"}, {"S": "a"}, {"NULL": True}, {"BOOL": True}]},
        ),
        ("L", '[{"N": "1"}]', {"L": [{"N": "1"}]}),
        ("M", '{"a": 1, "b": {"c": "x"}}', {"M": {"a": {"N": "1"}, "b": {"M": {"c": {"S": "x"}}}}}),
        ("M", '{"a": {"N": "1"}}', {"M": {"a": {"N": "1"}}}),
        ("L", "[]", {"L": []}),
        ("M", "{}", {"M": {}}),
    ],
)
def test_a_value_is_written_as_json(kind, text, value):
    made = expressions.condition("a", "eq", kind, text, "")
    assert made.operands == (value,)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("NS", "[true]"),
        ("NS", "[[1]]"),
        ("NS", '["ten"]'),
        ("NS", "[]"),
        ("SS", "[1]"),
        ("BS", '["?"]'),
        ("L", '{"a": 1}'),
        ("L", "1"),
        ("L", '[1], "b": [2]'),
        ("M", "[1]"),
        ("M", '"text"'),
        ("M", '{"a": 1, "a": 2}'),
    ],
)
def test_what_is_no_value_of_its_type_is_said(kind, text):
    with pytest.raises(Trouble) as raised:
        expressions.condition("a", "eq", kind, text, "")
    assert raised.value.status == 400


def test_the_upper_bound_of_a_range_is_not_forgotten():
    made = asked("by=query&pk=x&op=between&sk=&sk2=z")
    assert made["KeyConditionExpression"] == "#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2"
    assert asked("by=query&pk=x&op=eq&sk=&sk2=z")["KeyConditionExpression"] == "#n0 = :v0"
    assert asked("by=query&pk=x&op=between&sk=&sk2=")["KeyConditionExpression"] == "#n0 = :v0"
    assert asked("by=query&pk=x&op=&sk=y")["KeyConditionExpression"] == "#n0 = :v0"


@pytest.mark.parametrize(
    ("operator", "written"),
    [
        ("eq", "#n1 = :v1"),
        ("lt", "#n1 < :v1"),
        ("le", "#n1 <= :v1"),
        ("gt", "#n1 > :v1"),
        ("ge", "#n1 >= :v1"),
        ("between", "#n1 BETWEEN :v1 AND :v2"),
        ("begins", "begins_with(#n1, :v1)"),
    ],
)
def test_each_condition_of_a_sort_key(operator, written):
    made = asked(f"by=query&pk=x&op={operator}&sk=a&sk2=b")
    assert made["KeyConditionExpression"] == f"#n0 = :v0 AND {written}"
    assert made["ScanIndexForward"] is True


def test_a_filter_of_a_scan_is_no_condition_of_a_query():
    made = asked("pk=x&op=eq&sk=y&order=desc&f=z&fop=is&ftype=S&fv=&fw=")
    assert "KeyConditionExpression" not in made
    assert "ScanIndexForward" not in made
    assert made["FilterExpression"] == "attribute_exists(#n0)"


def test_all_choices_reach_the_request():
    made = asked("index=by-size&consistent=1&page=25&show=a")
    assert made["IndexName"] == "by-size"
    assert made["ConsistentRead"] is True
    assert made["Limit"] == 25
    assert list(made["ExpressionAttributeNames"].values()) == ["a", "id", "at", "size"]
    assert "ConsistentRead" not in asked("")


def test_names_with_quotes_and_dots_are_one_name():
    assert expressions.steps('"a.b""c"[1][22].d') == [('a.b"c', "[1][22]"), ("d", "")]
    assert search._quoted('a"b') == '"a""b"'
    assert expressions.steps(search._quoted('a"b.c')) == [('a"b.c', "")]
    for wrong in ("a.", "a[", "a[x]", 'a"b', "a[1]b", ""):
        with pytest.raises(Trouble, match="is no path"):
            expressions.steps(wrong)


def test_a_value_that_stands_twice_has_two_placeholders_and_a_name_one():
    made = asked("f=a&fop=eq&ftype=S&fv=x&fw=&f=a&fop=ne&ftype=S&fv=x&fw=")
    assert made["FilterExpression"] == "#n0 = :v0 AND #n0 <> :v1"


def test_one_hundred_values_are_one_of_some_and_more_are_not():
    made = expressions.condition("a", "in", "N", ",".join(["1"] * 100), "")
    assert len(made.operands) == 100


@pytest.mark.parametrize(
    ("read", "is_filtered", "requests", "is_enough"),
    [(0, False, 1, True), (49, True, 1, False), (50, True, 1, True), (0, True, 10, True)],
)
def test_when_a_page_is_enough(read, is_filtered, requests, is_enough):
    filters = (expressions.Condition("a", "is", ()),) if is_filtered else ()
    request = search.Asked("Scan", {}, (), filters)
    found = running.Found(items=[{}] * read, requests=requests)
    assert running._is_enough(request, found, 50) is is_enough
    assert running._first(request) == ({"Limit": running.READ} if is_filtered else {})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"S": "x" * 60}, "x" * 60),
        ({"S": "x" * 61}, "x" * 59 + "…"),
        ({"BOOL": True}, "true"),
        ({"BOOL": False}, "false"),
        ({"NULL": True}, "null"),
        ({"B": ""}, "0 bytes: "),
        ({"B": "AAAA"}, "3 bytes: AAAA"),
        ({"B": "AAA="}, "2 bytes: AAA="),
        ({"SS": ["a", "b"]}, "{a, b}"),
        ({"NS": ["1"]}, "{1}"),
        ({"L": [{"N": "1"}, {"NULL": True}, {"BOOL": True}]}, '["1",null,true]'),
        (
            {"M": {"a": {"M": {"b": {"M": {"c": {"M": {"d": {"S": "x"}}}}}}}}},
            '{"a":{"b":{"c":{}}}}',
        ),
        ({"L": [{"L": [{"L": [{"L": [{"S": "x"}]}]}]}]}, "[[[[]]]]"),
        (
            {"M": {str(at): {"N": "1"} for at in range(9)}},
            '{"0":"1","1":"1","2":"1","3":"1","4":"1","5":"1","6":"1","7…',
        ),
    ],
)
def test_what_a_cell_shows(value, text):
    assert values.show(value) == text


def test_a_row_says_how_much_of_its_item_it_does_not_show():
    item = {name: {"S": "x"} for name in ("id", "at", "a", "b", "c")}
    made = items.row(TABLE, item, ["id", "at", "a", "none"])
    assert made.cells == [("S", "x"), ("S", "x"), ("S", "x"), ("", "")]
    assert (made.rest, made.named) == (2, "id = x, at = x")
    assert values.decode_key(made.key) == {"id": {"S": "x"}, "at": {"S": "x"}}


async def test_the_form_keeps_what_was_filled_in(visitor, client, make):
    name = make(sort="S")
    client.put_item(TableName=name, Item={"id": {"S": "a"}, "at": {"S": "1"}, "n": {"N": "5"}})
    query = "by=query&pk=a&op=between&sk=0&sk2=9&order=desc&f=n&fop=between&ftype=N&fv=1&fw=9&show=n&consistent=1&page=100"
    page = await visitor.get(f"/dynamodb/tables/{name}?{query}")
    assert len(page.rows()) == 1
    fields = page.find("form", action=f"/dynamodb/tables/{name}")
    assert fields.attributes["method"] == "get"
    filled = {
        each.attributes["name"]: each.attributes.get("value", "")
        for each in reversed(fields.all("input"))
    }
    assert filled == {
        "pk": "a",
        "sk": "0",
        "sk2": "9",
        "f": "n",
        "fv": "1",
        "fw": "9",
        "show": "n",
        "consistent": "1",
    }
    chosen = {
        each.attributes["name"]: [o.attributes["value"] for o in each.all("option", selected="")]
        for each in reversed(fields.all("select"))
    }
    assert chosen == {
        "by": ["query"],
        "index": [],
        "op": ["between"],
        "order": ["desc"],
        "fop": ["between"],
        "ftype": ["N"],
        "page": ["100"],
    }
    assert fields.find("input", id="consistent").attributes["checked"] == ""
    assert "open" in fields.find("details").attributes
    assert len(fields.all("fieldset")) == 2
    plain = await visitor.get(f"/dynamodb/tables/{name}")
    fields = plain.find("form", action=f"/dynamodb/tables/{name}")
    assert "open" not in fields.find("details").attributes
    assert "checked" not in fields.find("input", id="consistent").attributes
    assert len(fields.all("fieldset")) == 1


@pytest.mark.parametrize("query", ["show=n", "consistent=1", "f=n&fop=is&ftype=S&fv=&fw="])
async def test_options_that_are_chosen_are_seen(visitor, make, query):
    page = await visitor.get(f"/dynamodb/tables/{make(f'-{len(query)}')}?{query}")
    assert "open" in page.find("main").find("form").find("details").attributes


async def test_indexes_are_offered_and_the_chosen_one_stays(visitor, make):
    name = make(**city_index())
    page = await visitor.get(f"/dynamodb/tables/{name}?index=by-city")
    options = page.find("select", id="index").all("option")
    assert [each.text for each in options] == ["the table", "by-city"]
    assert "selected" in options[1].attributes
    assert "The index is empty." in page.text
    assert "The table is empty." in (await visitor.get(f"/dynamodb/tables/{name}")).text


async def test_a_key_that_is_a_number_has_no_beginning_to_choose(visitor, make):
    for kind, has in (("N", False), ("S", True), ("B", True)):
        name = make(f"-{kind}", sort=kind)
        page = await visitor.get(f"/dynamodb/tables/{name}?by=query&pk=x")
        texts = [each.text for each in page.find("select", id="op").all("option")]
        assert ("begins with" in texts) is has
        assert page.find("label", for_="op").text == f"at ({kind})"


async def test_a_page_leads_back_to_the_first_and_keeps_its_search(visitor, client, make):
    name = make()
    for at in range(7):
        client.put_item(TableName=name, Item={"id": {"S": "k"}, "at": {"N": str(at)}})
    query = "by=query&pk=k&order=desc&page=3"
    first = await visitor.get(f"/dynamodb/tables/{name}?{query}")
    assert "First page" not in first.links
    second = await visitor.get(first.links["Next"])
    third = await visitor.get(second.links["Next"])
    shown = [[row[2] for row in page.rows()] for page in (first, second, third)]
    assert shown == [["6", "5", "4"], ["3", "2", "1"], ["0"]]
    assert "Next" not in third.links
    again = await visitor.get(third.links["First page"])
    assert again.rows() == first.rows()
    back = third.find("input", name="back").attributes["value"]
    assert (await visitor.get(back)).rows() == third.rows()


async def test_a_search_finds_what_is_stored_under_odd_keys(visitor, client, make):
    name = make(sort="S")
    odd = ["a&b=c", "a+b", "100%", "x?y#z", '"q"', "ä 🚢", "../..", "a\nb"]
    for text in odd:
        client.put_item(TableName=name, Item={"id": {"S": text}, "at": {"S": text}})
    for text in odd:
        pairs = search.address(
            search.Search(
                index=its.Index("", (), is_global=False, said={}),
                is_query=True,
                partition=text,
                operator="eq",
                first=text,
            )
        )
        query = urllib.parse.urlencode(pairs)
        page = await visitor.get(f"/dynamodb/tables/{name}?{query}")
        assert len(page.rows()) == 1, text
        item = await visitor.get(page.find("tbody").find("a").attributes["href"])
        assert item.status == 200
        assert page.find("input", id="pk").attributes["value"] == text


def test_spaces_around_a_name_are_not_of_it():
    assert expressions.steps(" a . b [0]") == [("a", ""), ("b", "[0]")]
    assert expressions.steps('" a "') == [(" a ", "")]


async def test_a_text_of_nothing_but_spaces_is_seen(visitor, client, make):
    name = make(sort="S")
    item = {"id": {"S": " "}, "at": {"S": "x"}, "b": {"BOOL": True}, "s": {"S": "  "}}
    client.put_item(TableName=name, Item=item)
    page = await visitor.get(f"/dynamodb/tables/{name}")
    cells = page.find("tbody").find("tr").all("td")
    assert [each.text for each in cells[1:5]] == ["“ ”", "x", "true", "“ ”"]
    assert [each.text for each in page.find("tbody").all("code")] == ["true"]
    assert "1 item, 11 B" in page.text
