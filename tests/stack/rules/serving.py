"""A registry and a cloud in processes of their own, under the names of the stack, and as wrong as a test wants them."""

from __future__ import annotations

import datetime
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

from homeport.clock import SystemClock
from homeport.net import ca
from homeport.registry.access import htpasswd
from homeport.stack import folders, load, settings
from homeport.stack.rules.asking import asked
from homeport.stack.rules.asking.places import Place
from homeport.stack.rules.rule import Planned
from homeport.targets.local import prepare

PASSWORD = "a password for tests"
WAIT_S = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Served:
    """What a test asks. `environment` are settings of the processes, `now` is when the certificate was made."""

    def __init__(
        self, folder: Path, now: datetime.datetime | None = None, **environment: str
    ) -> None:
        self.folder = folder
        self.ports = {name: free_port() for name in ("registry", "cloud", "registry-ui")}
        self.environment = {
            "HOMEPORT_DATA": str(folder),
            "HOMEPORT_REGISTRY_PORT": str(self.ports["registry"]),
            "HOMEPORT_CLOUD_PORT": str(self.ports["cloud"]),
            "HOMEPORT_UI_PORT": str(self.ports["registry-ui"]),
            "HOMEPORT_CONFIG": os.devnull,
            **environment,
        }
        self.chosen: settings.Settings = load.load({}, self.environment).settings
        self.processes: dict[str, subprocess.Popen] = {}
        self.forgets = False
        """Whether a restart loses all data."""
        self._prepare(now or datetime.datetime.now(datetime.UTC))

    def _prepare(self, now: datetime.datetime) -> None:
        where = folders.of(self.chosen)
        for each in (where.certificates, where.auth, where.registry, where.cloud, where.run):
            each.mkdir(parents=True, exist_ok=True)
        ca.ensure(where.certificates, prepare.certificate_names(self.chosen), now)
        htpasswd.add(where.htpasswd, "admin", PASSWORD, cost=4)

    def rename(self, **environment: str) -> None:
        """Gives it other names, of which its certificate does not know."""
        self.chosen = load.load({}, self.environment | environment).settings

    @property
    def planned(self) -> Planned:
        return Planned(self.chosen, ())

    @property
    def ca(self) -> str:
        return (folders.of(self.chosen).certificates / "ca.crt").read_text()

    def start(self, *components: str) -> Served:
        for name in components:
            if name not in self.processes:
                self._launch(name)
        return self

    def _launch(self, name: str) -> None:
        log = (self.folder / f"{name}.out").open("a")
        self.processes[name] = process = subprocess.Popen(
            [sys.executable, "-m", "homeport", "serve", name],
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder), **self.environment},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        log.close()
        pause = threading.Event()
        for _ in range(int(WAIT_S / 0.05)):
            if listens(self.ports[name]):
                return
            assert process.poll() is None, (self.folder / f"{name}.out").read_text()
            pause.wait(0.05)
        raise AssertionError(f"{name} does not listen")

    def restart(self, name: str) -> None:
        self.stop(name)
        if self.forgets:
            folder = folders.of(self.chosen).component(name)
            shutil.rmtree(folder)
            folder.mkdir()
        self.start(name)

    def stop(self, *components: str) -> None:
        for name in components or tuple(self.processes):
            process = self.processes.pop(name)
            process.terminate()
            process.wait(WAIT_S)

    def place(self, host: str, **changes) -> Place:
        name = "cloud" if host == self.chosen.hosts.cloud else "registry"
        port = self.ports[name]
        given = {"port": port, "plain_port": port, "ca": self.ca, "is_encrypted": True}
        return Place(host, "127.0.0.1", **(given | changes))

    def running(self, *, may_restart: bool = False, password: str = PASSWORD, **changes):
        """As the rules ask it; `changes` are fields of each place."""
        return asked.Asked(
            {host: self.place(host, **changes) for host in self.chosen.hosts.components},
            cloud=self.chosen.hosts.cloud,
            user=asked.User("admin", password),
            time=SystemClock(),
            restart=self.restart if may_restart else None,
        )
