"""Runs the components of a stack until it is asked to stop. A fault of one never stops another."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from homeport import clock, errors
from homeport.targets.local import component, lifecycle, logfile, memory, status
from homeport.targets.local.lifecycle import Event, State
from homeport.targets.local.process import Launcher
from homeport.targets.local.runner import Limits, Prober, Runner

logger = logging.getLogger(__name__)

WATCH_INTERVAL_S = 2.0
"""Between two looks at memory and log files."""


class Supervisor:
    """All components of one stack."""

    def __init__(
        self,
        components: Sequence[component.Component],
        launcher: Launcher,
        prober: Prober,
        time: clock.Clock,
        limits: Limits,
        *,
        log_size: int | None = None,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = time
        self._log_size = log_size
        self._on_change = on_change
        self._changed = asyncio.Event()
        self._is_stopping = False
        self._watch: clock.Timer | None = None
        self.runners = [
            Runner(wanted, launcher, prober, time, limits, self._note) for wanted in components
        ]

    def rows(self) -> list[status.Row]:
        """Each component as it is now."""
        return [
            status.Row(
                name=runner.component.name,
                state=runner.state,
                url=runner.component.url,
                pid=runner.process.pid if runner.process else None,
                since=runner.since,
                restarts=runner.restarts,
                memory_limit=runner.component.memory,
                problem=runner.problem,
            )
            for runner in self.runners
        ]

    def stop(self) -> None:
        """Asks it to stop. Asked a second time, it ends what still runs by force."""
        if self._is_stopping:
            self._tell(Event.STOP)
        self._is_stopping = True
        self._changed.set()

    async def run(self, on_ready: Callable[[], None]) -> None:
        """Starts all, calls back when all are ready, and returns when all have stopped.

        Raises `HomeportError` where a component cannot start, after the others were stopped.
        """
        self._tell(Event.START)
        try:
            await self._until(self._is_settled)
            if self._is_complete():
                self._look()
                on_ready()
                await self._until(lambda: self._is_stopping)
        finally:
            await self._stop_all()
        failed = [runner.problem for runner in self.runners if self._is_fatal(runner)]
        if failed:
            raise errors.HomeportError("\n".join(failed))

    def _is_settled(self) -> bool:
        has_failed = any(self._is_fatal(runner) for runner in self.runners)
        return self._is_stopping or has_failed or self._is_complete()

    def _is_complete(self) -> bool:
        """Whether all are ready, but for those without which the stack goes on."""
        return all(
            runner.state is State.READY
            or (runner.state is State.FAILED and not self._is_fatal(runner))
            for runner in self.runners
        )

    def _is_fatal(self, runner: Runner) -> bool:
        return runner.state is State.FAILED and not runner.component.is_optional

    def _all_in(self, *states: State) -> bool:
        return all(runner.state in states for runner in self.runners)

    async def _stop_all(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        self._is_stopping = True
        self._tell(Event.STOP)
        await self._until(lambda: self._all_in(*lifecycle.AT_REST))

    def _tell(self, event: Event) -> None:
        for runner in self.runners:
            runner.handle(event)

    async def _until(self, is_reached: Callable[[], bool]) -> None:
        while not is_reached():
            self._changed.clear()
            await self._changed.wait()

    def _note(self) -> None:
        self._changed.set()
        self._on_change()

    def _look(self) -> None:
        for runner in self.runners:
            if runner.process is None or runner.state is not State.READY:
                continue
            if logfile.set_aside(runner.component.log, self._log_size):
                runner.process.reopen_log()
            runner.watch_memory(memory.used(runner.process.pid))
        self._watch = self._clock.call_at(self._clock.now() + WATCH_INTERVAL_S, self._look)
