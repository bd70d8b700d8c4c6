"""A TLS server that answers what it is told to, and everything that goes wrong on a wire."""

from __future__ import annotations

import dataclasses
import json
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from tests.apiserver.wire import certificates

from homeport.targets.kubernetes.cluster import client
from homeport.targets.kubernetes.cluster.configuration.access import Access, Trust
from homeport.targets.kubernetes.cluster.credentials.given import Given, Secret
from homeport.targets.kubernetes.cluster.wire.retrying import Patience

TLS = b"\x16"
"""How a client begins that speaks TLS: https://www.rfc-editor.org/rfc/rfc8446#section-5.1"""
TOKEN = "tok-0123456789-secret"


class Moving:
    """A clock that only pauses move; it knows them all."""

    def __init__(self) -> None:
        self.moment = 1_700_000_000.0
        self.pauses: list[float] = []

    def now(self) -> float:
        return self.moment

    def wait(self, duration_s: float) -> None:
        self.pauses.append(duration_s)
        self.moment += duration_s


@dataclasses.dataclass
class Seen:
    """A request as it came."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


Step = Callable[[socket.socket, "Wire"], bool]
"""Answers on a connection; whether it may be used again."""


def answer(status: int, content: object = None, **headers: str) -> Step:
    """A whole answer: an object as JSON, or bytes as they are."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    fields = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = f"HTTP/1.1 {status} Whatever\r\n"
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())

    def send(connection: socket.socket, wire: Wire) -> bool:
        connection.sendall(f"{head}{lines}\r\n".encode() + body)
        return True

    return send


def status(code: int, message: str = "it is so", reason: str = "", **details: object) -> Step:
    """A Status of Kubernetes."""
    content = {"kind": "Status", "apiVersion": "v1", "message": message, "code": code}
    return answer(code, content | {"reason": reason, "details": details})


def drop(connection: socket.socket, wire: Wire) -> bool:
    """Closes without an answer."""
    return False


def hang(connection: socket.socket, wire: Wire) -> bool:
    """Never answers."""
    wire.ended.wait(20)
    return False


def cut(connection: socket.socket, wire: Wire) -> bool:
    """Closes in the middle of an answer."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    return False


def endless(connection: socket.socket, wire: Wire) -> bool:
    """Answers more than anybody can read."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n")
    try:
        while not wire.ended.is_set():
            connection.sendall(b" " * 1024 * 1024)
    except OSError:
        return False
    return False


def chunks(*pieces: bytes, then: Step | None = None) -> Step:
    """An answer that comes in chunks, and ends in order unless something else happens then."""

    def send(connection: socket.socket, wire: Wire) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in pieces:
            connection.sendall(b"%x\r\n%b\r\n" % (len(piece), piece))
        if then is not None:
            return then(connection, wire)
        connection.sendall(b"0\r\n\r\n")
        return True

    return send


class Wire:
    """Answers requests by its steps, the last of them again and again."""

    def __init__(self, *steps: Step, is_plain: bool = False) -> None:
        self.steps = list(steps)
        self.seen: list[Seen] = []
        self.connections = 0
        self.ended = threading.Event()
        self.clock = Moving()
        self._context = None if is_plain else _context()
        self._guard = threading.Lock()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def access(self, **changes: object) -> Access:
        scheme = "http" if self._context is None else "https"
        first = Access(
            context="lab",
            source="/home/dev/.kube/config",
            server=f"{scheme}://127.0.0.1:{self.port}",
            user="dev",
            credentials=Given("dev", "/home/dev/.kube/config", token=Secret(TOKEN.encode())),
            trust=Trust(certificates.authority().certificate_pem.decode()),
        )
        return dataclasses.replace(first, **changes)

    def client(self, patience: Patience = client.PATIENCE, **changes: object) -> client.Client:
        """One that waits on a clock of its own."""
        return client.connect(
            self.access(**changes),
            self.clock,
            patience=patience,
            wait=self.clock.wait,
            chance=lambda: 1.0,
        )

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with plain:
            try:
                connection = self._secured(plain)
                with connection, connection.makefile("rb") as reader:
                    while self._one(connection, reader):
                        pass
            except (OSError, ValueError):
                return

    def _secured(self, plain: socket.socket) -> socket.socket:
        self.connections += 1
        return self._context.wrap_socket(plain, server_side=True) if self._context else plain

    def _one(self, connection: socket.socket, reader: object) -> bool:
        if self._context is None and reader.peek(1)[:1] == TLS:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            return False
        line = reader.readline().decode()
        if not line:
            return False
        headers = []
        while (field := reader.readline().decode("latin-1").strip()) != "":
            name, _, value = field.partition(": ")
            headers.append((name.lower(), value))
        length = int(dict(headers).get("content-length", 0))
        method, target, _ = line.split(" ")
        with self._guard:
            self.seen.append(Seen(method, target, headers, reader.read(length)))
            step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        return step(connection, self)


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pair = certificates.server()
    with tempfile.TemporaryDirectory() as folder:
        chain = Path(folder) / "server.pem"
        chain.write_bytes(pair.certificate_pem + pair.key_pem)
        context.load_cert_chain(chain)
    return context
