"""Starts a stack on this machine and keeps it until it is asked to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from homeport import clock, errors
from homeport.stack import folders, settings
from homeport.targets.local import component, control, health, prepare, process, status, supervisor
from homeport.targets.local.planning import started
from homeport.targets.local.runner import Limits

logger = logging.getLogger(__name__)

TICK_S = 1.0
RENEWAL_S = 12 * 3600.0
"""Between two looks at the certificate, which is renewed 30 days before its end."""
LOOK_S = 60.0
"""Between two looks at what it is to name: a machine that is carried into another network gets other addresses. The clock is looked at
as well, since a machine that sleeps counts no time, and one that learns the right time may be in another year."""


class View(Protocol):
    """Shows a stack to a person."""

    def prepared(self, made: prepare.Prepared) -> None:
        """The data folder is as it must be; what was made for it."""

    def show(self, rows: Sequence[status.Row]) -> None:
        """The components as they are; called at every change and each second."""

    def ready(self) -> None:
        """All components are ready."""

    def stopping(self) -> None:
        """The stack was asked to stop."""


async def up(
    chosen: settings.Settings,
    environ: Mapping[str, str],
    only: Sequence[str],
    view: View,
    time: clock.Clock,
) -> None:
    """Runs a stack until SIGINT, SIGTERM or SIGHUP. Raises `HomeportError` where it cannot start, nothing left running."""
    where = folders.of(chosen)
    prepare.data_folder(where.data)
    prepare.data_folder(where.run)
    with control.owned(where):
        view.prepared(prepare.prepare(chosen, time))
        launcher = process.LocalLauncher()
        try:
            components = component.components(chosen, environ, only)
            started.write(chosen, [one.name for one in components], os.getpid())
            await _supervise(chosen, components, launcher, view, time)
        finally:
            launcher.close()
            where.state.unlink(missing_ok=True)


async def _supervise(
    chosen: settings.Settings,
    components: Sequence[component.Component],
    launcher: process.Launcher,
    view: View,
    time: clock.Clock,
) -> None:
    show = _Shown(folders.of(chosen).state, view, time)
    limits = Limits(chosen.up.start_timeout_s, chosen.up.stop_timeout_s)
    stack = supervisor.Supervisor(
        components,
        launcher,
        health.Prober(),
        time,
        limits,
        log_size=chosen.log.size,
        on_change=show.changed,
    )
    show.rows = stack.rows
    _stop_on_signals(stack, view)
    show.tick()
    renewal = Renewal(chosen, time)
    try:
        await stack.run(view.ready)
    finally:
        renewal.end()
        show.end()


def _stop_on_signals(stack: supervisor.Supervisor, view: View) -> None:
    def stop() -> None:
        view.stopping()
        stack.stop()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)


class Renewal:
    """Renews the certificate of a stack that runs for long; the components see the new one by themselves."""

    def __init__(self, chosen: settings.Settings, time: clock.Clock) -> None:
        self._chosen = chosen
        self._clock = time
        self._renewed = time.now()
        self._names = prepare.certificate_names(chosen)
        self._timer = time.call_at(time.now() + LOOK_S, self._look)

    def _look(self) -> None:
        now, names = self._clock.now(), prepare.certificate_names(self._chosen)
        self._timer = self._clock.call_at(now + LOOK_S, self._look)
        is_due = not 0 <= now - self._renewed < RENEWAL_S
        if is_due or names != self._names:
            self._renewed, self._names = now, names
            self._renew()

    def _renew(self) -> None:
        try:
            made = prepare.certificates(self._chosen, self._clock)
        except errors.HomeportError as error:
            logger.error("The certificate was not renewed: %s", error)  # noqa: TRY400 - the text says it all
            return
        for note in made.notes:
            logger.warning("%s", note)
        if made.is_new:
            logger.info("The certificate was renewed")

    def end(self) -> None:
        """Looks no more."""
        self._timer.cancel()


class _Shown:
    """Carries what changes to the view and to the state file."""

    def __init__(self, path: Path, view: View, time: clock.Clock) -> None:
        self.rows: Callable[[], Sequence[status.Row]] = list
        self._path = path
        self._view = view
        self._clock = time
        self._started = time.now()
        self._timer: clock.Timer | None = None

    def changed(self) -> None:
        """Writes the state file and shows the rows."""
        rows = self.rows()
        try:
            status.write(self._path, os.getpid(), self._started, rows)
        except OSError as error:  # a full disk stops no component
            logger.warning("The state could not be written to %s: %s", self._path, error)
        self._view.show(rows)

    def tick(self) -> None:
        """Shows the rows now and once a second from now on."""
        self._view.show(self.rows())
        self._timer = self._clock.call_at(self._clock.now() + TICK_S, self.tick)

    def end(self) -> None:
        """Shows them a last time."""
        if self._timer is not None:
            self._timer.cancel()
        self._view.show(self.rows())
