"""Who may do what: rights add up, and nothing is let that no rule lets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.registry import limits
from homeport.registry.access.rules import Rules
from homeport.registry.options import Rule

ALL = ("pull", "push", "delete")
TEAM = (
    Rule(("team/**",), ("pull", "push"), ("ann",)),
    Rule(("team/app",), ("delete",), ("ann", "robot+ci")),
    Rule(("public/*",), ("pull", "push"), (), anonymous=True),
    Rule(("shared/**",), ("pull",), ("*",)),
)


def rights(holder, repository):
    return [action for action in ALL if holder.may(action, repository)]


@pytest.mark.parametrize(
    ("user", "repository", "wanted"),
    [
        ("ann", "team/app", ["pull", "push", "delete"]),
        ("ann", "team/x", ["pull", "push"]),
        ("ann", "team", []),
        ("bob", "team/app", []),
        ("bob", "shared/x", ["pull"]),
        ("bob", "public/x", ["pull"]),
        ("bob", "public/x/y", []),
        ("root", "team/app", ["pull", "push", "delete"]),
        ("*", "team/app", []),
    ],
)
def test_users(user, repository, wanted):
    assert rights(Rules(TEAM, ["root"]).user(user), repository) == wanted


def test_without_rules_users_may_everything_and_others_nothing():
    rules = Rules(())
    assert rights(rules.user("ann"), "a/b") == list(ALL)
    assert rights(rules.anonymous, "a/b") == []
    assert not rules.has_anonymous
    assert rights(rules.robot("robot+ci", []), "a/b") == []


def test_anonymous_only_pulls():
    anonymous = Rules(TEAM).anonymous
    assert rights(anonymous, "public/x") == ["pull"]
    assert rights(anonymous, "shared/x") == []
    assert not Rules([Rule(("**",), ("push",), anonymous=True)]).has_anonymous


def test_robots_have_their_scopes_and_what_names_them():
    robot = Rules(TEAM, ["robot+ci"]).robot("robot+ci", [("x/*", ("pull", "push"))])
    assert rights(robot, "x/y") == ["pull", "push"]
    assert rights(robot, "team/app") == ["delete"]
    assert rights(robot, "shared/x") == []
    assert rights(robot, "public/x") == ["pull"]
    assert not robot.is_admin


def test_memory_of_decisions_is_bounded(monkeypatch):
    monkeypatch.setattr(limits, "DECISIONS", 3)
    rules = Rules(TEAM)
    user = rules.user("ann")
    for number in range(10):
        assert user.may("pull", f"team/{number}")
        assert user.may("pull", "team/again")
    assert len(rules._decided) == 3


def test_names_that_are_too_long_are_no_work():
    rules = Rules([Rule(("**",), ALL, ("*",))])
    assert not rules.user("ann").may("pull", "a" * 256)
    assert rules._decided == {}


NAMES = st.sampled_from(["ann", "bob", "robot+ci"])
RULES = st.lists(
    st.builds(
        Rule,
        st.lists(st.sampled_from(["a", "b", "*", "**", "a/*", "a/b"]), max_size=2).map(tuple),
        st.lists(st.sampled_from(ALL), max_size=3, unique=True).map(tuple),
        st.lists(st.sampled_from(["ann", "bob", "*", "robot+ci"]), max_size=2).map(tuple),
        st.booleans(),
    ),
    max_size=4,
)


@given(RULES, NAMES, st.sampled_from(ALL), st.sampled_from(["a", "b", "a/b", "c/d"]))
def test_another_rule_never_takes_a_right_away(rules, name, action, repository):
    """But for the first: without any, users may do everything."""
    for kind in (lambda all_of: all_of.user(name), lambda all_of: all_of.robot(name, [])):
        for more in range(1, len(rules)):
            if kind(Rules(rules[:more])).may(action, repository):
                assert kind(Rules(rules)).may(action, repository)
