"""Keeps what is known of manifests: a second after a push, and before somebody is shown what was not looked into yet.

A push waits for none of it. What is due is noted in the rows themselves, so a stop loses nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from homeport import errors
from homeport.clock import Timer
from homeport.registry.backend import Backend
from homeport.registry.browsing import limits, looking
from homeport.registry.browsing.looking import Look
from homeport.registry.events import journal
from homeport.registry.events.journal import Event
from homeport.registry.space.jobs import Job, Stopped
from homeport.registry.store.browsing import descriptions
from homeport.registry.store.browsing.descriptions import Found

_log = logging.getLogger(__name__)

_PASSES = 4
"""Looks of one request: what an index names comes first, then the index."""

_CHANGES = frozenset({journal.PUSH, journal.DELETE})


class Describer:
    """Listens to the journal from the moment it is made."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._db = backend.db
        self._clock = backend.clock
        self._job = Job("look into new manifests")
        self._lock = asyncio.Lock()
        """One look at a time: none writes what another has found since."""
        self._timer: Timer | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_closed = False
        self._is_failing = False
        backend.journal.listen(tell=self.tell)

    def tell(self, event: Event) -> None:
        """Plans a look where manifests came or went."""
        if event.kind == journal.MANIFEST and event.action in _CHANGES:
            self._plan()

    async def see(self, repository: int) -> None:
        """Looks into what is due in a repository, up to `FIRST_SIGHT`; the rest is done beside the requests."""
        left = limits.FIRST_SIGHT
        for _ in range(_PASSES):
            if left <= 0 or not descriptions.is_due(self._db, repository):
                break
            looked = await self._look(repository, left)
            if not looked:
                break
            left -= looked
        if descriptions.is_due(self._db, repository):
            self._plan()

    def _plan(self) -> None:
        if self._timer is None and self._task is None and not self._is_closed:
            self._timer = self._clock.call_at(self._clock.now() + limits.DELAY_S, self._begin)

    def _begin(self) -> None:
        self._timer = None
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        try:
            with suppress(Stopped):
                await self._job.run(self._look_into_all())
        except errors.StorageError as error:
            self._fail(error)
        finally:
            self._task = None
        if not self._is_failing and descriptions.is_due(self._db, None):
            # It came after the last look, and found this task still there.
            self._plan()

    async def _look_into_all(self) -> None:
        while descriptions.is_due(self._db, None):
            if not await self._look(None, limits.BATCH):
                return
            await self._job.rest(self._clock, limits.REST_S)

    async def _look(self, repository: int | None, count: int) -> int:
        """Looks into the next ones; returns how many. None where it could not be written down."""
        async with self._lock:
            looks = await self._db.scan(lambda at: looking.look(at, repository, count))
            if not looks:
                return 0
            found = await self._with_configs(looks)
            try:
                await self._db.write(lambda connection: descriptions.settle(connection, found))
            except errors.StorageError as error:
                self._fail(error)
                return 0
            self._is_failing = False
            return len(looks)

    def _fail(self, error: errors.StorageError) -> None:
        """Says once that nothing can be noted: what is shown lacks it until there is room."""
        if not self._is_failing:
            _log.warning("What new images are could not be written down: %s", error)
        self._is_failing = True

    async def _with_configs(self, looks: Sequence[Look]) -> list[Found]:
        files: dict[int, str] = {}
        for number, look in enumerate(looks):
            place = (
                descriptions.config(self._db, look.found.of.repository, look.config)
                if look.config
                else None
            )
            if place is not None and place.size <= limits.CONFIG_BYTES:
                files[number] = place.file
        if not files:
            return [look.found for look in looks]
        content = self._backend.content
        # Asked of the rows just now and leased without a pause between: no removal can come in between.
        release = content.lease(files.values())
        try:
            paths = {number: content.path(file) for number, file in files.items()}
            return await asyncio.to_thread(_read_all, looks, paths)
        finally:
            release()

    async def close(self) -> None:
        """Plans nothing more, and waits for the look that is under way."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await self._job.close()
        if self._task is not None:
            await asyncio.wait([self._task])
        async with self._lock:
            pass


def _read_all(looks: Sequence[Look], paths: dict[int, Path]) -> list[Found]:
    return [
        looking.with_config(look, _read(paths[number])) if number in paths else look.found
        for number, look in enumerate(looks)
    ]


def _read(path: Path) -> bytes:
    """A config; nothing where it can not be read, which is for a scrub to tell."""
    try:
        with path.open("rb") as file:
            return file.read(limits.CONFIG_BYTES)
    except OSError:
        return b""
