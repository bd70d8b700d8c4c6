"""The server: one port, UDP and TCP."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Sequence
from typing import NamedTuple

from dns.message import Message
from dns.rdatatype import RdataType

from homeport import errors
from homeport.clock import Clock
from homeport.net.dns.server import answering, streams, zone
from homeport.net.dns.server.answering import Answering, Question
from homeport.net.dns.server.clients import Clients, Rate
from homeport.net.dns.server.datagrams import Datagrams, Sender
from homeport.net.dns.server.forwarding import Forwarder, Upstream

_BACKLOG = 128


class Options(NamedTuple):
    """Where it listens, for whom, and whom it asks for what it does not know."""

    host: str
    port: int
    clients: Sequence[str]
    upstreams: Sequence[Upstream] = ()


class Server:
    """Answers until it is stopped."""

    def __init__(self, zones: zone.Zones, options: Options, time: Clock) -> None:
        self._options = options
        self._clients = Clients(options.clients)
        self._answering = self._over(zones)
        self._forwarder = Forwarder(options.upstreams, time, self._correct)
        self._rate = Rate(time)
        self._streams = streams.Streams(self._asked_by_stream, self._clients.has, time)
        self._datagrams: Datagrams | None = None
        self._listener: asyncio.Server | None = None
        self._waiting: set[asyncio.Task[None]] = set()
        self.port = options.port

    async def start(self) -> None:
        """Listens. Raises `HomeportError` where the port cannot be had."""
        by_stream, by_datagram = _bound(self._options)
        self.port = by_stream.getsockname()[1]
        self._datagrams = Datagrams(by_datagram, self._asked_by_datagram)
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(
            self._streams.connection, sock=by_stream, backlog=_BACKLOG
        )
        self._datagrams.start()

    def replace(self, zones: zone.Zones) -> None:
        """Answers with other records from now on."""
        self._answering = self._over(zones)

    def _over(self, zones: zone.Zones) -> Answering:
        return Answering(zones, self._clients, forwards=bool(self._options.upstreams))

    def _correct(self, made: Message, kind: RdataType) -> None:
        self._answering.correct(made, kind)

    async def stop(self) -> None:
        """Lets the port go and ends all connections."""
        if self._datagrams is not None:
            self._datagrams.stop()
            self._datagrams = None
        if self._listener is not None:
            self._listener.close()
        self._streams.close()
        for task in self._waiting:
            task.cancel()
        if self._waiting:
            await asyncio.wait(self._waiting)

    def _asked_by_stream(self, packet: bytes, client: str) -> bytes | asyncio.Future[bytes] | None:
        answer = self._answering.answer(packet, client, is_stream=True)
        if isinstance(answer, Question):
            return asyncio.ensure_future(self._forwarder.answer(answer))
        return answer

    def _asked_by_datagram(self, packet: bytes, sender: Sender) -> None:
        if not answering.is_question(packet):
            return
        if self._rate.is_over(sender.host):
            self._send(answering.truncated(packet), sender)
            return
        answer = self._answering.answer(packet, sender.host)
        if isinstance(answer, Question):
            task = asyncio.ensure_future(self._forward(answer, sender))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)
        elif answer is not None:
            self._send(answer, sender)

    async def _forward(self, asked: Question, sender: Sender) -> None:
        self._send(await self._forwarder.answer(asked), sender)

    def _send(self, packet: bytes, sender: Sender) -> None:
        if self._datagrams is not None:
            self._datagrams.send(packet, sender)


def _bound(options: Options) -> tuple[socket.socket, socket.socket]:
    """A socket for TCP and one for UDP on the same port."""
    made: list[socket.socket] = []
    try:
        port = options.port
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            made.append(_listening(kind, options.host, port))
            port = made[0].getsockname()[1]
    except OSError as error:
        for each in made:
            each.close()
        raise _refused(options, error) from error
    return made[0], made[1]


def _listening(kind: socket.SocketKind, host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, kind)
    try:
        if kind == socket.SOCK_STREAM:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except OSError:
        made.close()
        raise
    return made


def _refused(options: Options, error: OSError) -> errors.HomeportError:
    if error.errno == errno.EADDRINUSE:
        why, hint = "another program has it", f"ss -lunp 'sport = :{options.port}' as root names it"
    elif error.errno in {errno.EACCES, errno.EPERM}:
        why, hint = "it is for root on this machine", "a port from 1024 needs no rights"
    else:
        why, hint = errors.reason(error), "dns.host names an address of this machine"
    return errors.HomeportError(
        f"DNS cannot listen on {options.host}, port {options.port}: {why}.",
        hint=f"{hint}; dns.port and dns.host choose others.",
    )
