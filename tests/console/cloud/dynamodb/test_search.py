"""The form of a page of items: from its address to the request, and back."""

from __future__ import annotations

import urllib.parse

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.dynamodb import table as its
from homeport.console.cloud.dynamodb import values
from homeport.console.cloud.dynamodb.finding import expressions
from homeport.console.cloud.dynamodb.finding import search as searches
from homeport.console.visit import Fields

TABLE = its.read(
    {
        "TableName": "orders",
        "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "a.b", "AttributeType": "N"},
            {"AttributeName": "city", "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": "a.b", "KeyType": "RANGE"},
            {"AttributeName": "id", "KeyType": "HASH"},
        ],
        "GlobalSecondaryIndexes": [
            {"IndexName": "by-city", "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}]}
        ],
    }
)


def asked(query):
    return searches.asked(TABLE, searches.read(TABLE, Fields(query))).members


def test_nothing_asked_is_a_scan():
    assert asked("") == {"TableName": "orders", "Limit": 50, "ReturnConsumedCapacity": "TOTAL"}


def test_a_query_of_a_key_with_a_dot_in_its_name():
    made = asked("by=query&pk=x&op=between&sk=1&sk2=2.50&order=desc")
    assert made["KeyConditionExpression"] == "#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2"
    assert made["ExpressionAttributeNames"] == {"#n0": "id", "#n1": "a.b"}
    assert made["ExpressionAttributeValues"][":v2"] == {"N": "2.5"}
    assert made["ScanIndexForward"] is False


def test_filters_take_paths_and_quoted_names():
    made = asked("f=a.b%5B0%5D&fop=gt&ftype=N&fv=1&fw=&f=%22a.b%22&fop=is&ftype=S&fv=&fw=")
    assert made["FilterExpression"] == "#n0.#n1[0] > :v0 AND attribute_exists(#n2)"
    assert made["ExpressionAttributeNames"] == {"#n0": "a", "#n1": "b", "#n2": "a.b"}


def test_a_projection_has_the_keys_too_and_none_of_them_twice():
    made = asked("show=total%2C+id+%2C%22a.b%22%2Cmore.x&index=by-city")
    assert made["ProjectionExpression"] == "#n0, #n1.#n2, #n3, #n4, #n5"
    assert list(made["ExpressionAttributeNames"].values()) == [
        "total",
        "more",
        "x",
        "id",
        "a.b",
        "city",
    ]


@pytest.mark.parametrize(
    ("operator", "kind", "first", "second", "written"),
    [
        ("ne", "S", "x", "", "#n0 <> :v0"),
        ("between", "N", "1", "2", "#n0 BETWEEN :v0 AND :v1"),
        ("begins", "S", "x", "", "begins_with(#n0, :v0)"),
        ("contains", "S", "x", "", "contains(#n0, :v0)"),
        ("lacks", "S", "x", "", "NOT contains(#n0, :v0)"),
        ("in", "N", "1, 2,3", "", "#n0 IN (:v0, :v1, :v2)"),
        ("isnt", "S", "", "", "attribute_not_exists(#n0)"),
        ("type", "NS", "", "", "attribute_type(#n0, :v0)"),
        ("longer", "S", "3", "", "size(#n0) > :v0"),
    ],
)
def test_each_operator(operator, kind, first, second, written):
    into = expressions.Expressions()
    assert expressions.condition("x", operator, kind, first, second).written(into) == written


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("index=nothing", "no index nothing"),
        ("f=a..b&fop=eq&ftype=S&fv=&fw=", "no path"),
        ("f=%5B0%5D&fop=eq&ftype=S&fv=&fw=", "no path"),
        ("f=a&fop=gt&ftype=N&fv=x&fw=", "no value of the type Number"),
        ("by=query&pk=x&op=begins&sk=1", "is a number"),
        ("by=query&pk=x&op=eq&sk=x", "no value of the type Number"),
        ("start=x", "names no key"),
        ("page=1000", "page must be"),
        ("f=a&fop=in&ftype=N&fv=" + ",".join(["1"] * 101) + "&fw=", "1 to 100 values"),
    ],
)
def test_what_is_wrong_is_said(query, said):
    with pytest.raises(Trouble) as raised:
        asked(query)
    assert said in raised.value.what


def test_numbers_have_no_beginning_to_compare():
    assert "begins" not in expressions.key_operators(its.Key("a", "N"))
    assert "begins" in expressions.key_operators(its.Key("a", "B"))


TEXTS = st.text(st.characters(codec="utf-8"), max_size=6)
LINES = st.builds(
    searches.Line,
    TEXTS.filter(bool),
    st.sampled_from(list(expressions.OPERATORS)),
    st.sampled_from(values.KINDS),
    TEXTS,
    TEXTS,
)


@given(
    st.builds(
        searches.Search,
        index=st.sampled_from([TABLE.main, *TABLE.indexes]),
        is_query=st.sampled_from([True]),
        partition=TEXTS,
        operator=st.sampled_from(["", *expressions.KEY_OPERATORS]),
        first=TEXTS,
        second=TEXTS,
        lines=st.lists(LINES, max_size=3).map(tuple),
        shown=TEXTS,
        is_descending=st.booleans(),
        is_consistent=st.booleans(),
        page=st.sampled_from(searches.PAGES),
        start=TEXTS,
    )
)
@settings(deadline=None)
def test_an_address_leads_back_to_its_search(search):
    text = urllib.parse.urlencode(searches.address(search))
    assert searches.read(TABLE, Fields(text)) == search


def test_lines_beyond_the_limit_are_left_out():
    query = "&".join(["f=a&fop=is&ftype=S&fv=&fw="] * 50)
    assert len(searches.read(TABLE, Fields(query)).lines) == searches.FILTERS
