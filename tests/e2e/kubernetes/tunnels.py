"""Stands in for the DNS records of a stack: a proxy that leads each name to the ingress.

https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import socketserver
import threading
from collections.abc import Iterator

LIMIT_S = 30
PIECE = 65_536


class _Tunnel(socketserver.StreamRequestHandler):
    """CONNECT: what is inside is between the client and the ingress."""

    server: _Proxy

    def handle(self) -> None:
        method = self.rfile.readline().split()[0]
        while self.rfile.readline().strip():
            pass
        if method != b"CONNECT":
            self.wfile.write(b"HTTP/1.1 405 Method Not Allowed\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", self.server.port), LIMIT_S) as there:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with contextlib.suppress(ConnectionError):
                _carry(self.connection, there)


class _Proxy(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(("127.0.0.1", 0), _Tunnel)


def _carry(here: socket.socket, there: socket.socket) -> None:
    """Until either side has ended."""
    with selectors.DefaultSelector() as selector:
        selector.register(here, selectors.EVENT_READ, there)
        selector.register(there, selectors.EVENT_READ, here)
        while ready := selector.select(LIMIT_S):
            for key, _ in ready:
                data = key.fileobj.recv(PIECE)
                if not data:
                    return
                key.data.sendall(data)


@contextlib.contextmanager
def leading_to(port: int) -> Iterator[str]:
    """The URL of a proxy that leads every name to a port of loopback, while the block runs."""
    with _Proxy(port) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{proxy.server_address[1]}"
        finally:
            proxy.shutdown()
            thread.join()
