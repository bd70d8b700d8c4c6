"""Rules put to tags, against the plainest reading of what they say."""

from hypothesis import given
from hypothesis import strategies as st

from homeport.registry.options import Retention
from homeport.registry.space.retaining import judging
from homeport.registry.space.retaining.judging import Rule
from homeport.registry.store.space.tags import Tag

NOW = 1_000_000.0
HEX = "ab" * 32
DAY = 86400.0


def tag(name, pushed_ago=0.0, pulled_ago=None):
    pulled = 0 if pulled_ago is None else NOW - pulled_ago
    return Tag(name, 1, "sha256:" + HEX, NOW - pushed_ago, pulled)


def judge(tags, *rules):
    return set(judging.judge([Rule(rule) for rule in rules], tags, NOW))


def rule(**chosen):
    return Retention(("**",), **chosen)


NAMES = st.sampled_from(["v1", "v2", "v10", "pr-1", "pr-2", "latest", f"sha256-{HEX}.sig"])
AGES = st.sampled_from([0.0, 10.0, 20.0, 30.0])
TAGS = st.lists(
    st.builds(tag, NAMES, AGES, st.none() | AGES), unique_by=lambda one: one.name, max_size=7
)
PATTERNS = st.lists(st.sampled_from(["*", "v*", "v?", "pr-*", "latest"]), max_size=2).map(tuple)
RULES = st.lists(
    st.builds(
        rule,
        tags=PATTERNS,
        keep=PATTERNS,
        keep_last=st.none() | st.integers(0, 3),
        keep_pushed_s=st.none() | st.sampled_from([10.0, 20.0]),
        keep_pulled_s=st.none() | st.sampled_from([10.0, 20.0]),
    ),
    max_size=3,
)


def fits(patterns, name):
    plain = {
        "*": lambda text: True,
        "v*": lambda text: text.startswith("v"),
        "v?": lambda text: text.startswith("v") and len(text) == 2,
        "pr-*": lambda text: text.startswith("pr-"),
        "latest": lambda text: text == "latest",
    }
    return any(plain[pattern](name) for pattern in patterns)


def kept_by(chosen, one, tags):
    later = [
        other
        for other in tags
        if fits(chosen.tags, other.name) and (-other.moved, other.name) < (-one.moved, one.name)
    ]
    used = one.pulled or one.moved
    return (
        fits(chosen.keep, one.name)
        or (chosen.keep_last is not None and len(later) < chosen.keep_last)
        or (chosen.keep_pushed_s is not None and one.moved >= NOW - chosen.keep_pushed_s)
        or (chosen.keep_pulled_s is not None and used >= NOW - chosen.keep_pulled_s)
    )


def has_reasons(chosen):
    reasons = (chosen.keep_last, chosen.keep_pushed_s, chosen.keep_pulled_s)
    return bool(chosen.keep) or reasons != (None, None, None)


@given(TAGS, RULES)
def test_as_a_plain_reading_has_it(tags, rules):
    judged = [one for one in tags if not one.name.startswith("sha256-")]
    going = set()
    for one in judged:
        looking = [
            chosen for chosen in rules if has_reasons(chosen) and fits(chosen.tags, one.name)
        ]
        if looking and not any(kept_by(chosen, one, judged) for chosen in looking):
            going.add(one.name)
    assert judge(tags, *rules) == going


def test_the_last_three():
    tags = [tag(f"v{number}", pushed_ago=number) for number in range(5)]
    assert judge(tags, rule(keep_last=3)) == {"v3", "v4"}


def test_a_rule_without_a_reason_to_keep_lets_nothing_go():
    assert judge([tag("v1", 99 * DAY)], rule(), rule(untagged_s=DAY)) == set()


def test_what_was_never_pulled_is_as_if_pulled_when_it_came():
    tags = [tag("new", 1 * DAY), tag("old", 9 * DAY), tag("used", 9 * DAY, 1 * DAY)]
    assert judge(tags, rule(keep_pulled_s=5 * DAY)) == {"old"}


def test_reasons():
    chosen = rule(keep=("latest",), keep_last=1, keep_pushed_s=3 * DAY, keep_pulled_s=DAY)
    tags = [tag("v2"), tag("v1", 9 * DAY, 36 * 3600)]
    assert judging.judge([Rule(chosen)], tags, NOW) == {
        "v1": "no pattern keeps it; 1 tags were pushed later, the last 1 are kept; "
        "it was pushed 9 days ago, 3 days are kept; it was pulled 36 h ago, 24 h are kept"
    }


def test_repositories():
    chosen = Rule(Retention(("team/*", "x")))
    assert [chosen.is_for(name) for name in ["team/a", "team/a/b", "x"]] == [True, False, True]


def test_names_that_belong_to_a_digest():
    long = "cd" * 64
    names = [f"sha256-{HEX}", f"sha256-{HEX}.sig", f"sha256-{HEX}.att", f"sha256-{HEX}.sbom"]
    assert {judging.attached_to(name) for name in names} == {f"sha256-{HEX}"}
    assert judging.attached_to(f"sha512-{long}.sig") in judging.names_of(f"sha512:{long}")
    assert judging.attached_to(f"sha512-{long[:64]}") in judging.names_of(f"sha512:{long}")
    for other in ["v1", f"sha256-{HEX}.txt", f"sha256-{HEX[:-1]}", f"x-sha256-{HEX}"]:
        assert judging.attached_to(other) is None
