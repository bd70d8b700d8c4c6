"""The pages of robots: credentials for programs. A secret stands in the answer to its making, and never again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from homeport.console.asking.troubles import Trouble
from homeport.console.registry import commands
from homeport.console.registry.rights import credentials, matrix
from homeport.console.routing import Row
from homeport.console.visit import Fields, Visit
from homeport.edge import http
from homeport.registry import limits

SCOPES = 3
"""Rows of the form at first."""
MORE = 4
"""Rows that come with each `More rows`."""
DAYS = 3650
"""The longest life that the registry takes: ten years."""
DAY_S = 86_400
WEEK_S = 7 * DAY_S
"""A robot that ends within this time is marked."""

PATH = "/registry/robots"


class Scope(NamedTuple):
    """A row of the form."""

    pattern: str
    allow: list[str]


class Shown(NamedTuple):
    """A robot in the list."""

    told: dict[str, Any]
    is_over: bool
    is_ending: bool


class Given(NamedTuple):
    """The form as it was filled in."""

    name: str
    days: str
    scopes: list[Scope]


EMPTY = Given("", "90", [Scope("", [])] * SCOPES)


async def show(visit: Visit) -> http.Response:
    """All robots, and the form for a new one."""
    return await _page(visit, EMPTY)


async def create(visit: Visit) -> http.Response:
    """Makes one, and shows its secret; or only gives the form more rows."""
    given = _given(visit.form)
    if visit.form.has("more"):
        more = min(limits.SCOPES, len(given.scopes) + MORE) - len(given.scopes)
        return await _page(visit, given._replace(scopes=given.scopes + [Scope("", [])] * more))
    try:
        made = await visit.registry.send("POST", "robots", _wanted(given))
    except Trouble as trouble:
        if trouble.status not in {400, 409}:
            raise
        return await _page(visit, given, trouble)
    host = commands.host(visit.options)
    return visit.page(
        "registry/robot.html",
        robot=made,
        scopes=_filled(given),
        snippets=credentials.snippets(host, made["user"], made["secret"], made["name"]),
        path=PATH,
    )


async def remove(visit: Visit) -> http.Response:
    """Removes one."""
    name = visit.form.needed("name", "The name of the robot")
    await visit.registry.send("DELETE", f"robots/{name}")
    return visit.go(PATH, said=f"The robot {name} is removed; its secret is refused from now on.")


async def _page(visit: Visit, given: Given, wrong: Trouble | None = None) -> http.Response:
    told = await visit.registry.get("robots")
    now, search = visit.clock.now(), visit.query.text("search").strip().lower()
    found = [each for each in told["robots"] if search in each["name"]]
    size = visit.options.page
    offset = visit.query.number("offset", 0, 0, limits.ROBOTS)
    return visit.page(
        "registry/robots.html",
        part="rows" if visit.request.method == "GET" else "",
        status=wrong.status if wrong is not None else 200,
        robots=[_shown(each, now) for each in found[offset : offset + size]],
        total=len(found),
        all=len(told["robots"]),
        offset=offset,
        size=size,
        search=search,
        given=given,
        wrong=wrong,
        actions=matrix.ACTIONS,
        most=limits.SCOPES,
        days=DAYS,
        path=PATH,
    )


def _shown(told: dict[str, Any], now: float) -> Shown:
    left = told["expires"] - now if told["expires"] is not None else math.inf
    return Shown(told, left <= 0, 0 < left <= WEEK_S)


def _given(form: Fields) -> Given:
    rows = form.number("rows", SCOPES, 1, limits.SCOPES)
    scopes = [
        Scope(
            form.text(f"repositories-{number}").strip(),
            [each for each in form.all(f"allow-{number}") if each in matrix.ACTIONS],
        )
        for number in range(rows)
    ]
    return Given(form.text("name").strip(), form.text("days").strip(), scopes)


def _filled(given: Given) -> Sequence[Scope]:
    return [each for each in given.scopes if each.pattern or each.allow]


def _wanted(given: Given) -> dict[str, Any]:
    """What the registry is asked for. Raises `Trouble` for what it can not be asked."""
    scopes = _filled(given)
    if not given.name:
        raise Trouble("The robot has no name.", hint="Such as ci, or deploy.")
    if not scopes:
        raise Trouble(
            "The robot may do nothing.", hint="Name repositories, and tick what it may do there."
        )
    for each in scopes:
        if not each.pattern or not each.allow:
            raise Trouble(
                f"Nothing is ticked for {each.pattern}."
                if each.pattern
                else "No repositories stand beside what is ticked.",
                hint="Each row needs both, or neither.",
            )
    wanted: dict[str, Any] = {
        "name": given.name,
        "scopes": [{"repositories": each.pattern, "allow": each.allow} for each in scopes],
    }
    if given.days:
        wanted["expires_s"] = _days(given.days) * DAY_S
    return wanted


def _days(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) <= 9
    if not is_number or not 1 <= int(text) <= DAYS:
        raise Trouble(
            f"The days until it ends must be a whole number from 1 to {DAYS}, or empty for a robot without an end."
        )
    return int(text)


ROWS = (
    Row("GET", PATH, show, "admin"),
    Row("POST", PATH, create, "admin"),
    Row("POST", f"{PATH}/remove", remove, "admin"),
)
