"""`homeport serve registry` in a process of its own: with its certificate, its users, and what its environment sets."""

from __future__ import annotations

import contextlib
import datetime
import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import NamedTuple

import harness

from homeport.net import ca, names
from homeport.registry.access import htpasswd

ADMIN, ADMINS_PASSWORD = "admin", "a password of the admin's"
ANN, ANNS_PASSWORD = "ann", "a password of ann's"
COST = 4
"""Of bcrypt, the least: what is measured here is not how long it takes."""
LIMIT_S = 30.0


class Reply(NamedTuple):
    """An answer."""

    status: int
    fields: Message
    body: bytes


@dataclass
class Registry:
    """A registry; `extra` are its variables. Nothing of the caller's environment reaches it."""

    folder: Path
    extra: dict[str, str] = field(default_factory=dict)
    has_tls: bool = True
    port: int = field(default_factory=harness.free_port)
    process: subprocess.Popen | None = None

    @property
    def host(self) -> str:
        """What clients call it."""
        return f"localhost:{self.port}"

    @property
    def url(self) -> str:
        return f"{'https' if self.has_tls else 'http'}://{self.host}"

    @property
    def ca(self) -> Path:
        return self.folder / "data" / "certs" / "ca.crt"

    @property
    def log(self) -> str:
        """What it wrote, its requests among it."""
        return (self.folder / "log").read_text(errors="replace")

    @property
    def environment(self) -> dict[str, str]:
        """Of the registry, and of the commands that look after it."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(harness.FOREIGN)}
        given = {
            "HOMEPORT_DATA": str(self.folder / "data"),
            "HOMEPORT_REGISTRY_PORT": str(self.port),
            "HOMEPORT_REGISTRY_TLS": "on" if self.has_tls else "off",
        }
        return kept | given | self.extra

    def prepare(self) -> None:
        """Makes the certificate and the users."""
        data = self.folder / "data"
        for name in ("certs", "auth"):
            (data / name).mkdir(parents=True, exist_ok=True)
        wanted = names.certificate_names([], [])
        ca.ensure(data / "certs", wanted, datetime.datetime.now(datetime.UTC))
        for user, password in ((ADMIN, ADMINS_PASSWORD), (ANN, ANNS_PASSWORD)):
            htpasswd.add(data / "auth" / "htpasswd", user, password, COST)

    def start(self) -> None:
        """Returns when it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "homeport", "serve", "registry"],
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + LIMIT_S
        while not self.is_ready():
            assert self.process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.02)

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError):
            return self.ask("GET", "/readyz").status == 200
        return False

    def stop(self) -> None:
        process, self.process = self.process, None
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                assert process.wait(LIMIT_S) == 0, self.log
            finally:
                process.kill()

    def connect(self) -> http.client.HTTPConnection:
        if not self.has_tls:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT_S)
        context = ssl.create_default_context(cafile=str(self.ca))
        return http.client.HTTPSConnection("localhost", self.port, timeout=LIMIT_S, context=context)

    def ask(self, method: str, path: str, body: bytes | None = None, **fields: str) -> Reply:
        """One request."""
        headers = {name.replace("_", "-"): text for name, text in fields.items()}
        with contextlib.closing(self.connect()) as connection:
            connection.request(method, path, body, headers)
            with connection.getresponse() as answer:
                return Reply(answer.status, answer.headers, answer.read())

    def homeport(self, *arguments: str) -> str:
        """What a command says."""
        return harness.run(
            sys.executable, "-m", "homeport", *arguments, env=self.environment
        ).stdout

    def robot(self, name: str, scope: str) -> tuple[str, str]:
        """A new robot's user and password."""
        made = json.loads(
            self.homeport("registry", "robots", "add", name, "--allow", scope, "-o", "json")
        )
        return made["user"], made["secret"]


@contextlib.contextmanager
def serving(folder: Path, *, has_tls: bool = True, **extra: str) -> Iterator[Registry]:
    """A registry that runs while the block does; the names in `extra` have `HOMEPORT_REGISTRY_` before them."""
    given = {f"HOMEPORT_REGISTRY_{name}": text for name, text in extra.items()}
    folder.mkdir(parents=True, exist_ok=True)
    registry = Registry(folder, given, has_tls)
    registry.prepare()
    try:
        registry.start()
        yield registry
    finally:
        registry.stop()
