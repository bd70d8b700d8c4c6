"""Keeps what Traefik leads where in step with the files behind it: a renewed certificate, new users.

Traefik looks at its own file alone, not at those that it names, and takes a new one without ending a connection.
https://doc.traefik.io/traefik/reference/install-configuration/providers/others/file/
"""

from __future__ import annotations

import logging
import ssl
from pathlib import Path

from homeport import clock, errors
from homeport.edge import config
from homeport.edge.sockets import tls
from homeport.net import files
from homeport.serve.traefik import configuring
from homeport.stack import folders, settings

logger = logging.getLogger(__name__)

LOOK_S = 1.0
"""Between two looks, as the components look for themselves."""


class Routes:
    """The file that Traefik watches."""

    def __init__(
        self, chosen: settings.Settings, port: int, backends: configuring.Backends
    ) -> None:
        self._chosen = chosen
        self._port = port
        self._backends = backends
        self._where = folders.of(chosen)
        pair = folders.certificate(chosen)
        # A pair that does not fit is refused here: Traefik would serve a certificate of its own making instead.
        self._certificate = tls.Certificate(config.TlsFiles(pair.certificate, pair.key))
        self._shown = configuring.certificate(chosen)
        self._told = self._now()

    def _now(self) -> tuple[ssl.SSLContext, _State | None]:
        """What stands for the files as they are."""
        return self._certificate.context, _state(self._where.htpasswd)

    def write(self) -> None:
        """Writes it, for its owner only: it holds the key. Raises `HomeportError`."""
        made = configuring.dynamic_configuration(
            self._chosen, self._port, self._backends, self._shown
        )
        files.write(configuring.dynamic_file(self._where), configuring.dynamic_text(made), 0o600)

    async def keep(self, pace: clock.Clock) -> None:
        """Looks for ever."""
        while True:
            await pace.sleep(LOOK_S)
            self.look()

    def look(self) -> None:
        """Writes it anew where a file has changed. Where that fails, Traefik goes on with what it has."""
        self._certificate.reload_if_changed()
        now = self._now()
        if now == self._told:
            return
        try:
            if now[0] is not self._told[0]:
                # Read when it fits, and at no other time: users may come while half of a new pair is there.
                self._shown = configuring.certificate(self._chosen)
            self.write()
        except errors.HomeportError as error:
            logger.error("Traefik goes on with what it has. %s", error)  # noqa: TRY400 - the text says it all
        else:
            self._told = now


_State = tuple[int, int, int]


def _state(path: Path) -> _State | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
