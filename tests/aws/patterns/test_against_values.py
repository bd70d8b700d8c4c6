"""Any pattern over any event: what the engine says is what a plain reading of the rules says.

The rules: an event is a list of paths with their values, lists add one path for each item; a pattern holds where each of its paths
has a value that is listed, and no two of these values are of different items of one list.
"""

import contextlib
import itertools
import json

from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.patterns import grammar

NAMES = st.sampled_from(["a", "b", "a.b", "c"])
PLAIN = st.sampled_from(["x", "y", 1, 2, True, None])
EVENTS = st.recursive(
    PLAIN,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=8,
)
LISTED = st.lists(
    st.one_of(
        PLAIN,
        st.sampled_from(
            [
                {"exists": True},
                {"exists": False},
                {"prefix": "x"},
                {"anything-but": ["x"]},
                {"numeric": [">", 1]},
            ]
        ),
    ),
    min_size=1,
    max_size=3,
)
PATTERNS = st.recursive(
    LISTED,
    lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=2),
    max_leaves=4,
)


def leaves(value, path="", items=()):
    """Paths, values, and the items of lists on the way."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name, (*items, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, path, (*items, number))
    else:
        yield path, value, items


def wanted(pattern, path=""):
    for name, inner in pattern.items():
        below = f"{path}.{name}" if path else name
        if isinstance(inner, dict):
            yield from wanted(inner, below)
        else:
            yield below, inner


def is_listed(value, listed):
    def one(want):
        if not isinstance(want, dict):
            return type(want) is type(value) and want == value
        (operator, what) = next(iter(want.items()))
        if operator == "exists":
            return what
        if operator == "prefix":
            return isinstance(value, str) and value.startswith(what)
        if operator == "anything-but":
            return value not in what
        return type(value) is int and value > what[1]

    return any(one(want) for want in listed)


def together(one, other):
    """Whether two values are not of different items of the same list."""
    for left, right in zip(one, other, strict=False):
        if left != right:
            return not (isinstance(left, int) and isinstance(right, int))
    return True


def expected(pattern, event):
    found = list(leaves(event))
    ways = []
    for path, listed in dict(wanted(pattern)).items():
        there = [(value, items) for at, value, items in found if at == path]
        if {"exists": False} in listed and not there:
            continue
        ways.append([items for value, items in there if is_listed(value, listed)])
    return any(
        all(together(*pair) for pair in itertools.combinations(way, 2))
        for way in itertools.product(*ways)
    )


@given(
    st.dictionaries(NAMES, PATTERNS, min_size=1, max_size=2),
    st.dictionaries(NAMES, EVENTS, max_size=3),
)
def test_any_pattern_over_any_event(pattern, event):
    assert grammar.parse(json.dumps(pattern)).matches(event) is expected(pattern, event)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(grammar.Invalid):
        assert grammar.parse(text).alternatives


@given(st.text("ab*", max_size=8), st.text("ab", max_size=8))
def test_wildcards_are_as_slow_ones(pattern, text):
    if "**" in pattern:
        return
    shape = json.dumps({"key": [{"wildcard": pattern}]})
    assert grammar.parse(shape).matches({"key": text}) is slow(pattern, text)


def slow(pattern, text):
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(slow(pattern[1:], text[at:]) for at in range(len(text) + 1))
    return text[:1] == pattern[0] and slow(pattern[1:], text[1:])
