"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html"""

import json

import pytest
from hypothesis import given, settings
from tests.aws.dynamodb.expressions import plain, strategies
from tests.aws.dynamodb.expressions.plain import ABSENT, Set

from homeport.aws.dynamodb.expressions import parse, update
from homeport.aws.dynamodb.expressions.placeholders import Placeholders
from homeport.aws.dynamodb.values import attribute
from homeport.aws.protocol.call import AwsError

INVALID_PATH = "The document path provided in the update expression is invalid for update"
WRONG_TYPE = "An operand in the update expression has an incorrect data type"
NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"


def apply(text, item, values=None, names=None):
    parsed = parse.update(text, Placeholders(names, values))
    return update.apply(parsed, attribute.item(item))


def error(text, item, values=None):
    with pytest.raises(AwsError) as raised:
        apply(text, item, values)
    assert raised.value.code == "ValidationException"
    return raised.value.message


class Wrong(Exception):
    """The model cannot make the change."""


def wanted_value(action, path, value, item):
    if action == "REMOVE":
        return ABSENT
    if action == "SET":
        return set_value(value, item)
    old = plain.find(item, path)
    if old is ABSENT:
        return value if action == "ADD" else ABSENT
    if plain.kind_of(old) != plain.kind_of(value):
        raise Wrong
    if not isinstance(value, Set):
        return old + value
    members = old.members | value.members if action == "ADD" else old.members - value.members
    return Set(value.kind, members) if members else ABSENT


def set_value(value, item):
    kind, first, *rest = value
    if kind == "value":
        return first
    found = plain.find(item, first)
    if kind == "or":
        return rest[0] if found is ABSENT else found
    if found is ABSENT:
        raise Wrong
    if kind == "path":
        return found
    if plain.kind_of(found) != ("L" if kind == "append" else "N"):
        raise Wrong
    return found - rest[0] if kind == "-" else found + rest[0]


def wanted(changes, item):
    """The item afterwards, or None where the update cannot be made."""
    for _, path, _ in changes:
        parent = plain.find(item, path[:-1])
        if len(path) > 1 and not isinstance(parent, dict if isinstance(path[-1], str) else list):
            return None
    try:
        placed = [
            (path, wanted_value(action, path, value, item)) for action, path, value in changes
        ]
    except Wrong:
        return None
    return plain.place(item, placed)


def text_of(changes, writer):
    sections = {}
    for action, path, value in changes:
        text = writer.path(path)
        if action == "SET":
            text += f" = {value_text(value, writer)}"
        elif action != "REMOVE":
            text += f" {writer.reference(value)}"
        sections.setdefault(action, []).append(text)
    return " ".join(f"{action} {', '.join(texts)}" for action, texts in sections.items())


def value_text(value, writer):
    kind, first, *rest = value
    if kind == "value":
        return writer.reference(first)
    path = writer.path(first)
    if kind == "path":
        return path
    other = writer.reference(rest[0])
    if kind in "+-":
        return f"{path} {kind} {other}"
    return f"{'if_not_exists' if kind == 'or' else 'list_append'}({path}, {other})"


@settings(max_examples=500, deadline=None)
@given(strategies.ITEMS, strategies.UPDATES)
def test_an_update_does_as_it_does_to_python_values(item, changes):
    writer = plain.Writer()
    text = text_of(changes, writer)
    before = {name: plain.wire(value) for name, value in item.items()}
    frozen = json.dumps(before)
    after = wanted(changes, item)
    if after is None:
        assert error(text, before, writer.values or None) in (
            INVALID_PATH,
            WRONG_TYPE,
            NO_ATTRIBUTE,
        )
    else:
        made = apply(text, before, writer.values or None)
        assert plain.same(plain.of({"M": made}), after)
        # Sets stay in their canonical order, numbers in their canonical form.
        assert attribute.item(made) == made
    assert json.dumps(before) == frozen


