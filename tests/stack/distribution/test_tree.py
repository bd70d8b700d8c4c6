import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.stack.distribution import tree


def parse(text):
    return tree.parse(text, tree.Source("c.yml", has_lines=True))


def plain(entry):
    """The tree without its origins."""
    if isinstance(entry.value, dict):
        return {name: plain(each) for name, each in entry.value.items()}
    if isinstance(entry.value, list):
        return [plain(each) for each in entry.value]
    return entry.value


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", None),
        ("a: 0.10", {"a": "0.10"}),
        ("a: [yes, 1_000, 012, 2020-01-01, ~]", {"a": ["yes", "1_000", "012", "2020-01-01", None]}),
        ("a: &x {b: 1}\nc: *x", {"a": {"b": "1"}, "c": {"b": "1"}}),
        ("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}", {"a": {"b": "1", "c": "2"}, "d": {"b": "1", "c": "3"}}),
        ("a: {<<: [{b: 1}, {b: 2, c: 3}]}", {"a": {"b": "1", "c": "3"}}),
        ("a: 'b: c'", {"a": "b: c"}),
    ],
)  # fmt: skip
def test_scalars_stay_as_they_are_written(text, wanted):
    assert plain(parse(text)) == wanted


def test_origins():
    root = parse("http:\n  addr: :5000\n  list:\n    - x\n")
    http = root.table["http"].table
    assert http["addr"].origin == "c.yml:2: http.addr"
    assert http["list"].value[0].origin == "c.yml:4: http.list[0]"


def test_a_key_that_is_written_twice_is_told():
    source = tree.Source("c.yml", has_lines=True)
    assert plain(tree.parse("a: 1\nb: {c: 1, c: 2}", source)) == {"a": "1", "b": {"c": "2"}}
    assert source.doubles == ["c.yml:2: b.c"]


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "a: &a [*a]",
        "a: *b",
        "!!python/object:os.system {}: [",
        "[" * 5000,
        "a: b: c",
        "a: \0",
        "x" * (tree.TEXT_BYTES + 1),
        LAUGHS,
    ],
    ids=range(9),
)
def test_what_cannot_be_read(text):
    with pytest.raises(tree.Unreadable, match=r"^c\.yml"):
        parse(text)


def test_what_stands_there_is_not_repeated():
    with pytest.raises(tree.Unreadable) as caught:
        tree.parse("password: hidden: x", tree.Source("REGISTRY_PROXY", has_lines=False))
    assert "hidden" not in str(caught.value)
    assert str(caught.value).startswith("REGISTRY_PROXY: it is not YAML")


@given(st.text(max_size=100))
def test_no_text_makes_anything_but_a_tree_or_an_error(text):
    with contextlib.suppress(tree.Unreadable):
        parse(text)
