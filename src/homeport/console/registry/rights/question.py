"""May USER do ACTION in REPOSITORY? Answered from what the registry says is in force, by its own rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from homeport.console.registry.rights import matrix, words
from homeport.registry.access import rules as access


class Question(NamedTuple):
    """What is asked."""

    user: str
    """Empty for anyone without a password; `robot+NAME` for a robot."""
    action: str
    repository: str


class Answer(NamedTuple):
    """Yes or no, and why."""

    may: bool
    why: list[str]


class Known(NamedTuple):
    """Who there is."""

    users: frozenset[str] | None
    """None where that could not be told."""
    robots: Mapping[str, Mapping[str, Any]]
    """By their names with the prefix."""


def answer(asked: Question, rules: words.Told, known: Known, now: float) -> Answer:
    """What the registry would say."""
    refusal = _switched_off(asked, rules) or _mirrored(asked, rules)
    if refusal:
        return _no(refusal)
    if not rules["has_users"]:
        return _yes("The registry has no users (registry.auth): everybody may do everything.")
    stranger = _not_there(asked, known, now)
    if stranger:
        return _no(stranger)
    if asked.user in rules["admins"]:
        return _yes(f"{asked.user} is an admin: admins may do everything.")
    if asked.user and not asked.user.startswith(words.ROBOT) and not rules["rules"]:
        return _yes("There are no rules: each user may do everything.")
    why = _scopes(asked, known) + _rules(asked, rules["rules"])
    if why:
        return _yes(*why)
    return _no("No rule lets it, and what no rule lets is refused.")


def _yes(*why: str) -> Answer:
    return Answer(may=True, why=list(why))


def _no(*why: str) -> Answer:
    return Answer(may=False, why=list(why))


def _switched_off(asked: Question, rules: words.Told) -> str:
    if rules["is_readonly"] and asked.action != "pull":
        return "The registry is read-only for everybody (registry.readonly)."
    if not rules["may_delete"] and asked.action == "delete":
        return "Deletes are switched off for everybody (registry.delete)."
    return ""


def _mirrored(asked: Question, rules: words.Told) -> str:
    """A mirror is filled by pulls alone."""
    head = asked.repository
    prefixes = {each["prefix"]: each["url"] for each in rules["upstreams"]}
    while asked.action == "push" and head:
        head = head.rpartition("/")[0]
        if head in prefixes:
            return (
                f"It mirrors {prefixes[head]}: nobody can push into a mirror (registry.upstreams)."
            )
    return ""


def _not_there(asked: Question, known: Known, now: float) -> str:
    if asked.user.startswith(words.ROBOT):
        robot = known.robots.get(asked.user)
        if robot is None:
            return f"There is no robot {asked.user.removeprefix(words.ROBOT)}."
        if robot["expires"] is not None and robot["expires"] <= now:
            return f"The time of the robot {robot['name']} is over."
    elif asked.user and known.users is not None and asked.user not in known.users:
        return f"There is no user {asked.user}."
    return ""


def _scopes(asked: Question, known: Known) -> list[str]:
    """The scopes of a robot that let it."""
    robot = known.robots.get(asked.user)
    if robot is None:
        return []
    scopes = [(each["repositories"], each["allow"]) for each in robot["scopes"]]
    return [
        f"The robot may {words.listed(list(allow))} in {pattern}."
        for pattern, allow in scopes
        if _holder(access.Rules([]), asked.user, [(pattern, allow)]).may(
            asked.action, asked.repository
        )
    ]


def _rules(asked: Question, told: Sequence[words.Told]) -> list[str]:
    """The rules that let it: each is put alone, as rights only add up."""
    return [
        f"Rule {number}: {words.rule(told[number - 1])}"
        for number, rule in enumerate(matrix.rules_of(told), 1)
        if _holder(access.Rules([rule]), asked.user, []).may(asked.action, asked.repository)
    ]


def _holder(
    rules: access.Rules, user: str, scopes: Sequence[tuple[str, Sequence[str]]]
) -> access.Holder:
    if not user:
        return rules.anonymous
    return rules.robot(user, scopes) if user.startswith(words.ROBOT) else rules.user(user)
