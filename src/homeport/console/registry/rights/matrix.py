"""Who may do what by pattern, as a table. Decided by the registry's own rules, put to names that stand for a whole pattern."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from homeport.console.registry.rights import words
from homeport.registry import limits
from homeport.registry.access import rules as access
from homeport.registry.options import Rule

ACTIONS = ("pull", "push", "delete")
COLUMNS = 12
"""Users and robots beside each other at most: more do not stand on a wide page."""
ROWS = 200

_ANY = "\x01"
"""A letter that no pattern has, so that only `*`, `**` and `?` fit it."""


class Column(NamedTuple):
    """Somebody, or a group of callers."""

    text: str
    holder: access.Holder


class Matrix(NamedTuple):
    """The table."""

    columns: list[str]
    rows: list[tuple[str, list[list[str]]]]
    """A pattern, and for each column what is let in all repositories of it."""
    left_out: int
    """Users that have no column."""
    rows_left_out: int


def rules_of(told: Sequence[words.Told]) -> list[Rule]:
    """The rules as the registry tells them."""
    return [
        Rule(
            tuple(each["repositories"]),
            tuple(each["allow"]),
            tuple(each["users"]),
            bool(each["anonymous"]),
        )
        for each in told
    ]


def made(told: Sequence[words.Told], admins: Sequence[str]) -> Matrix:
    """The table of some rules. Admins may everything and have no column."""
    rules = rules_of(told)
    decided = access.Rules(rules)
    named = [
        name
        for name in dict.fromkeys(name for rule in rules for name in rule.users)
        if name != words.EACH_USER and name not in admins
    ]
    columns = _groups(rules, decided) + [_column(decided, name) for name in named[:COLUMNS]]
    patterns = list(dict.fromkeys(text for rule in rules for text in rule.repositories))
    rows = [
        (pattern, [let(column.holder, pattern) for column in columns])
        for pattern in patterns[:ROWS]
    ]
    left = max(0, len(named) - COLUMNS), max(0, len(patterns) - ROWS)
    return Matrix([column.text for column in columns], rows, *left)


def _groups(rules: Sequence[Rule], decided: access.Rules) -> list[Column]:
    found = []
    if decided.has_anonymous:
        found.append(Column("Anyone", decided.anonymous))
    if any(words.EACH_USER in rule.users for rule in rules):
        # No user is called so: what is left is what each user may.
        found.append(Column("Each user", decided.user("")))
    return found


def _column(decided: access.Rules, name: str) -> Column:
    is_robot = name.startswith(words.ROBOT)
    return Column(name, decided.robot(name, []) if is_robot else decided.user(name))


def let(holder: access.Holder, pattern: str) -> list[str]:
    """What somebody may in all repositories of a pattern, in the order of `ACTIONS`."""
    names = samples(pattern)
    return [action for action in ACTIONS if all(holder.may(action, name) for name in names)]


def samples(pattern: str) -> list[str]:
    """Names that stand for all that fit a pattern: each star once short, once a single part, once long and deep."""
    plain = pattern.replace("?", _ANY)
    room = max(1, (limits.NAME_BYTES - len(plain)) // max(1, plain.count("*")))
    deep = "/".join(_ANY * (2 + at % 3) for at in range(8))[:room].rstrip("/")
    wide = (_ANY * 9)[:room]
    found = [
        plain.replace("**", "\0").replace("*", one).replace("\0", many)
        for one, many in (("", ""), (_ANY, _ANY), (wide, deep))
    ]
    return list(dict.fromkeys(found))
