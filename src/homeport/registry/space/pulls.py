"""Counts pulls in memory and writes them down from time to time: a pull costs no write. A stop without notice loses half a minute."""

from __future__ import annotations

import asyncio
import logging

from homeport import errors
from homeport.clock import Timer
from homeport.registry.backend import Backend
from homeport.registry.events import journal
from homeport.registry.events.journal import Event
from homeport.registry.store import pulls as rows

_log = logging.getLogger(__name__)

INTERVAL_S = 30.0
"""Time between two writes, while there is something to write."""
HELD = 10_000
"""Manifests and tags whose pulls are held in memory, some 5 MB. Where they are more, they are written down at once."""
LOT = 128
"""Of these, how many one write takes; it takes some 3 ms."""

_PULL, _LOOK, _MANIFEST = journal.PULL, journal.LOOK, journal.MANIFEST

Key = tuple[str, str, str]
"""Repository, digest and tag, which is empty where it was asked for by digest."""


class Pulls:
    """Listens to the journal from the moment it is made."""

    def __init__(self, backend: Backend) -> None:
        self._db = backend.db
        self._clock = backend.clock
        self._held: dict[Key, list[float]] = {}
        """For each, how many pulls and when the last was."""
        self._looked: dict[tuple[str, str], str] = {}
        self._looked_before: dict[tuple[str, str], str] = {}
        """Repository and digest of what was looked at by a tag: containerd, and with it Kubernetes, asks for a tag by HEAD and pulls
        what it finds by its digest. https://github.com/containerd/containerd/blob/main/core/remotes/docker/resolver.go (Resolve)"""
        self._timer: Timer | None = None
        self._flush: asyncio.Task[None] | None = None
        self._is_failing = False
        backend.journal.listen(tell=self.tell)

    def tell(self, event: Event) -> None:
        """Notes a pull, or a look: what is looked at is in use, though it is not counted. As short as can be: it is paid by each."""
        if event.kind != _MANIFEST:
            return
        is_pull = event.action == _PULL
        if (not is_pull and event.action != _LOOK) or event.is_shown:
            return
        tag = event.tag
        if tag:
            if not is_pull and len(self._looked) < HELD:
                self._looked[event.repository, event.digest] = tag
        elif is_pull and (self._looked or self._looked_before):
            tag = self._tag_looked_at(event)
        key = (event.repository, event.digest, tag)
        known = self._held.get(key)
        if known is not None:
            known[0] += is_pull
            known[1] = self._clock.now()
        elif len(self._held) < HELD:
            self._held[key] = [is_pull, self._clock.now()]
            if self._timer is None:
                self._timer = self._clock.call_at(self._clock.now() + INTERVAL_S, self._begin)
        else:
            # More than are held in half a minute: this one is not counted, the next ones are.
            self._begin()

    def _tag_looked_at(self, event: Event) -> str:
        """The tag of a pull by digest that began with a look; each look is for one pull."""
        key = (event.repository, event.digest)
        return self._looked.pop(key, "") or self._looked_before.pop(key, "")

    def _begin(self) -> None:
        if self._flush is None:
            self._flush = asyncio.get_running_loop().create_task(self._write_down())

    async def flush(self) -> bool:
        """Writes down what is known; whether that worked."""
        if self._flush is not None:
            await asyncio.shield(self._flush)
        if self._held:
            self._begin()
        if self._flush is not None:
            await asyncio.shield(self._flush)
        return not self._held or not self._is_failing

    async def _write_down(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        taken, self._held = self._held, {}
        self._looked_before, self._looked = self._looked, {}
        waiting = [rows.Pulls(*key, int(number), last) for key, (number, last) in taken.items()]
        try:
            while waiting:
                lot = waiting[:LOT]
                await self._db.write_later(lambda connection: rows.add(connection, lot))  # noqa: B023 - awaited in its turn
                del waiting[:LOT]
            self._is_failing = False
        except errors.StorageError as error:
            self._take_back(waiting, error)
        finally:
            self._flush = None

    def _take_back(self, waiting: list[rows.Pulls], error: errors.StorageError) -> None:
        """Keeps what could not be written down for the next time; says so once."""
        if not self._is_failing:
            _log.warning("Pulls could not be written down, they are kept until it works: %s", error)
        self._is_failing = True
        for name, digest, tag, number, last in waiting:
            key = (name, digest, tag)
            since, latest = self._held.get(key, [0, last])
            self._held[key] = [since + number, max(last, latest)]
        if self._timer is None:
            self._timer = self._clock.call_at(self._clock.now() + INTERVAL_S, self._begin)

    async def close(self) -> None:
        """Writes down what is known, and no more."""
        await self.flush()
        if self._timer is not None:
            self._timer.cancel()
