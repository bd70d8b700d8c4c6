"""A whole repository goes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from homeport.edge import http
from homeport.registry import errors
from homeport.registry.access import caller as callers
from homeport.registry.api.extension import bodies
from homeport.registry.backend import Backend
from homeport.registry.events import journal
from homeport.registry.events.journal import Event
from homeport.registry.grammar import names
from homeport.registry.options import Options
from homeport.registry.store.space import removal

BATCH = 32
"""Manifests that one write removes: some 3 ms, between which other requests are answered."""


class Repositories:
    """The end point of repositories."""

    def __init__(self, backend: Backend, options: Options) -> None:
        self._db = backend.db
        self._clock = backend.clock
        self._rows = backend.manifests
        self._journal = backend.journal
        self._may_delete = options.may_delete and not options.is_readonly

    async def delete(self, request: http.Request, name: str) -> http.Response:
        """Removes all manifests that are there now, with their tags; their blobs go with a later collection.

        What is pushed meanwhile stays. A stop half-way leaves those that were pushed first: ask again.
        """
        self._check(request, name)
        now = self._clock.now()
        ids = await self._db.scan(lambda connection: removal.there(connection, name))
        if not ids:
            raise errors.Failure("NAME_UNKNOWN", f"there is no image in {name}")
        count, tags = 0, 0
        for start in range(0, len(ids), BATCH):
            is_last = start + BATCH >= len(ids)
            batch = _Batch(request, name, ids[start : start + BATCH], now, is_last=is_last)
            removed = await self._remove(batch)
            count += removed[0]
            tags += removed[1]
        return bodies.answer({"repository": name, "manifests": count, "tags": tags})

    def _check(self, request: http.Request, name: str) -> None:
        names.check_repository(name)
        if not callers.of(request).may(callers.DELETE, name):
            raise errors.Failure("DENIED", detail={"name": name, "action": callers.DELETE})
        if not self._may_delete:
            raise errors.Failure("UNSUPPORTED", "the settings of the registry allow no deletes")

    async def _remove(self, batch: _Batch) -> tuple[int, int]:
        def remove(connection: sqlite3.Connection) -> tuple[list[Event], int]:
            tags = removal.tags(connection, batch.name, batch.ids)
            gone = removal.remove(connection, batch.name, batch.ids, batch.until)
            events = [batch.event._replace(**each._asdict()) for each in gone]
            if batch.is_last:
                events.append(batch.event._replace(kind=journal.REPOSITORY))
            for event in events:
                self._journal.note(connection, event)
            if self._rows is not None:
                self._rows.settle(connection)
            return events, tags

        events, tags = await self._db.write(remove)
        for event in events:
            self._journal.tell(event)
        return len(events) - batch.is_last, tags


class _Batch:
    """Manifests that go in one write."""

    def __init__(
        self, request: http.Request, name: str, ids: Sequence[int], until: float, *, is_last: bool
    ) -> None:
        self.name = name
        self.ids = ids
        self.until = until
        """What was pushed later stays."""
        self.is_last = is_last
        self.event = Event(
            journal.DELETE,
            journal.MANIFEST,
            name,
            request=request,
            user=callers.of(request).name,
        )
