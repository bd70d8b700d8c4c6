"""What all connections of one server share."""

from __future__ import annotations

import asyncio
from typing import Protocol

from homeport import clock as clocks
from homeport.edge import access_log, config, http
from homeport.edge.protocol import phase, responses


class Open(Protocol):
    """An open connection, as the server sees it."""

    @property
    def request(self) -> http.Request | None:
        """The request that is being answered; None between two."""

    def sweep(self) -> None:
        """Ends it where it has waited for too long."""

    def retire(self) -> None:
        """Ends it as soon as the request that runs, if any, is answered."""

    def abort(self) -> None:
        """Ends it now."""


class Site:
    """The application, the settings, the open connections, and the time in sweeps."""

    __slots__ = (
        "app", "clock", "config", "connections", "emptied", "is_stopping", "log", "loop", "patience", "stamp", "starting", "tasks", "ticks",
        "write_stall",
    )  # fmt: skip

    def __init__(
        self,
        app: http.App,
        settings: config.EdgeConfig,
        clock: clocks.Clock,
        log: access_log.Recorder | None,
    ) -> None:
        self.app = app
        self.config = settings
        self.clock = clock
        self.log = log
        self.loop = asyncio.get_running_loop()
        self.connections: set[Open] = set()
        self.starting: set[Open] = set()
        """Accepted, but not ready to be spoken to: in the middle of a handshake."""
        self.tasks: set[asyncio.Task[None]] = set()
        """Requests that are being answered; kept here, as the loop itself holds tasks weakly."""
        self.is_stopping = False
        self.emptied: asyncio.Future[None] | None = None
        """Set while somebody waits for the last connection to end."""
        self.ticks = 0
        """Sweeps so far; time-outs are counted in them."""
        self.stamp = responses.stamp(clock.now())
        self.write_stall = settings.sweeps(settings.write_stall_timeout_s)
        self.patience = _patience(settings)
        """How many sweeps a connection may wait, by its phase."""

    def forget(self, ended: Open) -> None:
        """A connection has ended."""
        self.connections.discard(ended)
        if self.emptied is not None and not self.connections and not self.emptied.done():
            self.emptied.set_result(None)

    def sweep(self) -> None:
        """Moves the time on by one sweep and ends what has waited for too long."""
        self.ticks += 1
        self.stamp = responses.stamp(self.clock.now())
        for open_connection in list(self.connections):
            open_connection.sweep()


def _patience(settings: config.EdgeConfig) -> list[int]:
    seconds = {
        phase.Phase.IDLE: settings.keep_alive_timeout_s,
        phase.Phase.HEAD: settings.header_timeout_s,
        phase.Phase.GATHER: settings.body_stall_timeout_s,
        phase.Phase.RUN: settings.body_stall_timeout_s,
        phase.Phase.DISCARD: settings.discard_timeout_s,
        phase.Phase.LINGER: settings.discard_timeout_s,
        phase.Phase.CLOSED: settings.discard_timeout_s,
    }
    return [settings.sweeps(seconds[each]) for each in phase.Phase]
