"""The whole stand-in."""

from __future__ import annotations

import contextlib
import math
import random
import socket
import ssl
import tempfile
from pathlib import Path
from typing import Self

from tests.pihole import state
from tests.pihole.calls import Calls
from tests.pihole.configuration import Configuration
from tests.pihole.faults import Faults
from tests.pihole.moments import Moments, Moved
from tests.pihole.resolver import Resolver
from tests.pihole.server import Server
from tests.pihole.sessions import Sessions
from tests.pihole.state import State


class StandIn:
    """A Pi-hole on loopback: `url` is its API, `dns_port` its DNS."""

    def __init__(
        self,
        moments: Moments | None = None,
        *,
        port: int = 0,
        dns_port: int = 0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.moments = moments or Moved()
        self.kept = State()
        self.sessions = Sessions(self.kept, self.moments)
        self.faults = Faults()
        self.up_after_s = state.UP_AFTER_S
        """After a change; `math.inf` is never."""
        self.restarts = 0
        self._folder = tempfile.TemporaryDirectory(prefix="pihole-")
        self.resolver = Resolver(Path(self._folder.name), dns_port or _free())
        self.configuration = Configuration(self.kept, self.resolver, self)
        calls = Calls(self.kept, self.sessions, self.configuration, self)
        self.server = Server(port or _free(), calls.answer, self.faults, context)
        self._is_restart_due = False
        self._is_over = False

    @property
    def url(self) -> str:
        scheme = "http" if self.server.context is None else "https"
        return f"{scheme}://127.0.0.1:{self.server.port}"

    @property
    def dns_port(self) -> int:
        return self.resolver.port

    def start(self) -> Self:
        """Returns when both answer."""
        self._up()
        return self

    def stop(self) -> None:
        self._is_over = True
        self.faults.released.set()
        self.away()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_: object) -> None:
        self.stop()

    def away(self) -> None:
        """As if it had been switched off."""
        self.server.stop()
        self.resolver.stop()

    def restart_soon(self) -> None:
        """As after a change of an alias; what else is changed until then is taken in with it."""
        if self._is_restart_due:
            return
        self._is_restart_due = True
        now = self.moments.now()
        self.moments.call_at(now + state.DOWN_AFTER_S, self._down)
        if math.isfinite(self.up_after_s):
            self.moments.call_at(now + self.up_after_s, self._up)

    def end_sessions(self) -> None:
        """As after another password."""
        self.sessions.clear()

    def _down(self) -> None:
        self._is_restart_due = False
        self.restarts += 1
        self.away()
        if not self.kept.restore:
            self.sessions.clear()

    def _up(self) -> None:
        if self._is_over or self.resolver.is_up:
            return
        self.resolver.start(self.kept.hosts, self.kept.aliases)
        self.server.start()


def _free() -> int:
    """A port of loopback that nobody has now, for UDP and TCP; below those that outgoing connections get by themselves."""
    for _ in range(100):
        port = random.randrange(20_000, 32_000)
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                stack.enter_context(socket.socket(socket.AF_INET, kind)).bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")
