"""Rights are what the rules say one by one, also where several threads ask at once, as lists of repositories are read beside requests."""

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st
from tests.registry.access import plain

from homeport.registry import limits
from homeport.registry.access.rules import Rules
from homeport.registry.options import Rule


def test_threads_decide_beside_each_other(monkeypatch):
    monkeypatch.setattr(limits, "DECISIONS", 20)
    rules = Rules([Rule(("team/*7",), users=("*",))])
    names = [f"team/{number}" for number in range(2000)]

    def ask(name):
        user = rules.user(name)
        return [repository for repository in names if user.may("pull", repository)]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(ask, "abcdefgh"))
    assert found == [[name for name in names if name.endswith("7")]] * 8
    assert len(rules._decided) == 20


ALL = ("pull", "push", "delete")
PATTERN = st.text("ab/*?", max_size=5)
ACTIONS = st.sets(st.sampled_from(ALL), min_size=1).map(tuple)
RULES = st.lists(
    st.builds(
        Rule,
        st.lists(PATTERN, max_size=3).map(tuple),
        ACTIONS,
        st.sets(st.sampled_from(["ann", "*", "robot+ci"])).map(tuple),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)
SCOPES = st.lists(st.tuples(PATTERN, ACTIONS), max_size=4)


def told(rules, names, scopes, repository):
    """What the rules that name one of the names let, one after the other, and the scopes."""
    found = set()
    for rule in rules:
        if plain.fitting(rule.repositories, repository):
            found |= set(rule.allow) if names & set(rule.users) else set()
            found |= {"pull"} & set(rule.allow) if rule.anonymous else set()
    for pattern, actions in scopes:
        found |= set(actions) if plain.matches(pattern, repository) else set()
    return found


@given(RULES, SCOPES, st.lists(st.text("ab/", max_size=5), min_size=1, max_size=5))
def test_rights_are_what_the_rules_say_one_by_one(rules, scopes, repositories):
    decided = Rules(rules)
    holders = [
        (decided.anonymous, set(), []),
        (decided.user("ann"), {"ann", "*"}, []),
        (decided.user("bob"), {"*"}, []),
        (decided.robot("robot+ci", scopes), {"robot+ci"}, scopes),
    ]
    for holder, names, own in holders:
        for repository in repositories:
            may = {action for action in ALL if holder.may(action, repository)}
            assert may == told(rules, names, own, repository)


@given(RULES, SCOPES)
def test_somewhere_is_where_a_rule_or_scope_lets_it(rules, scopes):
    robot = Rules(rules).robot("robot+ci", scopes)
    named = [rule.allow for rule in rules if "robot+ci" in rule.users]
    opened = [["pull"] for rule in rules if rule.anonymous and "pull" in rule.allow]
    wanted = set().union(*named, *opened, *[actions for _, actions in scopes])
    assert {action for action in ALL if robot.may_somewhere(action)} == wanted
