"""UDP: reads questions and sends answers from the very address that was asked, on one socket of the event loop.

A socket of its own, and not asyncio's transport: on a machine with several addresses an answer must leave from the one to which
the question came, or the client throws it away. https://man7.org/linux/man-pages/man7/ip.7.html (IP_PKTINFO)
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from homeport.net.dns.server import limits

_BATCH = 64
"""Datagrams that are read at a time, so that others of the loop have their turn."""
_BUFFER = 2**20
_ANCILLARY = 128
_IP_PKTINFO = 8
"""Of Linux; Python's module has no name for it before 3.14."""
_Ancillary = list[tuple[int, int, bytes]]


class Sender(NamedTuple):
    """Who asked, and by which of our addresses."""

    address: Any
    ancillary: _Ancillary

    @property
    def host(self) -> str:
        """The client's address."""
        return str(self.address[0])


Received = Callable[[bytes, Sender], None]


class Datagrams:
    """A bound UDP socket."""

    def __init__(self, bound: socket.socket, received: Received) -> None:
        self._socket = bound
        self._received = received
        bound.settimeout(0)
        _ask_for_addresses(bound)
        with contextlib.suppress(OSError):
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)

    def start(self) -> None:
        """Begins to read."""
        asyncio.get_running_loop().add_reader(self._socket.fileno(), self._read)

    def stop(self) -> None:
        """Reads no more, and lets the port go."""
        asyncio.get_running_loop().remove_reader(self._socket.fileno())
        self._socket.close()

    def send(self, packet: bytes, to: Sender) -> None:
        """Sends an answer. One that cannot be sent is lost, as datagrams are; clients ask again."""
        with contextlib.suppress(OSError):
            self._socket.sendmsg([packet], to.ancillary, 0, to.address)

    def _read(self) -> None:
        for _ in range(_BATCH):
            try:
                packet, ancillary, _, address = self._socket.recvmsg(limits.QUERY + 1, _ANCILLARY)
            except BlockingIOError:
                return
            except OSError:
                continue  # what the network says of an answer that did not arrive
            if address[1]:  # nothing can be sent to port 0
                self._received(packet, Sender(address, list(_answering(ancillary))))


def _ask_for_addresses(bound: socket.socket) -> None:
    if not sys.platform.startswith("linux"):
        return
    if bound.family == socket.AF_INET6:
        bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    else:
        bound.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)


def _answering(ancillary: _Ancillary) -> Iterable[tuple[int, int, bytes]]:
    """What has the answer leave from the address that was asked; the kernel chooses the interface by its routes.

    The kernel tells the address twice, and takes it in the place of the first: https://man7.org/linux/man-pages/man7/ip.7.html
    """
    for level, kind, data in ancillary:
        if (level, kind) == (socket.IPPROTO_IP, _IP_PKTINFO) and len(data) >= 12:
            yield level, kind, bytes(4) + data[4:8] + bytes(4)
        elif level == socket.IPPROTO_IPV6 and kind == socket.IPV6_PKTINFO and len(data) >= 20:
            yield level, kind, data[:16] + data[16:20]
