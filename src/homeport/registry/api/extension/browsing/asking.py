"""What the query of a request asks for, each field checked. An error names its field."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from homeport.edge import http
from homeport.registry import limits
from homeport.registry.api import query
from homeport.registry.api.extension import bodies
from homeport.registry.grammar import names

COUNT = 100
"""Entries of a page where no number is asked for."""
MOST = limits.PAGE
"""The most of one page, as of the catalog."""
FURTHEST = 10_000_000
"""The largest offset: ten times as many as any registry is meant for, and far from what a database counts to."""

Fields = Mapping[str, str]


def fields(request: http.Request, known: Collection[str]) -> Fields:
    """The fields of a query. Raises a failure for one that is not known: what is misspelt would be passed over."""
    found = query.parse(request.query)
    wrong = [f"{name[: bodies.NAME]!r} is no field here" for name in found if name not in known]
    if wrong:
        raise bodies.invalid(*wrong)
    return {name: values[0] for name, values in found.items()}


def count(asked: Fields) -> int:
    """The entries of a page: `n`."""
    return _whole(asked, "n", COUNT, 1, MOST)


def offset(asked: Fields) -> int:
    """How many entries come before the page."""
    return _whole(asked, "offset", 0, 0, FURTHEST)


def order(asked: Fields, orders: Collection[str]) -> str:
    """What a list is ordered by: `sort`."""
    return choice(asked, "sort", orders) or "name"


def is_descending(asked: Fields) -> bool:
    """Which end comes first: `order`."""
    return choice(asked, "order", ("asc", "desc")) == "desc"


def flag(asked: Fields, name: str) -> bool:
    """Whether it is 1."""
    return choice(asked, name, ("0", "1")) == "1"


def choice(asked: Fields, name: str, choices: Collection[str]) -> str:
    """One of some words; empty where none is asked for."""
    value = asked.get(name, "")
    if value and value not in choices:
        raise bodies.invalid(f"{name} must be one of {', '.join(choices)}")
    return value


def text(asked: Fields, name: str, most: int) -> str:
    """A text of so many characters at most; empty where none is asked for."""
    value = asked.get(name, "")
    if len(value) > most or "\0" in value:
        raise bodies.invalid(f"{name} must be a text of up to {most} characters")
    return value


def folder(asked: Fields, name: str) -> str:
    """The beginning of names, up to a slash; empty for all."""
    value = asked.get(name, "").strip("/")
    if value and not names.is_repository(value):
        raise bodies.invalid(
            f"{name} must be the beginning of a repository's name, such as team/app"
        )
    return value


def _whole(asked: Fields, name: str, default: int, least: int, most: int) -> int:
    value = asked.get(name, "")
    if not value:
        return default
    number = int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else -1
    if not least <= number <= most:
        raise bodies.invalid(f"{name} must be a whole number from {least} to {most}")
    return number
