"""The pages of the room that images take: how much, over time, and the work that frees it or looks after it."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

from homeport.clock import Clock
from homeport.console.asking import troubles
from homeport.console.registry.rights import words
from homeport.console.registry.upkeep import history, outcomes
from homeport.console.registry.upkeep.working import GC, RETENTION, SCRUB, Ended, Works
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

LARGEST = 10
"""Repositories that the first page names."""
RUNS = 20
"""Past runs that a page of work names."""
DAYS = 3650
"""The longest time that the registry takes: ten years."""
DAY_S = 86_400

_BASE = "/registry/space"
_PLACES = {GC: "collection", RETENTION: "retention", SCRUB: "scrub"}
"""Where each kind of work has its page."""
_KINDS = {place: kind for kind, place in _PLACES.items()}


class Past(NamedTuple):
    """A run that the registry remembers."""

    kind: str
    started: float
    took: float
    said: str
    freed: int | None


class Space:
    """The pages, and what was asked for by them."""

    def __init__(self, clock: Clock) -> None:
        self._works = Works(clock)
        self.rows = (
            Row("GET", _BASE, self.usage, "admin"),
            Row("GET", f"{_BASE}/{{work}}", self.work, "admin"),
            Row("POST", f"{_BASE}/{{work}}", self.start, "admin"),
        )

    async def close(self) -> None:
        """Stops reading what runs tell."""
        await self._works.close()

    async def usage(self, visit: Visit) -> http.Response:
        """How much room there is, who takes it, and how that came."""
        named = visit.query.choice("span", tuple(history.SPANS), "week")
        span = history.SPANS[named]
        since = visit.clock.now() - span.seconds
        ask = visit.registry.get
        whole, told, largest, ran, rules = await asyncio.gather(
            ask("usage"),
            ask("usage/history", {"since": f"{max(0.0, since):.3f}", "points": span.points}),
            ask("usage/repositories", {"order": "size", "n": LARGEST}),
            ask("runs", {"n": RUNS}),
            ask("rules"),
        )
        return visit.page(
            "registry/space/usage.html",
            tabs=_tabs(_BASE),
            usage=whole,
            room=_room(whole),
            history=history.shown(told["points"], span),
            spans=[
                (each.text, f"{_BASE}?span={name}", name == named)
                for name, each in history.SPANS.items()
            ],
            largest=largest["repositories"],
            past=[_past(run) for run in ran["runs"]],
            running=ran["running"],
            switches=words.switches(rules),
            names=outcomes.NAMES,
            places=_PLACES,
            base=_BASE,
        )

    async def work(self, visit: Visit) -> http.Response:
        """One kind of work: what it does, what runs of it, what came of the last, and what came before."""
        kind = _kind(visit)
        ran, rules = await asyncio.gather(
            visit.registry.get("runs", {"kind": kind, "n": RUNS}), visit.registry.get("rules")
        )
        running = next(iter(ran["running"]), None)
        return visit.page(
            f"registry/space/{_PLACES[kind]}.html",
            part="state",
            tabs=_tabs(f"{_BASE}/{_PLACES[kind]}"),
            kind=kind,
            name=outcomes.NAMES[kind],
            action=f"{_BASE}/{_PLACES[kind]}",
            running=running,
            last=_last(self._works.last(kind), kind, ran["runs"]),
            past=[_past(run) for run in ran["runs"]],
            rules=rules,
            retention=[words.retention(rule) for rule in rules["retention"]],
            switches=words.switches(rules),
        )

    async def start(self, visit: Visit) -> http.Response:
        """Has the registry begin a run."""
        kind = _kind(visit)
        await self._works.start(visit.registry, kind, visit.who.name, _wanted(visit, kind))
        where = f"{_BASE}/{_PLACES[kind]}"
        name = outcomes.NAMES[kind]
        if not await self._works.settle(kind):
            return visit.go(where, said=f"{name}: it has begun.")
        ended = self._works.last(kind)
        if ended is None or ended.report is None:
            return visit.go(where)
        return visit.go(where, said=f"{name}: {outcomes.said(kind, ended.report)[0]}")


class Last(NamedTuple):
    """What came of the last run: one that was asked for here, or one that the registry remembers."""

    ended: Ended
    said: list[str]
    is_remembered: bool = False
    """Whether it is told by the registry; who asked for it is not known then."""


def _last(ended: Ended | None, kind: str, runs: list[dict[str, Any]]) -> Last | None:
    newest = runs[0] if runs else None
    if newest is not None and (ended is None or newest["started"] > ended.ended):
        report = newest["report"]
        made = Ended("", newest["started"], newest["ended"], report)
        return Last(made, outcomes.said(kind, report), is_remembered=True)
    if ended is None:
        return None
    return Last(ended, outcomes.said(kind, ended.report) if ended.report else [])


def _past(run: dict[str, Any]) -> Past:
    kind, report = run["kind"], run["report"]
    said = outcomes.said(kind, report)[0]
    took = run["ended"] - run["started"]
    return Past(kind, run["started"], took, said, outcomes.freed(kind, report))


def _kind(visit: Visit) -> str:
    kind = _KINDS.get(visit.names["work"])
    if kind is None:
        raise troubles.missing("There is no such page.", f"{_BASE} leads to those there are.")
    return kind


def _wanted(visit: Visit, kind: str) -> dict[str, Any]:
    """What the registry is told."""
    if kind == SCRUB:
        return {}
    wanted: dict[str, Any] = {"dry_run": visit.form.has("dry_run")}
    if kind == GC and visit.form.text("untagged"):
        wanted["untagged_s"] = visit.form.number("untagged", 0, 0, DAYS) * DAY_S
    if kind == GC and visit.form.has("now"):
        wanted["grace_s"] = 0
    return wanted


class Room(NamedTuple):
    """The bytes of the bar."""

    total: int
    used: int
    free: int
    disk_free: int
    is_quota: bool = True
    """Whether the total is what the settings allow; else it is what the disk has."""


def _room(usage: dict[str, Any]) -> Room:
    used = usage["blob_bytes"] + usage["manifest_bytes"] + usage["upload_bytes"]
    quota, disk = usage["quota"], usage["disk"]
    if quota is not None and quota["limit"] is not None:
        # The quota counts in its own way: what is held back for uploads is taken too.
        taken = max(used, quota["used"])
        return Room(quota["limit"], taken, max(0, quota["limit"] - taken), disk["free"])
    return Room(used + disk["free"], used, disk["free"], disk["free"], is_quota=False)


def _tabs(here: str) -> list[tuple[str, str, bool]]:
    pages = [("Usage", _BASE)] + [
        (outcomes.NAMES[kind], f"{_BASE}/{place}") for kind, place in _PLACES.items()
    ]
    return [(text, where, where == here) for text, where in pages]
