"""What takes the room, and what runs."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
from pathlib import Path
from typing import Any

from homeport.edge import http
from homeport.registry import errors
from homeport.registry.api import query
from homeport.registry.api.extension import bodies
from homeport.registry.api.extension.jobs import Jobs
from homeport.registry.backend import Backend
from homeport.registry.grammar import names
from homeport.registry.store import usage
from homeport.registry.store.space import runs
from homeport.storage import disk
from homeport.storage.quota import Quota

PAGE = 100
"""Repositories of a page where no number is asked for."""
MOST = 1000
"""The most of one page, as of the catalog: `homeport.registry.limits.PAGE`."""


class Usage:
    """The end points of usage."""

    def __init__(self, backend: Backend, jobs: Jobs, quota: Quota | None) -> None:
        self._db = backend.db
        self._root = backend.content.root
        self._jobs = jobs
        self._quota = quota

    async def whole(self, _request: http.Request, _: str) -> http.Response:
        """Bytes, counts, room left, what ran last and what runs."""
        totals = await self._db.scan(usage.totals)
        last = [runs.last(self._db, kind) for kind in self._jobs.kinds()]
        quota = self._quota
        return bodies.answer(
            {
                **dataclasses.asdict(totals),
                "quota": {"limit": quota.limit, "used": quota.used} if quota else None,
                "disk": _room(self._root),
                "runs": [_shown_run(run) for run in last if run is not None],
                "running": [run.as_json() for run in self._jobs.running()],
            }
        )

    async def repositories(self, request: http.Request, _: str) -> http.Response:
        """A page of repositories, `n` behind `last`, by `order`."""
        fields = query.parse(request.query)
        wanted = query.page(request.query, default=PAGE, most=MOST)
        order = query.first(fields, "order") or "name"
        if order not in usage.ORDERS:
            raise bodies.invalid(f"order must be one of {', '.join(usage.ORDERS)}")
        place = _place(wanted.after) if order != "name" else None

        def read(connection: sqlite3.Connection) -> list[usage.Repository]:
            if order == "name":
                return usage.by_name(connection, wanted.after, wanted.size + 1)
            return usage.by_value(connection, order, place, wanted.size + 1)

        found = await self._db.scan(read)
        shown = found[: wanted.size]
        headers = []
        if shown and len(found) > wanted.size:
            last = shown[-1].name if order == "name" else _shown(usage.place(shown[-1], order))
            path = "/v2/_homeport/usage/repositories"
            headers.append(query.link(path, order=order, last=last, n=str(wanted.size)))
        entries = [dataclasses.asdict(each) for each in shown]
        return bodies.answer({"repositories": entries}, headers=headers)

    async def repository(self, _request: http.Request, name: str) -> http.Response:
        """One repository."""
        names.check_repository(name)
        found = await self._db.scan(lambda connection: usage.one(connection, name))
        if found is None:
            raise errors.Failure("NAME_UNKNOWN", f"there is no repository {name}")
        return bodies.answer(dataclasses.asdict(found))


def _place(last: str) -> usage.Place | None:
    """Where a page begins that is not ordered by name: the value of its predecessor, a colon, its name."""
    if not last:
        return None
    value, _, name = last.partition(":")
    try:
        return usage.Place(float(value), name)
    except ValueError as error:
        raise bodies.invalid("last must come from the Link of the page before") from error


def _shown(place: usage.Place) -> str:
    return f"{place.value!r}:{place.name}"


def _shown_run(run: runs.Run) -> dict[str, Any]:
    shown = run._asdict()
    del shown["id"]
    return shown


def _room(folder: Path) -> dict[str, int]:
    try:
        found = os.statvfs(folder)
    except OSError as error:
        raise disk.storage_error(f"The free space of {folder} is not known", error) from error
    return {"free": found.f_bavail * found.f_frsize, "total": found.f_blocks * found.f_frsize}
