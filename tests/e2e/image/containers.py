"""Containers as a strict cluster runs them: a user that the image does not know, a read-only root, no capabilities."""

from __future__ import annotations

import contextlib
import json
import shutil
import ssl
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import harness
import pytest
from tests.e2e.image import built

UID = 12_345
STRICT = (
    "--read-only",
    "--read-only-tmpfs=false",
    "--tmpfs=/tmp",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    f"--user={UID}:{UID}",
    "--unsetenv=HOME",
)
HERE = (
    # Its timers are systemd's, which test machines may lack; the check itself is run by hand.
    "--no-healthcheck",
    *built.LIMITS,
)
LIMIT_S = 30.0


class Reply(NamedTuple):
    """An answer."""

    status: int
    body: bytes


class Podman:
    """A podman with storage of its own, in which the image is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = built.storage(folder)

    def __call__(self, *arguments: str | Path, **options):
        words = ("podman", "--cgroup-manager=cgroupfs", *arguments)
        return harness.run(*words, env=self.environment, **options)

    def image(self) -> dict:
        """What the image says of itself."""
        return json.loads(self("image", "inspect", built.NAME).stdout)[0]

    def volume(self) -> Path:
        """A folder that a cluster has given to the user of the container."""
        folder = Path(tempfile.mkdtemp(dir=self.folder, prefix="volume"))
        shutil.chown(folder, UID, UID)
        return folder

    def run(self, *words: str, flags: Sequence[str] = STRICT, **options) -> str:
        """What a container that ends by itself has said."""
        done = self("run", "--rm", "--network=none", *HERE, *flags, built.NAME, *words, **options)
        return done.stdout + done.stderr

    @contextlib.contextmanager
    def serving(self, component: str, *flags: str, **more) -> Iterator[Container]:
        """A container that serves a component while the block runs; `more` are fields of it."""
        container = Container(self, component, flags, **more)
        try:
            container.create()
            container.start()
            yield container
        finally:
            self("rm", "--force", "--time=0", container.name, check=False)


@dataclass
class Container:
    """One container. Its port is set by the name that the upstream image has for it."""

    podman: Podman
    component: str
    flags: Sequence[str]
    trust: ssl.SSLContext | None = None
    """For HTTPS."""
    port: int = field(default_factory=harness.free_port)

    @property
    def name(self) -> str:
        return f"hp-{self.component}-{self.port}"

    @property
    def url(self) -> str:
        return f"{'http' if self.trust is None else 'https'}://localhost:{self.port}"

    @property
    def log(self) -> str:
        done = self.podman("logs", self.name)
        return done.stdout + done.stderr

    def create(self) -> None:
        named = {
            "registry": "REGISTRY_HTTP_ADDR=:",
            "cloud": "GATEWAY_LISTEN=0.0.0.0:",
            "registry-ui": "HOMEPORT_UI_PORT=",
        }
        own = ("--name", self.name, "--env", f"{named[self.component]}{self.port}")
        words = (built.NAME, "serve", self.component)
        self.podman("create", "--network=host", *own, *HERE, *STRICT, *self.flags, *words)

    def start(self) -> None:
        """Returns when it answers."""
        self.podman("start", self.name)
        self.wait()

    def restart(self) -> None:
        self.podman("restart", "--time=20", self.name)
        self.wait()

    def wait(self) -> None:
        path = {"cloud": "/_localstack/health"}.get(self.component, "/livez")
        pause, deadline = threading.Event(), time.monotonic() + LIMIT_S
        while not self._answers(path):
            assert time.monotonic() < deadline, self.log
            assert self.state["Running"], self.log
            pause.wait(0.05)

    def _answers(self, path: str) -> bool:
        with contextlib.suppress(OSError):
            return self.ask(path).status == 200
        return False

    @property
    def state(self) -> dict:
        return json.loads(self.podman("inspect", self.name).stdout)[0]["State"]

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **fields: str
    ) -> Reply:
        """One request."""
        request = urllib.request.Request(self.url + path, body, fields, method=method)
        try:
            with urllib.request.urlopen(request, timeout=LIMIT_S, context=self.trust) as answer:
                return Reply(answer.status, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, error.read())

    def inside(self, *command: str, **options):
        """Runs a command in it."""
        return self.podman("exec", "--interactive", self.name, *command, **options)

    def healthy(self) -> bool:
        """What the health check of the image says."""
        kind, *command = self.podman.image()["Healthcheck"]["Test"]
        assert kind == "CMD"
        return self.inside(*command, check=False).returncode == 0

    def stop(self) -> int:
        """Stops it as an engine or a kubelet does; its exit code."""
        self.podman("stop", "--time=30", self.name)
        return self.state["ExitCode"]


def loaded() -> Podman:
    """A podman with the image; skips where it cannot be built or run here."""
    harness.tool("podman")
    archive = built.archive()
    podman = Podman(Path(tempfile.mkdtemp(prefix="hpi")))
    podman("load", "--quiet", "--input", archive)
    own = ("--rm", "--network=none", *HERE, *STRICT)
    tried = podman("run", *own, built.NAME, "version", check=False)
    # https://docs.podman.io/en/latest/markdown/podman-run.1.html#exit-status
    if tried.returncode == 125:
        built.remove(podman.folder)
        pytest.skip(f"podman runs no containers here: {tried.stderr[-300:]}")
    return podman
