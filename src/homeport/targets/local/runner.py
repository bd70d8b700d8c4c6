"""Keeps one component running: carries out what the table of `lifecycle` says."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from homeport import clock, errors
from homeport.targets.local import component, lifecycle
from homeport.targets.local.lifecycle import Action, Event, State
from homeport.targets.local.process import Launcher, Process

ASK_INTERVAL_S = 0.02
"""Between two questions to a component that is starting."""
STEADY_S = 60.0
"""A component that was ready for so long starts to count its failures anew."""
ATTEMPTS = 3
"""Starts of a component that was never ready, before it has failed."""


class Prober(Protocol):
    """Asks whether a component is ready."""

    async def is_ready(self, asked: component.Component) -> bool:
        """Whether it answers."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a component may take."""

    start_s: float
    stop_s: float


class Runner:
    """One component and the process that runs it."""

    def __init__(
        self,
        wanted: component.Component,
        launcher: Launcher,
        prober: Prober,
        time: clock.Clock,
        limits: Limits,
        on_change: Callable[[], None],
    ) -> None:
        self.component = wanted
        self.state = State.STOPPED
        self.since = time.now()
        self.restarts = 0
        self.problem = ""
        """Why it is not ready; the last reason where it is again."""
        self.process: Process | None = None
        self._launcher = launcher
        self._prober = prober
        self._clock = time
        self._limits = limits
        self._on_change = on_change
        self._timer: clock.Timer | None = None
        self._life: asyncio.Task[None] | None = None
        self._was_ready = False
        self._is_overdue = False
        self._failures = 0
        self._actions = {
            Action.NONE: lambda: None,
            Action.LAUNCH: self._launch,
            Action.TERMINATE: self._terminate,
            Action.KILL: self._kill,
            Action.WAIT: self._wait,
        }

    def handle(self, event: Event) -> None:
        """Something happened."""
        before = self.state
        self.state, action = lifecycle.step(before, event)
        if self.state is not before:
            self._note(before)
        self._actions[action]()
        if self.state is not before:
            self._on_change()

    def _note(self, before: State) -> None:
        now = self._clock.now()
        if before is State.READY and now - self.since >= STEADY_S:
            self._failures = 0
        self.since = now
        self._was_ready = self._was_ready or self.state is State.READY
        self._failures += self.state is State.RESTARTING
        if self.state in (State.RESTARTING, State.RENEWING):
            self.restarts += 1
        # Renewing goes on with stopping: the time it was given still counts.
        if (before, self.state) != (State.RENEWING, State.STOPPING):
            self._disarm()

    # Actions

    def _launch(self) -> None:
        self._is_overdue = False
        self._arm(self._limits.start_s, Event.OVERDUE)
        self._life = asyncio.get_running_loop().create_task(self._live())

    def _terminate(self) -> None:
        self._arm(self._limits.stop_s, Event.OVERDUE)
        if self.process is not None:
            self.process.terminate()

    def _kill(self) -> None:
        self._is_overdue = True
        if self.process is not None:
            self.process.kill()

    def _wait(self) -> None:
        self._arm(lifecycle.pause_s(self._failures), Event.WAITED)

    def _arm(self, duration_s: float, event: Event) -> None:
        self._disarm()
        self._timer = self._clock.call_at(
            self._clock.now() + duration_s, lambda: self.handle(event)
        )

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # The life of one process

    async def _live(self) -> None:
        try:
            self.process = await self._launcher.launch(self.component)
        except errors.HomeportError as error:
            self.problem = str(error)
            self.handle(Event.EXITED if self._was_ready else Event.REFUSED)
            return
        if self.state is State.STOPPING:  # asked to while it was launched
            self.process.terminate()
        asking = asyncio.create_task(self._ask())
        try:
            code = await self.process.wait()
        finally:
            asking.cancel()
        self._end(self.process, code)

    async def _ask(self) -> None:
        while not await self._prober.is_ready(self.component):
            await self._clock.sleep(ASK_INTERVAL_S)
        self.handle(Event.ANSWERED)

    def _end(self, process: Process, code: int) -> None:
        self.process = None
        if self.state in (State.STARTING, State.READY):
            self.problem = self._why(process, code)
        is_starting = self.state is State.STARTING and not self._was_ready
        is_hopeless = code == 1 or self._is_overdue or self._failures + 1 >= ATTEMPTS
        self.handle(Event.REFUSED if is_starting and is_hopeless else Event.EXITED)

    def _why(self, process: Process, code: int) -> str:
        name, log = (
            self.component.name,
            f"\n  homeport logs {self.component.name} shows what it wrote.",
        )
        if self._is_overdue:
            return f"{name} did not answer on {self.component.url} within {self._limits.start_s:g} s.{log}"
        if code < 0:
            return f"{name} was ended by {_signal_name(-code)}.{log}"
        return process.complaint() or f"{name} ended by itself with exit code {code}.{log}"

    def watch_memory(self, used: int | None) -> None:
        """Starts the component anew where it takes more memory than it may."""
        limit = self.component.memory
        if self.state is State.READY and used is not None and limit is not None and used > limit:
            mib = 2**20
            table = self.component.table or self.component.name
            self.problem = (
                f"{self.component.name} took {used // mib} MiB of memory; {limit // mib} MiB are allowed."
                f"\n  {table}.memory in homeport.toml allows more."
            )
            self.handle(Event.OVERGROWN)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
