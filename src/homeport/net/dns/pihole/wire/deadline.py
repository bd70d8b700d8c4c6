"""Ends an answer that comes byte by byte and never to its end: the time limits of sockets begin anew with each byte.

Headers, answers that are not yet the last (`100 Continue`) and trailers are read by Python's own client, which counts no time.
https://docs.python.org/3/library/socket.html#socket.socket.settimeout
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

from homeport.net.dns.pihole import limits


class Deadline:
    """Of one answer after the other."""

    def __init__(self) -> None:
        self.is_over = False
        """Whether the last answer was cut off."""
        self._timer: threading.Timer | None = None

    def begin(self, awaited: socket.socket) -> None:
        """From now on an answer is waited for."""
        self.end()
        self.is_over = False
        self._timer = threading.Timer(limits.ANSWER_S, self._cut, (awaited,))
        self._timer.daemon = True
        self._timer.start()

    def end(self) -> None:
        """There is one, or there will be none."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _cut(self, awaited: socket.socket) -> None:
        self.is_over = True
        with contextlib.suppress(OSError):
            # That of the kernel's socket: the one of TLS is not made for two threads.
            socket.socket.shutdown(awaited, socket.SHUT_RDWR)


def watched(connection: Any, deadline: Deadline) -> Any:
    """The class of connections, each answer with that deadline."""

    class Watched(connection):  # type: ignore[misc]  # which of the two it is depends on the address
        def getresponse(self) -> Any:
            deadline.begin(self.sock)
            return super().getresponse()

    return Watched
