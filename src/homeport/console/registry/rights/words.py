"""Rules, retention and switches in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from homeport.console.rendering import units

Told = Mapping[str, Any]
"""A part of what the registry says is in force."""

EVERYTHING = "**"
EACH_USER = "*"
ROBOT = "robot+"


def rule(told: Told) -> str:
    """Who may do what by one rule: `ann and each robot … may pull from and push to team/**.`"""
    who = [_who(name) for name in told["users"]]
    if told["anonymous"]:
        who.append("anyone, without a password too,")
    where = places(told["repositories"])
    if not who:
        return f"Nobody is named, so nobody may do anything more in {where}."
    does = listed([f"{action} {_PREPOSITION[action]}" for action in told["allow"]])
    if told["anonymous"] and len(told["allow"]) > 1:
        return _of_anyone(told, where)
    return f"{_capital(listed(who))} may {does} {where}."


def _of_anyone(told: Told, where: str) -> str:
    """A rule that lets some more than it lets anyone: without a password there is only pull."""
    text = f"Anyone, without a password too, may pull from {where}."
    if not told["users"]:
        return text
    does = listed([f"{each} {_PREPOSITION[each]}" for each in told["allow"]])
    return f"{text} {_capital(listed([_who(name) for name in told['users']]))} may {does} it."


_PREPOSITION = {"pull": "from", "push": "to", "delete": "from"}


def _who(name: str) -> str:
    if name == EACH_USER:
        return "each user who has logged in"
    return f"the robot {name.removeprefix(ROBOT)}" if name.startswith(ROBOT) else name


def places(patterns: Sequence[str]) -> str:
    """The repositories of some patterns."""
    if EVERYTHING in patterns:
        return "all repositories"
    return listed(list(patterns))


def retention(told: Told) -> str:
    """What one retention rule keeps."""
    where = places(told["repositories"])
    reasons = _reasons(told)
    parts = []
    if reasons:
        every = list(told["tags"]) == ["*"]
        tags = "tags" if every else f"the tags {listed(list(told['tags']))}"
        parts.append(
            f"Of {tags} in {where}, those stay that {listed(reasons, 'or')}; the others go."
        )
    if told["untagged_s"] is not None:
        what = "Images without a tag" if reasons else f"Images without a tag in {where}"
        parts.append(
            f"{what} go once nobody pushed or pulled them for {units.duration(told['untagged_s'])}."
        )
    return " ".join(parts) or f"Nothing goes in {where}."


def _reasons(told: Told) -> list[str]:
    found = []
    if told["keep"]:
        found.append(f"are called {listed(list(told['keep']), 'or')}")
    if told["keep_last"] is not None:
        number = told["keep_last"]
        found.append(
            "were pushed last of all" if number == 1 else f"are among the {number:,} pushed last"
        )
    if told["keep_pushed_s"] is not None:
        found.append(f"were pushed within {units.duration(told['keep_pushed_s'])}")
    if told["keep_pulled_s"] is not None:
        # What nobody has pulled yet counts as pulled when it came.
        span = units.duration(told["keep_pulled_s"])
        found.append(f"were pulled, or pushed and never pulled, within {span}")
    return found


def switches(told: Told) -> list[str]:
    """What is switched off, and what that does not stop."""
    found = []
    if told["is_readonly"]:
        found.append(
            "The registry is read-only (registry.readonly): pushes and deletes are refused to everybody."
            " Collections, retention and scrubs still run."
        )
    elif not told["may_delete"]:
        found.append(
            "Deletes are switched off (registry.delete): nobody can delete a tag or a repository."
            " Retention rules still let tags go, and collections free what nothing needs."
        )
    return found


def listed(parts: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def _capital(text: str) -> str:
    # A user's name stays as it is written.
    return (
        text[:1].upper() + text[1:] if text.startswith(("each ", "the robot ", "anyone")) else text
    )
