"""What ran over the whole registry, and what runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from homeport.edge import http
from homeport.registry.api.extension import bodies
from homeport.registry.api.extension.activity.asked import Asked
from homeport.registry.api.extension.jobs import Jobs
from homeport.registry.space import schedule
from homeport.registry.store.space import runs
from homeport.storage.db import Database

COUNT = 20
"""Runs of an answer where no number is asked for."""

UnderWay = Callable[[], Mapping[str, float]]
"""What the registry has begun by itself and is not done, by kind, and since when."""


class Runs:
    """The end point of runs."""

    def __init__(self, db: Database, jobs: Jobs, under_way: UnderWay) -> None:
        self._db = db
        self._jobs = jobs
        self._under_way = under_way

    async def get(self, request: http.Request, _: str) -> http.Response:
        """The newest first, of one kind or of all."""
        asked = Asked(request)
        kinds = self._jobs.kinds()
        kind = asked.word("kind", kinds)
        count = asked.whole("n", COUNT, 1, runs.KEPT)
        wanted = kinds if kind is None else [kind]

        def read(connection: sqlite3.Connection) -> list[runs.Run]:
            return runs.newest_of(connection, wanted, count)

        found = await self._db.scan(read)
        running = [each for each in self._running() if each["kind"] in wanted]
        return bodies.answer({"runs": [_shown(run) for run in found], "running": running})

    def _running(self) -> list[dict[str, Any]]:
        asked_for = [run.as_json() for run in self._jobs.running()]
        begun = [
            {
                "kind": kind,
                "by": schedule.USER,
                "started": since,
                "dry_run": False,
                "done": 0,
                "total": 0,
            }
            for kind, since in self._under_way().items()
        ]
        return asked_for + begun


def _shown(run: runs.Run) -> dict[str, Any]:
    shown = run._asdict()
    del shown["id"]
    return shown
