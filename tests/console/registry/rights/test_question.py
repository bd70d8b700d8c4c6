"""The answer to a question is that of the registry, and says why."""

from hypothesis import given
from hypothesis import strategies as st

from homeport.console.registry.rights import question
from homeport.console.registry.rights.question import Known, Question
from homeport.registry.access import rules
from homeport.registry.options import Rule

NOW = 1_796_000_000.0
LET = [
    {"repositories": ["**"], "allow": ["pull"], "users": ["*"], "anonymous": False},
    {
        "repositories": ["team/**"],
        "allow": ["push"],
        "users": ["bob", "robot+ci"],
        "anonymous": False,
    },
    {"repositories": ["public/**"], "allow": ["pull"], "users": [], "anonymous": True},
]
CI = {
    "name": "ci",
    "user": "robot+ci",
    "expires": NOW + 60,
    "scopes": [{"repositories": "ci/*", "allow": ["pull", "delete"]}],
}
KNOWN = Known(frozenset(["admin", "ann", "bob"]), {"robot+ci": CI})
FORCE = {
    "has_users": True,
    "admins": ["admin"],
    "rules": LET,
    "is_readonly": False,
    "may_delete": True,
    "upstreams": [{"prefix": "docker.io", "url": "https://registry-1.docker.io"}],
}


def ask(user, action, repository, known=KNOWN, **changes):
    return question.answer(Question(user, action, repository), FORCE | changes, known, NOW)


def test_a_rule_lets_it_and_is_named():
    assert ask("bob", "push", "team/app") == (
        True,
        ["Rule 2: bob and the robot ci may push to team/**."],
    )


def test_no_rule_lets_it():
    may, [why] = ask("ann", "push", "team/app")
    assert not may
    assert "no rule" in why.lower()


def test_admins_may_do_everything():
    assert ask("admin", "delete", "x") == (True, ["admin is an admin: admins may do everything."])


def test_anyone():
    assert ask("", "pull", "public/x").may
    assert not ask("", "pull", "team/x").may
    assert not ask("", "push", "public/x").may


def test_a_robot_may_what_its_scopes_and_rules_let():
    assert ask("robot+ci", "delete", "ci/x") == (True, ["The robot may pull and delete in ci/*."])
    assert ask("robot+ci", "push", "team/x").may
    assert not ask("robot+ci", "pull", "elsewhere").may


def test_a_robot_whose_time_is_over_may_nothing():
    known = Known(KNOWN.users, {"robot+ci": CI | {"expires": NOW}})
    assert ask("robot+ci", "pull", "ci/x", known) == (False, ["The time of the robot ci is over."])


def test_strangers_may_nothing():
    assert ask("eve", "pull", "x") == (False, ["There is no user eve."])
    assert ask("robot+x", "pull", "x") == (False, ["There is no robot x."])


def test_without_rules_each_user_may_everything_and_nobody_else():
    assert ask("ann", "delete", "x", rules=[]).may
    assert not ask("", "pull", "x", rules=[]).may
    assert ask("robot+ci", "delete", "ci/x", rules=[]).may
    assert not ask("robot+ci", "delete", "x", rules=[]).may


def test_without_users_everybody_may():
    may, [why] = ask("", "delete", "x", Known(None, {}), has_users=False)
    assert may
    assert "registry.auth" in why


def test_switches_stand_above_all():
    assert not ask("admin", "push", "x", is_readonly=True).may
    assert ask("admin", "pull", "x", is_readonly=True).may
    may, [why] = ask("admin", "delete", "x", may_delete=False)
    assert not may
    assert "registry.delete" in why
    assert ask("admin", "push", "x", may_delete=False).may


def test_nobody_pushes_into_a_mirror():
    may, [why] = ask("admin", "push", "docker.io/library/alpine")
    assert not may
    assert "https://registry-1.docker.io" in why
    assert ask("admin", "delete", "docker.io/library/alpine").may
    assert ask("admin", "push", "docker.io").may
    assert ask("admin", "push", "docker.io.example/x").may
    everything = [{"prefix": "", "url": "https://hub"}]
    assert not ask("admin", "push", "alpine", upstreams=everything).may


PATTERNS = st.sampled_from(["**", "team/**", "team/*", "a?", "a"])
TOLD = st.fixed_dictionaries(
    {
        "repositories": st.lists(PATTERNS, min_size=1, max_size=2),
        "allow": st.sets(st.sampled_from(["push", "delete"])).map(lambda more: ["pull", *more]),
        "users": st.lists(st.sampled_from(["ann", "bob", "*", "robot+ci"]), max_size=2),
        "anonymous": st.booleans(),
    }
)


@given(
    st.lists(TOLD, min_size=1, max_size=4),
    st.sampled_from(["", "ann", "bob", "robot+ci"]),
    st.sampled_from(["pull", "push", "delete"]),
    st.sampled_from(["team/x", "team/x/y", "ab", "a"]),
)
def test_the_answer_is_that_of_the_registry(told, user, action, repository):
    decided = rules.Rules(
        [
            Rule(tuple(r["repositories"]), tuple(r["allow"]), tuple(r["users"]), r["anonymous"])
            for r in told
        ]
    )
    if not user:
        holder = decided.anonymous
    elif user == "robot+ci":
        holder = decided.robot(user, [("ci/*", ["pull", "delete"])])
    else:
        holder = decided.user(user)
    answer = ask(user, action, repository, rules=told, upstreams=[])
    assert answer.may == holder.may(action, repository)
    assert answer.why
