"""The table of rights says what the registry would."""

from hypothesis import assume, given
from hypothesis import strategies as st

from homeport.console.registry.rights import matrix
from homeport.registry.access import patterns, rules
from homeport.registry.options import Rule


def told(repositories, allow=("pull",), users=(), *, anonymous=False):
    return {
        "repositories": list(repositories),
        "allow": list(allow),
        "users": list(users),
        "anonymous": anonymous,
    }


def cells(made):
    return {pattern: dict(zip(made.columns, row, strict=True)) for pattern, row in made.rows}


def test_what_wider_patterns_let_is_counted_in():
    made = matrix.made(
        [
            told(["**"], ["pull"], ["*"]),
            told(["team/**"], ["push"], ["bob"]),
            told(["team/app"], ["delete"], ["robot+ci"]),
            told(["public/**"], anonymous=True),
        ],
        ["admin"],
    )
    assert made.columns == ["Anyone", "Each user", "bob", "robot+ci"]
    found = cells(made)
    assert found["**"] == {"Anyone": [], "Each user": ["pull"], "bob": ["pull"], "robot+ci": []}
    assert found["team/**"]["bob"] == ["pull", "push"]
    assert found["team/app"] == {
        "Anyone": [],
        "Each user": ["pull"],
        "bob": ["pull", "push"],
        "robot+ci": ["delete"],
    }
    assert found["public/**"]["robot+ci"] == ["pull"]


def test_what_holds_in_a_part_of_a_pattern_is_not_told_of_the_whole():
    made = matrix.made(
        [told(["team/*"], ["push"], ["ann"]), told(["team/**"], ["pull"], ["ann"])], []
    )
    assert cells(made)["team/**"]["ann"] == ["pull"]
    assert cells(made)["team/*"]["ann"] == ["pull", "push"]


def test_admins_have_no_column():
    assert matrix.made([told(["**"], users=["root", "ann"])], ["root"]).columns == ["ann"]


def test_many_users_and_patterns_are_left_out_and_counted():
    users = [f"u{at}" for at in range(matrix.COLUMNS + 3)]
    places = [f"p{at}" for at in range(matrix.ROWS + 5)]
    made = matrix.made([told(places, users=users)], [])
    assert (len(made.columns), made.left_out) == (matrix.COLUMNS, 3)
    assert (len(made.rows), made.rows_left_out) == (matrix.ROWS, 5)


PARTS = st.sampled_from(["a", "b", "*", "**", "a*", "*b", "app"])
PATTERNS = st.lists(PARTS, min_size=1, max_size=3).map("/".join)
ALLOW = st.sets(st.sampled_from(matrix.ACTIONS), min_size=1).map(sorted)
RULES = st.lists(
    st.builds(
        lambda places, allow, users, anonymous: told(
            places, [*allow, "pull"] if anonymous else allow, users, anonymous=anonymous
        ),
        st.lists(PATTERNS, min_size=1, max_size=2),
        ALLOW,
        st.lists(st.sampled_from(["ann", "bob", "*", "robot+ci"]), max_size=2),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)
NAMES = st.lists(st.sampled_from(["a", "b", "ab", "app", "aab", "c"]), min_size=1, max_size=4).map(
    "/".join
)


@given(RULES, NAMES)
def test_what_is_told_of_a_pattern_holds_for_each_repository_of_it(given_rules, name):
    made = matrix.made(given_rules, [])
    decided = rules.Rules(
        [
            Rule(tuple(r["repositories"]), tuple(r["allow"]), tuple(r["users"]), r["anonymous"])
            for r in given_rules
        ]
    )
    holders = {
        "Anyone": decided.anonymous,
        "Each user": decided.user("somebody"),
        "ann": decided.user("ann"),
        "bob": decided.user("bob"),
        "robot+ci": decided.robot("robot+ci", []),
    }
    fitting = [row for row in made.rows if patterns.Pattern(row[0]).matches(name)]
    assume(fitting)
    for _, row in fitting:
        for column, actions in zip(made.columns, row, strict=True):
            assert all(holders[column].may(action, name) for action in actions)


@given(RULES)
def test_what_a_rule_lets_in_its_own_pattern_is_told(given_rules):
    found = cells(matrix.made(given_rules, []))
    for each in given_rules:
        for pattern in each["repositories"]:
            for user in each["users"]:
                column = "Each user" if user == "*" else user
                assert set(each["allow"]) <= set(found[pattern][column])