ITEM = {
    "n": {"N": "5"},
    "s": {"S": "abc"},
    "l": {"L": [{"N": "1"}, {"S": "x"}, {"L": [{"N": "7"}]}]},
    "ss": {"SS": ["a", "b"]},
    "m": {"M": {"k": {"N": "1"}}},
}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SET x.a = n", INVALID_PATH),
        ("SET n.a = n", INVALID_PATH),
        ("SET m[0] = n", INVALID_PATH),
        ("SET l.a = n", INVALID_PATH),
        ("REMOVE x.a", INVALID_PATH),
        ("REMOVE n[0]", INVALID_PATH),
        ("ADD x.a :n", INVALID_PATH),
        ("DELETE s.a :ss", INVALID_PATH),
        ("SET x.a = y", INVALID_PATH),
        ("SET a = n + s REMOVE x.y", INVALID_PATH),
        ("SET a = y", NO_ATTRIBUTE),
        ("SET a = n + y", NO_ATTRIBUTE),
        ("SET a = list_append(l, y)", NO_ATTRIBUTE),
        # The default is looked at even where it is not needed.
        ("SET a = if_not_exists(n, y)", NO_ATTRIBUTE),
        ("SET a = s + y", WRONG_TYPE),
        ("SET a = n - s", WRONG_TYPE),
        ("SET a = list_append(l, n)", WRONG_TYPE),
        ("SET a = if_not_exists(y, :ss) + n", WRONG_TYPE),
        ("ADD s :n", WRONG_TYPE),
        ("ADD l :ss", WRONG_TYPE),
        ("DELETE n :ss", WRONG_TYPE),
    ],
)
def test_what_an_item_does_not_allow(text, message):
    values = {":n": {"N": "1"}, ":ss": {"SS": ["a"]}}
    used = {name: value for name, value in values.items() if name in text.replace(":ss", ":SS")}
    if ":ss" in text:
        used[":ss"] = values[":ss"]
    assert error(text, ITEM, used or None) == message


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html#Expressions.UpdateExpressions.REMOVE.RemovingListElements
        ("REMOVE l[0], l[1]", [{"L": [{"N": "7"}]}]),
        ("REMOVE l[7]", ITEM["l"]["L"]),
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html#Expressions.UpdateExpressions.SET.AddingListElements
        ("SET l[9] = n, l[5] = s", [*ITEM["l"]["L"], {"S": "abc"}, {"N": "5"}]),
        ("SET l[1] = l[0] REMOVE l[0]", [{"N": "1"}, {"L": [{"N": "7"}]}]),
        ("SET l[2][0] = l[0], l[0] = l[2][0]", [{"N": "7"}, {"S": "x"}, {"L": [{"N": "1"}]}]),
        ("SET l = list_append(l, l[2])", [*ITEM["l"]["L"], {"N": "7"}]),
        ("SET l = (list_append(l[2], l))", [{"N": "7"}, *ITEM["l"]["L"]]),
    ],
)
def test_lists(text, wanted):
    assert apply(text, ITEM)["l"] == {"L": wanted}


def test_numbers_are_exact():
    item = {"n": {"N": "12345678901234567890123456789012345678"}, "t": {"N": "1E-130"}}
    after = apply("SET n = n - :one, t = t + t", item, {":one": {"N": "1"}})
    assert after["n"] == {"N": "12345678901234567890123456789012345677"}
    assert attribute.value({"N": "2E-130"}) == after["t"]


def test_old_and_new():
    parsed = parse.update(
        "SET m.k = :v, l[0] = :v REMOVE s ADD z :v", Placeholders(None, {":v": {"N": "2"}})
    )
    before = attribute.item(ITEM)
    after = update.apply(parsed, before)
    assert update.updated(parsed, before) == {
        "m": {"M": {"k": {"N": "1"}}},
        "l": {"L": [{"N": "1"}]},
        "s": {"S": "abc"},
    }
    assert update.updated(parsed, after) == {
        "m": {"M": {"k": {"N": "2"}}},
        "l": {"L": [{"N": "2"}]},
        "z": {"N": "2"},
    }


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("REMOVE m.c[1], m.c[3]", {"m": [1]}, {"m": [2]}),
        ("REMOVE m.c[2], m.c[3]", {"m": [2]}, {}),
        ("REMOVE m.c[0]", {"m": [0]}, {"m": [1]}),
        ("SET m.c[100] = :v", {}, {}),
        ("REMOVE m.c[2] SET m.c[100] = :v", {"m": [2]}, {"m": [9]}),
        ("REMOVE l", {"l": [5]}, {}),
    ],
)
def test_old_and_new_elements_of_lists(text, old, new):
    """`test_update_item_returnvalues_nested` in https://github.com/scylladb/scylladb/blob/master/test/alternator/test_returnvalues.py"""

    def listed(numbers):
        return {"L": [{"N": str(number)} for number in numbers]}

    def shown(wanted):
        return {
            name: {"M": {"c": listed(numbers)}} if name == "m" else listed(numbers)
            for name, numbers in wanted.items()
            if numbers
        }

    values = {":v": {"N": "9"}} if ":v" in text else None
    parsed = parse.update(text, Placeholders(None, values))
    before = {"m": {"M": {"c": listed([0, 1, 2])}}, "l": listed([5])}
    assert update.updated(parsed, before) == shown(old)
    assert update.updated(parsed, update.apply(parsed, before)) == shown(new)


def deep(levels):
    value = {"S": "a"}
    for _ in range(levels):
        value = {"M": {"k": value}}
    return value


def test_32_levels_and_no_more():
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-attributes"""
    item = {"a": deep(5)}
    assert apply("SET a.k.k.k.k.k = :v", item, {":v": deep(26)})
    message = error("SET a.k.k.k.k.k = :v", item, {":v": deep(27)})
    assert message.startswith("Nesting Levels have exceeded supported limits")
