"""A registry in a part of the machine, and `homeport trust` there."""

from __future__ import annotations

import contextlib
import datetime
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import harness
import pytest
from tests.e2e.trust import apart
from tests.e2e.trust.apart import ADDRESS, HOST, Apart

from homeport.net import ca, names
from homeport.registry.access import htpasswd

PASSWORD = "a password for tests"
LIMIT_S = 30.0


@dataclass
class Served:
    """A registry whose certificate a CA of its own has signed, and who is told of that."""

    apart: Apart
    data: Path
    log: Path
    port: int = 5000

    @property
    def host(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def url(self) -> str:
        return f"https://{self.host}/readyz"

    @property
    def ca(self) -> Path:
        return self.data / "certs/ca.crt"

    @property
    def environment(self) -> dict[str, str]:
        return self.apart.environment(
            HOMEPORT_DATA=str(self.data),
            HOMEPORT_REGISTRY_PORT=str(self.port),
            HOMEPORT_REGISTRY_HOST=ADDRESS,
            # Clients ask the registry itself, by its name.
            HOMEPORT_INGRESS_ENABLED="false",
            HOMEPORT_UI_ENABLED="false",
        )

    def has_seen(self, text: str) -> bool:
        """Whether a request with that in it came through, which it does only after a handshake that the client was content with."""
        return text in self.log.read_text()

    def homeport(self, *words: str, **options) -> subprocess.CompletedProcess[str]:
        command = (sys.executable, "-m", "homeport", *words)
        return self.apart.run(*command, env=options.pop("env", self.environment), **options)

    def trust(self, *stores: str, undo: bool = False) -> dict[str, str]:
        """What came of each store; where it did something in one of its places, that."""
        named = [word for store in stores for word in ("--store", store)]
        words = ["trust", "-y", "-o", "json", *named, *(["--undo"] if undo else [])]
        said = json.loads(self.homeport(*words).stdout)
        found = [each for each in said["places"] if each["state"] != "skipped"]
        found.sort(key=lambda each: each["state"] == "done")
        return {each["store"]: each["state"] for each in found}

    def entry(self) -> str:
        """The name that the stores have for it."""
        return json.loads(self.homeport("trust", "--show", "-o", "json").stdout)["entry"]

    def prepare(self) -> None:
        for name in ("certs", "auth"):
            (self.data / name).mkdir(parents=True)
        named = names.certificate_names([HOST], [ADDRESS])
        ca.ensure(self.data / "certs", named, datetime.datetime.now(datetime.UTC))
        htpasswd.add(self.data / "auth/htpasswd", "admin", PASSWORD, 4)

    def is_ready(self) -> bool:
        words = ("curl", "--silent", "--fail", "--cacert", self.ca, self.url)
        return self.apart.run(*words, check=False).returncode == 0

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                self.apart.command(sys.executable, "-m", "homeport", "serve", "registry"),
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        try:
            deadline = time.monotonic() + LIMIT_S
            while not self.is_ready():
                assert process.poll() is None, self.log.read_text()
                assert time.monotonic() < deadline, self.log.read_text()
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(LIMIT_S)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Nobody trusts it yet; each test leaves it so."""
    harness.tool("curl")
    folder = tmp_path_factory.mktemp("trust")
    with apart.apart(folder) as part:
        made = Served(part, folder / "data", folder / "log")
        made.prepare()
        with made.running():
            yield made
