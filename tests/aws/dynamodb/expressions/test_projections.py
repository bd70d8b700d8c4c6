"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.aws.dynamodb.expressions import plain, strategies, wrong

from homeport.aws.dynamodb.expressions import parse, projecting
from homeport.aws.dynamodb.expressions.placeholders import Placeholders

MEET = (
    "Two document paths {} with each other; must remove or rewrite one of these paths; "
    "path one: {}, path two: {}"
)
ITEM = {
    "a": {"M": {"b": {"S": "x"}}},
    "l": {"L": [{"S": "0"}, {"M": {"q": {"S": "1"}}}, {"S": "2"}]},
}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a", {"a": ITEM["a"]}),
        ("a.b, z", {"a": ITEM["a"]}),
        ("a.c", {}),
        ("a[0]", {}),
        ("l.x", {}),
        ("l[7]", {}),
        ("l[1].q", {"l": {"L": [{"M": {"q": {"S": "1"}}}]}}),
        # Elements stand in the order of the list, without gaps.
        ("l[2], l[0]", {"l": {"L": [{"S": "0"}, {"S": "2"}]}}),
        ("l[1].z, l[9], a.b.c", {}),
        ("#n.b", {"a": ITEM["a"]}),
    ],
)
def test_what_is_taken(text, wanted):
    projection = parse.projection(text, Placeholders({"#n": "a"} if "#" in text else None, None))
    assert projecting.project(projection, ITEM) == wanted


@given(strategies.ITEMS, strategies.PATHS)
def test_one_path_takes_what_is_there(item, path):
    wire = {name: plain.wire(value) for name, value in item.items()}
    projection = parse.projection(plain.Writer().path(path), Placeholders(None, None))
    found = plain.find(item, path)
    taken = plain.of({"M": projection.of(wire)})
    if found is plain.ABSENT:
        assert taken == {}
    else:
        assert plain.same(plain.find(taken, [0 if isinstance(p, int) else p for p in path]), found)


@given(
    st.lists(strategies.PATHS, min_size=1, max_size=4).filter(
        lambda paths: strategies.apart([(None, path, None) for path in paths])
    ),
    strategies.ITEMS,
)
def test_several_paths_take_no_more_than_each(paths, item):
    wire = {name: plain.wire(value) for name, value in item.items()}
    writer = plain.Writer()
    text = ", ".join(writer.path(path) for path in paths)
    together = parse.projection(text, Placeholders(None, None)).of(wire)
    apart = [
        parse.projection(writer.path(path), Placeholders(None, None)).of(wire) for path in paths
    ]
    assert leaves(together) == sum(map(leaves, apart))


def leaves(item):
    return sum(
        leaves(value["M"])
        if value.get("M")
        else leaves(dict(enumerate(value["L"])))
        if value.get("L")
        else 1
        for value in item.values()
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # Recorded in https://github.com/architect/dynalite/blob/main/test/getItem.js
        ("", "The expression can not be empty;"),
        ("a.abORt", "Attribute name is a reserved keyword; reserved keyword: abORt"),
        ("#x,ABSoLUTE", "Attribute name is a reserved keyword; reserved keyword: ABSoLUTE"),
        (
            "a,b,a,#x",
            (
                "An expression attribute name used in the document path is not defined; "
                "attribute name: #x"
            ),
        ),
        ("b[1], b.a, #a.b, a", MEET.format("overlap", "[a, b]", "[a]")),
        ("a, #a[1]", MEET.format("overlap", "[a]", "[a, [1]]")),
        ("a.b, #a[1], #b", MEET.format("conflict", "[a, b]", "[a, [1]]")),
        ("a.b[1], #a[1], #b", MEET.format("conflict", "[a, b, [1]]", "[a, [1]]")),
        ("a[3].b, #a.#3.b", MEET.format("conflict", "[a, [3], b]", "[a, [3], b]")),
        ("a[2147483648]", "List index is not within the allowable range; index: [2147483648]"),
    ],
)
def test_errors(text, wanted):
    assert wrong.projection(text) == f"Invalid ProjectionExpression: {wanted}"


@given(st.lists(strategies.PATHS, min_size=1, max_size=4))
def test_paths_are_refused_where_two_of_them_meet(paths):
    writer = plain.Writer()
    text = ", ".join(writer.path(path) for path in paths)
    if strategies.apart([(None, path, None) for path in paths]):
        assert len(parse.projection(text, Placeholders(None, None)).paths) == len(paths)
    else:
        assert " with each other; must remove or rewrite" in wrong.projection(text)
