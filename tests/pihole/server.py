"""The API on a port of loopback, which can be shut and opened again: so it is while FTL restarts itself."""

from __future__ import annotations

import contextlib
import http.server
import json
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

from tests.pihole.answers import Answer
from tests.pihole.calls import Request
from tests.pihole.faults import Faults, Kind


class _Listening(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, outer: Server) -> None:
        self.outer = outer
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is gone, or was sent away, is nobody's fault."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listening

    def setup(self) -> None:
        if self.server.outer.context is not None:
            self.request = _secured(self.request, self.server.outer.context)
        super().setup()
        self.server.outer.open.add(self.connection)

    def finish(self) -> None:
        self.server.outer.open.discard(self.connection)
        super().finish()
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Says nothing."""

    def _any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(self.command, self.path, self.headers, self.rfile.read(length))
        outer = self.server.outer
        fault = outer.faults.taken(request.method, request.path)
        if fault is not None and fault.kind is Kind.UNHEARD:
            self._cut(b"")
            return
        if fault is not None and fault.kind is Kind.ANSWER:
            self._cut(fault.raw)
            return
        answer = outer.answered(request)
        if fault is not None and fault.kind is Kind.STALL:
            outer.faults.released.wait()
            return
        whole = _whole(answer)
        if fault is not None and fault.kind is Kind.CUT:
            self._cut(whole[:-1] if answer.body is not None else whole[:10])
            return
        self.wfile.write(whole)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815

    def _cut(self, content: bytes) -> None:
        self.close_connection = True
        self.wfile.write(content)
        self.wfile.flush()
        _end(self.connection)


def _secured(connection: socket.socket, context: ssl.SSLContext) -> socket.socket:
    made = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
    try:
        made.do_handshake()
    except BaseException:
        made.close()
        raise
    return made


def _whole(answer: Answer) -> bytes:
    body = b"" if answer.body is None else json.dumps({**answer.body, "took": 0.001}).encode()
    head = [
        f"HTTP/1.1 {answer.status} {http.server.BaseHTTPRequestHandler.responses[answer.status][0]}",
        "Content-Type: application/json; charset=utf-8",
    ]
    if answer.status != 204:
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*head, "", ""]).encode() + body


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class Server:
    """One port for good. `answered` is asked by the threads of connections, one at a time."""

    def __init__(
        self,
        port: int,
        answer: Callable[[Request], Answer],
        faults: Faults,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.port, self.faults, self.context = port, faults, context
        self.requests: list[Request] = []
        self.open: set[socket.socket] = set()
        self._answer = answer
        self._guard = threading.RLock()
        self._listening: _Listening | None = None
        self._thread: threading.Thread | None = None

    def answered(self, request: Request) -> Answer:
        with self._guard:
            self.requests.append(request)
            return self._answer(request)

    def start(self) -> None:
        self._listening = _Listening(self.port, self)
        self.port = self._listening.server_address[1]
        self._thread = threading.Thread(target=self._listening.serve_forever, args=(0.005,))
        self._thread.start()

    def stop(self) -> None:
        """Shuts the port and cuts all connections."""
        listening, self._listening = self._listening, None
        if listening is None:
            return
        listening.shutdown()
        listening.server_close()
        for connection in list(self.open):
            _end(connection)
        self.open.clear()
        if self._thread is not None:
            self._thread.join()
