"""Real TLS sockets on loopback, one thread a connection, all of which can be cut at once."""

from __future__ import annotations

import http.server
import select
import socket
import socketserver
import ssl
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.apiserver import hooks
from tests.apiserver.wire import answers, certificates

Handle = Callable[[hooks.Request, str], answers.Answer | None]
"""Takes a request and the name in the client's certificate; None cuts the connection."""

GONE = (ConnectionError, TimeoutError, ssl.SSLError, ValueError)
"""What a socket raises once either side has closed it."""


class Handler(http.server.BaseHTTPRequestHandler):
    """Reads requests off one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener

    def setup(self) -> None:
        """Shakes hands in this connection's own thread, so that a slow client holds nobody up."""
        self.request = self.server.secured(self.request)
        super().setup()

    def finish(self) -> None:
        """Closes what `setup` has opened."""
        try:
            super().finish()
        finally:
            self.request.close()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Says nothing."""

    def do_GET(self) -> None:
        """Every method goes the same way."""
        answer = self.server.handle(self._read(), self._certified())
        if answer is None:
            self.close_connection = True
            return
        if answer.lines is None:
            self._write(answer)
        else:
            self._stream(answer)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_GET  # noqa: N815

    def _read(self) -> hooks.Request:
        target = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        return hooks.Request(
            method=self.command,
            path=unquote(target.path),
            query=dict(parse_qsl(target.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )

    def _certified(self) -> str:
        subject = (self.request.getpeercert() or {}).get("subject", ())
        return dict(part for row in subject for part in row).get("commonName", "")

    def _start(self, answer: answers.Answer) -> None:
        self.send_response(answer.code)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Audit-Id", "00000000-0000-0000-0000-000000000000")
        for text in answer.warnings:
            self.send_header("Warning", answers.warning(text))
        for name, value in answer.headers.items():
            self.send_header(name, value)

    def _write(self, answer: answers.Answer) -> None:
        self._start(answer)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _stream(self, answer: answers.Answer) -> None:
        self._start(answer)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for line in answer.lines or ():
            if line:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(line), line))
            elif self.server.is_closing or self._is_gone():
                self.close_connection = True
                return
        if self.server.is_closing:
            # The stream ended because the server goes down: the client must see it cut, not complete.
            self.close_connection = True
            return
        self.wfile.write(b"0\r\n\r\n")

    def _is_gone(self) -> bool:
        """Whether the client has closed: nothing else can come from it in the middle of a watch."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable)


class Listener(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Accepts on one port, and knows its connections."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, handle: Handle) -> None:
        self.handle = handle
        self.is_closing = False
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._context = _context()
        super().__init__(("127.0.0.1", port), Handler)
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that it got."""
        return self.server_address[1]

    def secured(self, plain: socket.socket) -> ssl.SSLSocket:
        """The connection under TLS."""
        plain.settimeout(30)
        secure = self._context.wrap_socket(plain, server_side=True)
        secure.settimeout(None)
        with self._guard:
            self._open.discard(plain)
            self._open.add(secure)
        return secure

    def process_request(self, request: socket.socket, client_address: object) -> None:
        """Notes the connection, then hands it to its thread."""
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket) -> None:
        """Forgets a connection; `Handler.finish` has closed the secured one."""
        with self._guard:
            self._open = {entry for entry in self._open if entry.fileno() != -1}
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone away is none of the server's failures; those are answered with 500 before."""

    def cut(self) -> None:
        """Drops every connection in the middle of what it does."""
        with self._guard:
            connections = list(self._open)
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def close(self) -> None:
        """Stops accepting and drops every connection."""
        self.is_closing = True
        self.shutdown()
        self._thread.join()
        self.server_close()
        self.cut()


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pair, authority = certificates.server(), certificates.authority()
    with tempfile.TemporaryDirectory() as folder:
        chain = Path(folder) / "server.pem"
        chain.write_bytes(pair.certificate_pem + pair.key_pem)
        context.load_cert_chain(chain)
    context.load_verify_locations(cadata=authority.certificate_pem.decode())
    context.verify_mode = ssl.CERT_OPTIONAL
    context.set_alpn_protocols(["http/1.1"])
    return context
