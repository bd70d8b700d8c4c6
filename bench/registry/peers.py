"""Starts a registry, ours or a peer's, with or without TLS and users, each with its fastest settings."""

from __future__ import annotations

import base64
import contextlib
import datetime
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import NamedTuple

import bcrypt

from bench import report, servers
from homeport.net import ca

USER, PASSWORD, COST = "bench", "bench-password", 10
OURS, DEBIAN = "homeport", "docker-registry"
NAMES = (OURS, DEBIAN, "distribution", "olareg")


class Mode(NamedTuple):
    """How a registry is served."""

    tls: bool = False
    users: bool = False

    @property
    def text(self) -> str:
        return ("TLS" if self.tls else "HTTP") + (f", bcrypt cost {COST}" if self.users else "")


PLAIN = Mode()


class Running(NamedTuple):
    """A registry that answers."""

    server: servers.Server
    mode: Mode
    folder: Path

    @property
    def name(self) -> str:
        return self.server.name

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    @property
    def authority(self) -> Path:
        return self.folder / "certs" / "ca.crt"

    @property
    def data(self) -> Path:
        """Where a peer keeps its images."""
        return self.folder / "data"

    @property
    def headers(self) -> dict[str, str]:
        if not self.mode.users:
            return {}
        token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        return {"Authorization": f"Basic {token}"}


Fill = Callable[[Path], None]


@contextlib.contextmanager
def running(name: str, mode: Mode, fill: Fill | None = None) -> Iterator[Running]:
    """A registry on an empty folder, or on what `fill` has put in the folder of a peer's images."""
    with servers.scratch() as folder:
        _prepare(folder)
        if fill is not None:
            fill(folder / "data")
        with _started(name, folder, mode) as server:
            yield Running(server, mode, folder)


def all_running(
    mode: Mode, result: report.Report, stack: ExitStack, names: tuple[str, ...] = NAMES
) -> list[Running]:
    """Those that can be had, all at once, so that rounds can take turns."""
    found = []
    for name in names:
        try:
            found.append(stack.enter_context(running(name, mode)))
        except servers.PeerMissing as missing:
            skip(result, missing)
    return found


def skip(result: report.Report, missing: servers.PeerMissing) -> None:
    """Says once that a peer is left out."""
    if str(missing) not in result.skipped:
        result.skipped.append(str(missing))


def _prepare(folder: Path) -> None:
    """Users and certificates, which all of them read alike."""
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(COST, b"2a")).decode()
    (folder / "htpasswd").write_text(f"{USER}:{hashed}\n")
    (folder / "basic.yaml").write_text(OLAREG_USERS.format(user=USER, hashed=hashed))
    names = ["localhost", "127.0.0.1"]
    (folder / "certs").mkdir()
    ca.ensure(folder / "certs", names, datetime.datetime.now(datetime.UTC))


def _started(name: str, folder: Path, mode: Mode) -> AbstractContextManager[servers.Server]:
    if name == OURS:
        return _ours(folder, mode)
    return _olareg(folder, mode) if name == "olareg" else _distribution(name, folder, mode)


def _ours(folder: Path, mode: Mode) -> AbstractContextManager[servers.Server]:
    settings = {
        "HOMEPORT_REGISTRY_TLS": "on" if mode.tls else "off",
        "HOMEPORT_REGISTRY_AUTH": "on" if mode.users else "off",
        "HOMEPORT_REGISTRY_HTPASSWD": str(folder / "htpasswd"),
        "HOMEPORT_LOG_ACCESS": "off",
    }
    return servers.ours("registry", folder, _scheme(mode), **settings)


DISTRIBUTION_CONFIG = """\
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage:
  delete: {{enabled: true}}
  filesystem: {{rootdirectory: {folder}/data, maxthreads: 100}}
  cache: {{blobdescriptor: inmemory}}
http:
  addr: 127.0.0.1:{port}
  secret: bench
  {tls}
{auth}
"""


def _distribution(name: str, folder: Path, mode: Mode) -> AbstractContextManager[servers.Server]:
    """Debian's 2.8, or the newest 3."""
    port = servers.free_port()
    config = distribution_config(folder, port, mode)
    command = [str(program(name)), "serve", str(config)]
    environment = {"OTEL_TRACES_EXPORTER": "none"}
    return servers.running(name, command, port, "/", environment, _scheme(mode))


def distribution_config(folder: Path, port: int = 0, mode: Mode = PLAIN) -> Path:
    """The file that tells Distribution what it is to do."""
    tls = f"tls: {{certificate: {folder}/certs/server.crt, key: {folder}/certs/server.key}}"
    auth = f"auth: {{htpasswd: {{realm: bench, path: {folder}/htpasswd}}}}"
    config = folder / "config.yml"
    config.write_text(
        DISTRIBUTION_CONFIG.format(
            folder=folder,
            port=port,
            tls=tls if mode.tls else "",
            auth=auth if mode.users else "",
        )
    )
    return config


def program(name: str) -> Path:
    """The program of Debian's docker-registry, or of a peer that Go builds."""
    if name != DEBIAN:
        return servers.go_peer(name)
    found = shutil.which(DEBIAN)
    if found is None:
        raise servers.PeerMissing(f"{DEBIAN} is not installed")
    return Path(found)


OLAREG_USERS = """\
users:
  {user}: {{cred: "{hashed}"}}
acls:
  - {{repo: "*", members: [{user}], access: ["*"]}}
  - {{repo: "", members: [{user}], access: ["*"]}}
"""


def _olareg(folder: Path, mode: Mode) -> AbstractContextManager[servers.Server]:
    port = servers.free_port()
    command = [str(program("olareg")), "serve", "--addr", "127.0.0.1", "--port", str(port)]
    command += ["--dir", str(folder / "data"), "--api-delete", "--api-blob-delete"]
    if mode.tls:
        certificates = folder / "certs"
        command += ["--tls-cert", str(certificates / "server.crt")]
        command += ["--tls-key", str(certificates / "server.key")]
    if mode.users:
        command += ["--auth-basic", str(folder / "basic.yaml")]
    return servers.running("olareg", command, port, "/v2/", None, _scheme(mode))


def _scheme(mode: Mode) -> str:
    return "https" if mode.tls else "http"
