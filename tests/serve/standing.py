"""A stack behind the real Traefik: registry, cloud and ingress in processes of their own."""

from __future__ import annotations

import base64
import contextlib
import http.client
import os
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.apiserver import neighbours
from tests.stack.rules import serving

from homeport.stack import folders, load

WAIT_S = 30.0


def until(is_reached, what: str):
    """Asks until something is true: these are real processes, whose time no test can move."""
    pause = threading.Event()
    for _ in range(int(WAIT_S / 0.05)):
        if found := is_reached():
            return found
        pause.wait(0.05)
    raise AssertionError(f"waited for {what} in vain")


@contextlib.contextmanager
def held_port() -> Iterator[int]:
    """A free port, that is held while the block runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield probe.getsockname()[1]


def basic(user: str, password: str) -> dict[str, str]:
    """The header of a user. https://www.rfc-editor.org/rfc/rfc7617"""
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


class Standing(serving.Served):
    """What a test asks."""

    def __init__(self, folder: Path, **environment: str) -> None:
        with held_port() as self.port, held_port() as self.plain_port:  # and no other gets them
            given = {
                "HOMEPORT_INGRESS_PORT": str(self.port),
                "HOMEPORT_INGRESS_PLAIN_PORT": str(self.plain_port),
                "HOMEPORT_INGRESS_TRAEFIK": neighbours.traefik(),
            }
            super().__init__(folder, **(given | environment))
        self.ports["ingress"] = self.port

    @property
    def log(self) -> str:
        """What the ingress wrote."""
        return (self.folder / "ingress.out").read_text()

    def start_all(self) -> Standing:
        """All of it, ready."""
        self.start("registry", "cloud", "ingress")
        until(lambda: "ingress is ready" in self.log, "the ingress")
        return self

    def command(self, component: str) -> list[str]:
        """How one is started."""
        return [sys.executable, "-m", "homeport", "serve", component]

    def whole_environment(self) -> dict[str, str]:
        """With which."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), **self.environment}

    def traefik_pid(self) -> int:
        """The process of Traefik itself."""
        pid = self.processes["ingress"].pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def context(self) -> ssl.SSLContext:
        """Trusts the CA of the data folder."""
        return ssl.create_default_context(cadata=self.ca)

    def connect(self, host: str, source: str = "127.0.0.1") -> ssl.SSLSocket:
        """A connection of TLS to a name, through the ingress."""
        raw = socket.create_connection(("127.0.0.1", self.port), WAIT_S, (source, 0))
        return self.context().wrap_socket(raw, server_hostname=host)

    def open(self, host: str, source: str = "127.0.0.1") -> http.client.HTTPSConnection:
        """The same for HTTP/1.1."""
        connection = http.client.HTTPSConnection(host, self.port)
        connection.sock = self.connect(host, source)
        return connection

    def ask(self, host: str, path: str = "/", method: str = "GET", body=None, **headers: str):
        """An answer, read, through the ingress."""
        with contextlib.closing(self.open(host)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.text = answer.read().decode(errors="replace")
            return answer

    def configured(self, **environment: str) -> None:
        """Other settings for what is started from now on."""
        self.environment |= environment
        self.chosen = load.load({}, self.environment).settings

    @property
    def where(self) -> folders.Folders:
        """Its folders."""
        return folders.of(self.chosen)


@contextlib.contextmanager
def standing(folder: Path, **environment: str) -> Iterator[Standing]:
    """It stands while the block runs."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Standing(folder, **environment)
    try:
        yield made.start_all()
    finally:
        made.stop()
