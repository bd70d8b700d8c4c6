"""Rules in sentences."""

import pytest

from homeport.console.registry.rights import words


def rule(repositories=("team/**",), allow=("pull",), users=(), *, anonymous=False):
    return {
        "repositories": list(repositories),
        "allow": list(allow),
        "users": list(users),
        "anonymous": anonymous,
    }


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (rule(users=["ann"]), "ann may pull from team/**."),
        (
            rule(["**"], ["pull", "push"], ["*"]),
            "Each user who has logged in may pull from and push to all repositories.",
        ),
        (
            rule(["a/*", "b/*"], ["pull", "push", "delete"], ["ann", "robot+ci"]),
            "ann and the robot ci may pull from, push to and delete from a/* and b/*.",
        ),
        (
            rule(["public/**"], anonymous=True),
            "Anyone, without a password too, may pull from public/**.",
        ),
        (
            rule(["public/**"], ["pull", "push"], ["ann"], anonymous=True),
            "Anyone, without a password too, may pull from public/**. ann may pull from and push to it.",
        ),
        (rule(), "Nobody is named, so nobody may do anything more in team/**."),
    ],
)
def test_a_rule(told, text):
    assert words.rule(told) == text


NOTHING = {
    "repositories": ["**"],
    "tags": ["*"],
    "keep": [],
    "keep_last": None,
    "keep_pushed_s": None,
    "keep_pulled_s": None,
    "untagged_s": None,
}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"keep": ["v*", "latest"], "keep_last": 10, "keep_pulled_s": 30 * 86_400.0},
            (
                "Of tags in all repositories, those stay that are called v* or latest,"
                " are among the 10 pushed last or were pulled, or pushed and never pulled, within 30 d; the others go."
            ),
        ),
        (
            {"repositories": ["a/**"], "tags": ["pr-*"], "keep_pushed_s": 7 * 86_400.0},
            "Of the tags pr-* in a/**, those stay that were pushed within 7 d; the others go.",
        ),
        (
            {"tags": [], "untagged_s": 14 * 86_400.0},
            "Images without a tag in all repositories go once nobody pushed or pulled them for 14 d.",
        ),
        (
            {"keep_last": 1, "untagged_s": 3600.0},
            (
                "Of tags in all repositories, those stay that were pushed last of all; the others go."
                " Images without a tag go once nobody pushed or pulled them for 1 h."
            ),
        ),
        ({}, "Nothing goes in all repositories."),
    ],
)
def test_a_retention_rule(changes, text):
    assert words.retention(NOTHING | changes) == text


def test_switches():
    assert words.switches({"is_readonly": False, "may_delete": True}) == []
    [text] = words.switches({"is_readonly": True, "may_delete": False})
    assert "registry.readonly" in text
    [text] = words.switches({"is_readonly": False, "may_delete": False})
    assert "registry.delete" in text
