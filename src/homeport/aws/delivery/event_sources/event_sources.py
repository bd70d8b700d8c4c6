"""All event source mappings: each that is enabled has a task, and follows its configuration."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from collections.abc import Mapping as Makers
from dataclasses import dataclass, field

from homeport.aws.delivery.event_sources import limits
from homeport.aws.delivery.event_sources.mapping import Mapping, Mappings
from homeport.aws.delivery.event_sources.source import Note, Source, problem
from homeport.aws.delivery.event_sources.wakening import Wakening, pause_s
from homeport.aws.patterns.invalid import Invalid
from homeport.clock import Clock
from homeport.errors import StorageError

logger = logging.getLogger(__name__)

Make = Callable[[Mapping, Note], Source]
"""Makes what runs a mapping."""


@dataclass(slots=True)
class _Running:
    """The task of one mapping."""

    wakening: Wakening
    mapping: Mapping | None = None
    source: Source | None = None
    noted: str = ""
    task: asyncio.Task[None] | None = field(default=None, repr=False)


class EventSources:
    """Runs the mappings. `makers` are by the service of the source; a mapping of another service rests."""

    def __init__(self, mappings: Mappings, makers: Makers[str, Make], clock: Clock) -> None:
        self._mappings = mappings
        self._makers = makers
        self._clock = clock
        self._running: dict[str, _Running] = {}
        self._is_closed = False

    def start(self) -> None:
        """Takes up all mappings that are enabled."""
        for mapping in self._mappings.all():
            self.on_mapping_changed(mapping.uuid)

    def on_mapping_changed(self, uuid: str) -> None:
        """To be called after the commit that made, changed or removed a mapping."""
        running = self._running.get(uuid)
        if running is None:
            if self._is_closed or self._wanted(uuid) is None:
                return
            running = self._running[uuid] = _Running(Wakening(self._clock))
            running.task = asyncio.ensure_future(self._run(uuid, running))
        elif running.source is not None and self._wanted(uuid) != running.mapping:
            running.source.stop()
        running.wakening.tell()

    async def close(self) -> None:
        """Ends all; what was under way is taken up by the next start, or when its visibility timeout ends."""
        self._is_closed = True
        tasks = [each.task for each in self._running.values() if each.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _wanted(self, uuid: str) -> Mapping | None:
        """The mapping, where it is there, enabled and of a source that runs here."""
        mapping = self._mappings.get(uuid)
        if mapping is None or not mapping.is_enabled or mapping.service not in self._makers:
            return None
        return mapping

    async def _run(self, uuid: str, running: _Running) -> None:
        failures = 0
        try:
            while (mapping := self._wanted(uuid)) is not None:
                running.mapping = mapping
                try:
                    running.source = self._makers[mapping.service](mapping, self._noter(uuid))
                    await running.source.run()
                    failures = 0
                    if self._wanted(uuid) == mapping:
                        # Its source has come to its end: only another configuration makes a difference.
                        running.source = None
                        await running.wakening.wait()
                except Invalid as error:
                    # A filter that is no pattern stays one until the mapping is changed.
                    await self._noter(uuid)(problem(str(error)))
                    await running.wakening.wait()
                except Exception:
                    failures += 1
                    pause = pause_s(failures, limits.RETRY_PAUSE_S, limits.LAST_RETRY_PAUSE_S)
                    logger.exception("The event source mapping %s rests for %.1f s", uuid, pause)
                    running.source = None
                    await self._clock.sleep(pause)
        finally:
            del self._running[uuid]

    def _noter(self, uuid: str) -> Note:
        async def note(text: str) -> None:
            running = self._running.get(uuid)
            if running is not None and running.noted != text:
                running.noted = text
                try:
                    await self._mappings.note_result(uuid, text)
                except StorageError as error:
                    # Only a note: what is processed goes on, and says it again.
                    running.noted = ""
                    logger.warning("The result of %s is not kept: %s", uuid, error)

        return note
