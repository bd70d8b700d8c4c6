"""New connections: accepted in batches, plain HTTP and TLS told apart by their first byte."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket

from homeport.edge import http
from homeport.edge.protocol import connection, phase, responses
from homeport.edge.protocol import site as sites
from homeport.edge.sockets import tls

logger = logging.getLogger(__name__)

_HANDSHAKE = 0x16
"""The first byte of a TLS record that begins a handshake; no HTTP method begins so.

https://www.rfc-editor.org/rfc/rfc8446#section-5.1
"""

_BATCH = 64
"""Accepted per turn of the event loop."""

_NO_ROOM = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


class Acceptor:
    """Takes connections from the listening sockets and starts the protocol that they speak."""

    def __init__(
        self,
        site: sites.Site,
        listening: list[socket.socket],
        certificate: tls.Certificate | None,
        in_plain: http.App | None = None,
    ) -> None:
        self._site = site
        self._in_plain = in_plain or _speaks_https
        self._listening = listening
        self._certificate = certificate
        self._mode = site.config.tls
        self._silent: dict[socket.socket, int] = {}
        """Connections that have said nothing yet, with the sweep at which they came."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_resting = True

    def start(self) -> None:
        """Begins to accept, or goes on after a rest."""
        if self._is_resting:
            self._is_resting = False
            for listening in self._listening:
                self._site.loop.add_reader(listening, self._accept, listening)

    def stop(self) -> None:
        """Accepts no more; connections that have said nothing yet are closed."""
        self._rest()
        for listening in self._listening:
            listening.close()
        for silent in list(self._silent):
            self._forget(silent).close()
        for task in self._tasks:
            task.cancel()

    def sweep(self) -> None:
        """Ends connections that never said anything, and goes on accepting where there was no room."""
        self.start()
        for silent, since in list(self._silent.items()):
            if self._site.ticks - since >= self._site.patience[phase.HEAD]:
                self._forget(silent).close()

    def _rest(self) -> None:
        if not self._is_resting:
            self._is_resting = True
            for listening in self._listening:
                self._site.loop.remove_reader(listening)

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(_BATCH):
            try:
                new, _ = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _NO_ROOM:
                    raise
                logger.warning("No connection can be accepted for now: %s", error)
                self._rest()
                return
            self._welcome(new)

    def _welcome(self, new: socket.socket) -> None:
        new.settimeout(0)
        if self._count() >= self._site.config.connections:
            _turn_away(new)
            return
        new.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._mode == "off":
            self._begin(new, is_tls=False)
        elif not self._tell_apart(new):
            self._silent[new] = self._site.ticks
            self._site.loop.add_reader(new, self._first_byte, new)

    def _count(self) -> int:
        return len(self._site.connections) + len(self._site.starting) + len(self._silent)

    def _first_byte(self, silent: socket.socket) -> None:
        self._forget(silent)
        self._tell_apart(silent)

    def _forget(self, silent: socket.socket) -> socket.socket:
        del self._silent[silent]
        self._site.loop.remove_reader(silent)
        return silent

    def _tell_apart(self, new: socket.socket) -> bool:
        """Starts the protocol that the first byte tells. False where there is no byte yet."""
        try:
            first = new.recv(1, socket.MSG_PEEK)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            first = b""
        if first:
            self._begin(new, is_tls=first[0] == _HANDSHAKE)
        else:
            new.close()
        return True

    def _begin(self, new: socket.socket, *, is_tls: bool) -> None:
        is_wrong = self._mode == "only" and not is_tls
        made = connection.Connection(
            self._site,
            self._in_plain if is_wrong else self._site.app,
            is_tls=is_tls and self._certificate is not None,
            is_single=is_wrong,
        )
        self._site.starting.add(made)
        task = self._site.loop.create_task(self._connect(new, made))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, new: socket.socket, made: connection.Connection) -> None:
        loop = self._site.loop
        try:
            if made.is_tls and self._certificate is not None:
                await loop.connect_accepted_socket(
                    lambda: made,
                    new,
                    ssl=self._certificate.context,
                    ssl_handshake_timeout=self._site.config.handshake_timeout_s,
                )
            else:
                await loop.connect_accepted_socket(lambda: made, new)
        except OSError as error:
            # Scanners, clients that do not trust the certificate, and clients that leave: all of them daily.
            logger.debug("A connection did not come about: %s", error)
            new.close()
        finally:
            self._site.starting.discard(made)


def _speaks_https(request: http.Request) -> http.Response:
    host = request.headers.get("host", "")
    where = f": https://{host}{request.path}" if host else "."
    return responses.of_error(
        http.HttpError(f"This port speaks HTTPS, and the request was plain HTTP. Use https{where}")
    )


def _turn_away(new: socket.socket) -> None:
    """https://www.rfc-editor.org/rfc/rfc9110#name-503-service-unavailable"""
    try:
        new.send(_FULL)
    except OSError as error:
        logger.debug("A connection that was one too many has left: %s", error)
    finally:
        new.close()


_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nserver: homeport\r\nretry-after: 1\r\ncontent-type: text/plain\r\n"
    b"content-length: 29\r\nconnection: close\r\n\r\nToo many connections at once\n"
)
