"""Patterns match what a plain reading of them does, and take no time that grows with their stars."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.registry.access import plain

from homeport.registry.access.patterns import Pattern, fits


@given(st.text("ab/*?", max_size=8), st.text("ab/?", max_size=8))
def test_any_pattern(pattern, name):
    assert Pattern(pattern).matches(name) == plain.matches(pattern, name)


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("team/app", ["team/app"], ["team/ap", "team/appx", "team/app/x", ""]),
        ("team/*", ["team/app", "team/"], ["team", "team/a/b", "xteam/a"]),
        ("team/**", ["team/app", "team/a/b/c"], ["team", "teams/a"]),
        ("**", ["a", "a/b", ""], []),
        ("*", ["a", ""], ["a/b"]),
        ("**/app", ["a/app", "a/b/app"], ["app"]),
        ("app-?", ["app-1"], ["app-", "app-12", "app-/"]),
        ("a.b", ["a.b"], ["axb"]),
        ("*-dev/**", ["x-dev/a"], ["x/y-dev/a"]),
        ("", [""], ["a"]),
    ],
)
def test_examples(pattern, good, bad):
    assert [name for name in good + bad if Pattern(pattern).matches(name)] == good


def test_one_of_several_is_enough():
    patterns = [Pattern("a"), Pattern("b/*")]
    assert fits(patterns, "b/c")
    assert not fits(patterns, "c")
    assert not fits([], "c")


def test_many_stars_take_no_longer_than_few():
    """A backtracking matcher would need some 10^50 steps here."""
    before = time.process_time()
    assert not Pattern("*a" * 60).matches("a" * 255 + "b")
    assert not Pattern("**a" * 60).matches("a/" * 120 + "b")
    assert time.process_time() - before < 1
