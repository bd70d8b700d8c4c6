"""Bodies, attributes and tags, as forms have them."""

import base64
import json

import hypothesis.strategies as st
import pytest
from hypothesis import given

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.messaging import attributes, bodies, forms

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(values, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_json_with_indents_is_the_same_json(value, indent, is_ascii):
    text = json.dumps(value, indent=indent, ensure_ascii=is_ascii)
    made = bodies.indented(text)
    assert json.loads(made) == value
    assert bodies.indented(made) == made


def test_nothing_is_rounded_and_no_key_is_lost():
    text = '{"a":1.10,"a":123456789012345678901234567890,"b":[],"c":{},"d":"{,}"}'
    assert bodies.indented(text).split("\n") == [
        "{",
        '  "a": 1.10,',
        '  "a": 123456789012345678901234567890,',
        '  "b": [],',
        '  "c": {},',
        '  "d": "{,}"',
        "}",
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"a": 1}', "JSON"),
        (" [1]", "JSON"),
        ("{not json", "text"),
        ("17", "text"),
        ('"text"', "text"),
        ("[" * 60_000, "text"),
        ("[" + "1" * 5000 + "]", "text"),
        ("", "text"),
    ],
)
def test_what_is_shown_as_json(text, kind):
    assert bodies.shown(text).kind == kind


def test_long_bodies_are_cut_and_counted_in_bytes():
    body = bodies.shown("ä" * 100_000)
    assert (len(body.text), body.size, body.is_cut) == (bodies.SHOWN, 200_000, True)
    assert bodies.shown("\ud800").size == 1
    assert bodies.glance("a\n  b\tc") == "a b c"
    assert len(bodies.glance("x" * 1000)) == bodies.GLANCE + 1


names = st.from_regex(r"[A-Za-z0-9_.-]+", fullmatch=True)
lines = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp", "Zs"))).filter(
    lambda text: len(text.splitlines()) <= 1
)


@given(st.dictionaries(names, st.tuples(st.sampled_from(["String", "Number", "Binary"]), lines)))
def test_attributes_as_lines_are_those_of_the_cli(wanted):
    def written(kind, value):
        return base64.b64encode(value.encode()).decode() if kind == "Binary" else value

    text = "\n".join(f"{n}:{k} = {written(k, v)}" for n, (k, v) in wanted.items())
    cli = {
        n: {"DataType": k, ("BinaryValue" if k == "Binary" else "StringValue"): written(k, v)}
        for n, (k, v) in wanted.items()
    }
    found = attributes.parse(text)
    assert found == attributes.parse(json.dumps(cli) if cli else "")
    assert {n: (a["DataType"], a.get("StringValue")) for n, a in found.items()} == {
        n: (k, None if k == "Binary" else v) for n, (k, v) in wanted.items()
    }


@given(st.dictionaries(names, lines))
def test_tags_as_lines(tags):
    assert forms.tags(forms.lines(tags)) == tags


@pytest.mark.parametrize("text", ["a", "=b", "a=1\na=2", " = "])
def test_tags_that_are_none(text):
    with pytest.raises(Trouble):
        forms.tags(text)


@pytest.mark.parametrize("text", ["{", '{"a":', "[" * 10_000, "\x00", "x"])
def test_documents_that_are_none(text):
    with pytest.raises(Trouble):
        forms.document(text, "The policy")


@pytest.mark.parametrize("text", ["a", ":String = x", '{"a": {}}', '{"a": 1}', "{", "a:Binary = ä"])
def test_attributes_that_are_none(text):
    with pytest.raises(Trouble):
        attributes.parse(text)
