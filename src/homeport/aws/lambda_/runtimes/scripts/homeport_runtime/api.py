"""The Runtime API, as a runtime speaks to it."""

from __future__ import annotations

import _socket

from .encoding import encode

TYPE_CHECKING = False  # the module that defines it takes longer to load than all of this
if TYPE_CHECKING:
    from typing import Any

_API = "/2018-06-01/runtime"


class Api:
    """The Runtime API over one kept connection. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html"""

    def __init__(self, address: str) -> None:
        self._address = address
        host, _, port = address.rpartition(":")
        self._peer = (host, int(port))
        self._socket: _socket.socket | None = None
        self._data = b""

    def next(self) -> tuple[dict[str, str], bytes]:
        """Waits for the next invocation: its headers and its event."""
        return self._ask("GET", "/invocation/next", b"")

    def respond(self, request_id: str, body: bytes, content_type: str) -> None:
        """Gives the function's answer."""
        path = f"/invocation/{request_id}/response"
        self._ask("POST", path, body, f"Content-Type: {content_type}\r\n")

    def fail(self, path: str, error: dict[str, Any]) -> None:
        """Tells an error, of an invocation or of the start."""
        headers = (
            "Content-Type: application/vnd.aws.lambda.error+json\r\n"
            f"Lambda-Runtime-Function-Error-Type: {' '.join(error['errorType'].split())}\r\n"
        )
        self._ask("POST", path, encode(error), headers)

    def _ask(
        self, method: str, path: str, body: bytes, headers: str = ""
    ) -> tuple[dict[str, str], bytes]:
        head = f"{method} {_API}{path} HTTP/1.1\r\nHost: {self._address}\r\n{headers}"
        if method == "POST":
            head += f"Content-Length: {len(body)}\r\n"
        request = (head + "\r\n").encode("latin-1", "replace") + body
        if self._socket is not None:
            try:
                return self._exchange(self._socket, request)
            except OSError:
                self._drop()  # it was ended while nobody spoke, or by the function; once more on a new one
        self._socket = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        self._socket.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        self._socket.connect(self._peer)
        return self._exchange(self._socket, request)

    def _exchange(self, connection: _socket.socket, request: bytes) -> tuple[dict[str, str], bytes]:
        self._data = b""
        connection.sendall(request)
        while b"\r\n\r\n" not in self._data:
            self._receive(connection)
        head, _, rest = self._data.partition(b"\r\n\r\n")
        headers = {}
        for line in head.decode("utf-8", "replace").split("\r\n")[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        size = int(headers.get("content-length", "0"))
        pieces, got = [rest], len(rest)
        while got < size:
            self._data = b""
            self._receive(connection)
            pieces.append(self._data)
            got += len(self._data)
        return headers, b"".join(pieces)

    def _drop(self) -> None:
        try:
            if self._socket is not None:
                self._socket.close()
        except OSError:
            pass  # the function has closed its descriptor

    def _receive(self, connection: _socket.socket) -> None:
        piece = connection.recv(262_144)
        if not piece:
            raise ConnectionResetError("the Runtime API closed the connection")
        self._data += piece
