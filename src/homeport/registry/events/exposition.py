"""Answers Prometheus: the counters of this process, and what is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence

from homeport.clock import Clock
from homeport.edge import http
from homeport.registry.events import families, figures, openmetrics
from homeport.registry.events.families import Cache
from homeport.registry.events.metrics import Counts
from homeport.registry.events.notifications.endpoint import Endpoint
from homeport.registry.events.openmetrics import Family, counter
from homeport.storage.db import Database
from homeport.storage.quota import Quota

FRESH_S = 5.0
"""For so long rows are not counted again: a walk over a million takes some 50 ms of a thread, and whoever may read this may ask for it
as often as they like. Prometheus asks each 15 s to a minute."""


class Metrics:
    """The end point `/metrics`; who may ask is not its business. `caches` are what upstreams count, by a label."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        counts: Counts,
        *,
        quota: Quota | None = None,
        endpoints: Sequence[Endpoint] = (),
        caches: Mapping[str, Cache] | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._counts = counts
        self._quota = quota
        self._endpoints = endpoints
        self._caches = caches or {}
        self.under_way: Callable[[], Iterable[http.Request]] = tuple
        """Gives the requests that are being answered: the server's, once there is one."""
        self._rows: asyncio.Task[figures.Rows] | None = None
        self._counted = float("-inf")

    async def answer(self, request: http.Request) -> http.Response:
        """All metrics, in the form that the client takes."""
        rows = await self._count()
        is_open = openmetrics.is_open_metrics(request.headers.get("accept", ""))
        text = openmetrics.render(self._families(rows), is_open_metrics=is_open)
        form = openmetrics.OPEN_METRICS if is_open else openmetrics.TEXT
        return http.Response(200, [("Content-Type", form)], text.encode())

    async def _count(self) -> figures.Rows:
        """One count for all who ask at the same time."""
        now = self._clock.now()
        has_failed = self._rows is not None and self._rows.done() and self._rows.exception()
        if self._rows is None or has_failed or abs(now - self._counted) >= FRESH_S:
            self._counted = now
            self._rows = asyncio.ensure_future(self._db.scan(figures.rows))
        return await asyncio.shield(self._rows)

    def _families(self, rows: figures.Rows) -> Iterable[Family]:
        counts, db = self._counts, self._db
        limit = self._quota.limit if self._quota is not None else None
        return [
            *families.requests(counts, self.under_way()),
            *families.happenings(counts),
            *families.runs(counts),
            *(families.upstreams(self._caches) if self._caches else ()),
            *families.holdings(rows, limit),
            *(families.notifications(self._endpoints, rows.waiting) if self._endpoints else ()),
            counter("registry_database_commits", "Commits, one fsync each.", [({}, db.commits)]),
            counter("registry_database_writes", "Writes in these commits.", [({}, db.writes)]),
            *figures.process(),
        ]
