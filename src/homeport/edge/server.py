"""The HTTP server: binds, serves an application, drains, ends."""

from __future__ import annotations

import asyncio
import resource
import socket

from homeport import clock as clocks
from homeport import errors
from homeport.edge import access_log, config, http
from homeport.edge.protocol import site as sites
from homeport.edge.sockets import accepting, listen, tls

_OPEN_FILES = 65536
"""As many descriptors as this are asked for, where the system's hard limit allows it."""

_CERTIFICATE_LOOK_S = 10
"""The certificate's files are looked at this often."""


class Server:
    """One application on one or more addresses."""

    def __init__(
        self,
        app: http.App,
        settings: config.EdgeConfig,
        *,
        clock: clocks.Clock,
        access_log: access_log.Recorder | None = None,
        in_plain: http.App | None = None,
    ) -> None:
        """`in_plain` answers requests in plain HTTP where only HTTPS is spoken; by default they get a text."""
        self._app = app
        self._in_plain = in_plain
        self._config = settings
        self._clock = clock
        self._log = access_log
        self._sockets: list[socket.socket] = []
        self._site: sites.Site | None = None
        self._acceptor: accepting.Acceptor | None = None
        self._certificate: tls.Certificate | None = None
        self._timer: clocks.Timer | None = None
        self.ports: list[int] = []
        """The port of each address, in the order of the settings; known once started."""
        self.urls: list[str] = []
        """Where the server can be reached."""

    async def start(self) -> None:
        """Binds and begins to serve. Raises `HomeportError` for a port in use or a certificate that cannot be used."""
        settings = self._config
        if settings.tls != "off":
            if settings.tls_files is None:
                raise errors.SettingsError("TLS is on, but there is no certificate.")
            self._certificate = tls.Certificate(settings.tls_files)
        self._sockets = listen.open_all(settings)
        _allow_open_files()
        self.ports = [opened.getsockname()[1] for opened in self._sockets]
        schemes = {"off": ["http"], "only": ["https"], "both": ["http", "https"]}[settings.tls]
        self.urls = [
            f"{scheme}://{_place(opened)}" for opened in self._sockets for scheme in schemes
        ]
        self._site = sites.Site(self._app, settings, self._clock, self._log)
        self._acceptor = accepting.Acceptor(
            self._site, self._sockets, self._certificate, self._in_plain
        )
        self._acceptor.start()
        self._arm()

    def reload(self) -> None:
        """Takes the certificate anew from its files. Raises `HomeportError` and keeps the former one where that fails."""
        if self._certificate is not None:
            self._certificate.reload()

    def under_way(self) -> list[http.Request]:
        """The requests that are being answered."""
        connections = self._site.connections if self._site is not None else ()
        return [each.request for each in connections if each.request is not None]

    async def stop(self, grace_s: float) -> None:
        """Accepts no more, lets running requests end within `grace_s` seconds, and ends the rest."""
        site = self._site
        if site is None or self._acceptor is None:
            return
        site.is_stopping = True
        self._acceptor.stop()
        for each in list(site.connections):
            each.retire()
        await self._emptied(site, grace_s)
        if self._timer is not None:
            self._timer.cancel()
        for each in list(site.connections):
            each.abort()
        # One turn, so that a task which was made in this one has begun: an unbegun one would never see its cancellation.
        await asyncio.sleep(0)
        for task in list(site.tasks):
            task.cancel()
        await asyncio.gather(*site.tasks, return_exceptions=True)
        if self._log is not None:
            self._log.flush()
        self._site = None

    async def _emptied(self, site: sites.Site, grace_s: float) -> None:
        """Returns when the last connection and task have ended, or the time is over."""
        over = site.loop.create_future()
        timer = self._clock.call_at(
            self._clock.now() + grace_s, lambda: None if over.done() else over.set_result(None)
        )
        try:
            while (site.connections or site.tasks) and not over.done():
                waits = [over, *site.tasks]
                if site.connections:
                    site.emptied = site.loop.create_future()
                    waits.append(site.emptied)
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()

    def _arm(self) -> None:
        self._timer = self._clock.call_at(
            self._clock.now() + self._config.sweep_interval_s, self._sweep
        )

    def _sweep(self) -> None:
        self._arm()
        if self._site is None or self._acceptor is None:
            return
        self._site.sweep()
        if not self._site.is_stopping:
            self._acceptor.sweep()
        is_time_to_look = self._site.ticks % self._config.sweeps(_CERTIFICATE_LOOK_S) == 0
        if self._certificate is not None and is_time_to_look:
            self._certificate.reload_if_changed()


def _place(opened: socket.socket) -> str:
    host, port = opened.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _allow_open_files() -> None:
    """Raises the soft limit, which is 1,024 on most systems only for programs that use select(2)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
