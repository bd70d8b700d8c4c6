"""The real Traefik, reading its routes from a stand-in cluster.

https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-crd/
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.apiserver import neighbours
from tests.apiserver.cluster import Cluster

WAIT_S = 30
_POLL_S = 0.1


class Ingress:
    """A running Traefik: `web` and `websecure` on loopback, and what it logged."""

    def __init__(self, ports: dict[str, int], log: Path) -> None:
        self.ports = ports
        self._log = log

    def get(self, host: str, path: str = "/", **headers: str) -> tuple[int, bytes]:
        """Asks for a path of a host over plain HTTP."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports["web"], timeout=WAIT_S)
        return _answer(connection, host, path, headers)

    def get_secure(self, host: str, authority: bytes, path: str = "/", **headers: str):
        """Asks over HTTPS for a certificate of that authority; code and body."""
        context = ssl.create_default_context(cadata=authority.decode())
        raw = socket.create_connection(("127.0.0.1", self.ports["websecure"]), timeout=WAIT_S)
        connection = http.client.HTTPSConnection(host, context=context)
        connection.sock = context.wrap_socket(raw, server_hostname=host)
        return _answer(connection, host, path, headers)

    def wait(self, asked, wanted, timeout_s: float = WAIT_S) -> None:
        """Asks again and again until the answer's code is the wanted one."""
        pause, seen = threading.Event(), None
        for _ in range(int(timeout_s / _POLL_S)):
            with suppress(OSError, http.client.HTTPException):
                seen = asked()[0]
            if seen == wanted:
                return
            pause.wait(_POLL_S)
        raise AssertionError(f"{seen} instead of {wanted}:\n{self._log.read_text()[-3000:]}")

    def problems(self) -> list[str]:
        """What it logged as an error or a warning about its provider; lines that are no JSON are client-go's."""
        lines = self._log.read_text().splitlines()
        rows = [json.loads(line) for line in lines if line.startswith("{")]
        return [
            *(line for line in lines if not line.startswith("{")),
            *(
                f"{row.get('message', '')} {row.get('error', '')}".strip()
                for row in rows
                if row["level"] in {"error", "warn", "fatal"} and not _is_about_options(row)
            ),
        ]


def _is_about_options(row: dict) -> bool:
    """Static options that this test leaves as they are."""
    words = ("SafeNaming", "aliasHeadersStrategy", "encoded", "telemetry")
    return any(word.lower() in row.get("message", "").lower() for word in words)


def _answer(connection, host, path, headers) -> tuple[int, bytes]:
    try:
        connection.request("GET", path, headers={"Host": host} | headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _free_ports(*names: str) -> dict[str, int]:
    sockets = {name: socket.create_server(("127.0.0.1", 0)) for name in names}
    ports = {name: found.getsockname()[1] for name, found in sockets.items()}
    for found in sockets.values():
        found.close()
    return ports


def _command(cluster: Cluster, folder: Path, ports: dict[str, int]) -> list[str]:
    authority = folder / "authority.pem"
    authority.write_bytes(cluster.server.authority_pem)
    provider = "--providers.kubernetescrd"
    return [
        neighbours.traefik(),
        *(f"--entrypoints.{name}.address=127.0.0.1:{port}" for name, port in ports.items()),
        "--entrypoints.websecure.http.tls=true",
        "--ping=true",
        "--ping.entrypoint=ping",
        "--global.checknewversion=false",
        "--global.sendanonymoususage=false",
        "--log.level=DEBUG",
        "--log.format=json",
        f"{provider}.endpoint={cluster.server.url}",
        f"{provider}.token={cluster.server.credentials.token}",
        f"{provider}.certauthfilepath={authority}",
    ]


@contextmanager
def running(cluster: Cluster, folder: Path) -> Iterator[Ingress]:
    """Traefik in front of a cluster, until the end of the block."""
    ports, log = _free_ports("web", "websecure", "ping"), folder / "traefik.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            _command(cluster, folder, ports),
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
        )
    found = Ingress(ports, log)
    try:
        found.wait(lambda: _ping(ports["ping"]), 200)
        yield found
    finally:
        process.terminate()
        process.wait(WAIT_S)


def _ping(port: int) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
    return _answer(connection, "localhost", "/ping", {})
