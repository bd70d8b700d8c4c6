"""A real control plane on loopback: etcd, API server, controllers, scheduler, and kwok in the place of kubelets.

https://kubernetes.io/docs/concepts/overview/components/
"""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import urllib3
from tests.apiserver.client import Api
from tests.apiserver.wire import certificates, credentials
from tests.conformance.kubernetes import neighbours, programs, seeds

READY_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 20.0
SERVICES = "10.43.0.0/16"
"""As of K3s: https://docs.k3s.io/cli/server#networking"""


class ControlPlane:
    """One cluster of one pretended node. Without controllers nothing happens in it by itself."""

    def __init__(self, folder: Path, *, has_controllers: bool = True) -> None:
        self._programs = programs.build()
        self._folder, self._has_controllers = folder, has_controllers
        self._processes: list[tuple[str, subprocess.Popen]] = []
        self._neighbours: neighbours.Neighbours | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """Where the API server listens."""
        return f"https://127.0.0.1:{self._port}"

    def kubeconfig(self, path: Path) -> Path:
        """Writes a kubeconfig of an administrator."""
        return credentials.write(path, self.url, "certificate", token="")

    def start(self) -> Self:
        """Returns when requests are answered and all is seeded."""
        self._folder.mkdir(parents=True, exist_ok=True)
        etcd, peer, self._port = _free_ports(3)
        config = self.kubeconfig(self._folder / "kubeconfig")
        self._write_keys()
        self._run("etcd", *_etcd(self._folder, etcd, peer))
        self._run("kube-apiserver", *_api_server(self._folder, etcd, self._port))
        with Api(config) as api:
            self._await(api)
            seeds.fill(api)
        if self._has_controllers:
            self._start_controllers(config)
        return self

    def _start_controllers(self, config: Path) -> None:
        keys = self._folder
        self._run(
            "kube-controller-manager",
            f"--kubeconfig={config}",
            f"--service-account-private-key-file={keys / 'accounts.key'}",
            f"--root-ca-file={keys / 'ca.crt'}",
            "--leader-elect=false",
            "--secure-port=0",
            # Volumes that were made by hand are matched on a beat of 15 s otherwise.
            "--pvclaimbinder-sync-period=1s",
        )
        self._run(
            "kube-scheduler", f"--kubeconfig={config}", "--leader-elect=false", "--secure-port=0"
        )
        stages = [part for stage in programs.STAGES for part in ("--config", self._stage(stage))]
        chosen = f"--manage-nodes-with-annotation-selector={seeds.FAKE}"
        self._run("kwok", f"--kubeconfig={config}", chosen, *stages)
        self._neighbours = neighbours.Neighbours(config)
        self._neighbours.start()

    def _stage(self, stage: str) -> str:
        return str(self._programs / Path(stage).name)

    def stop(self) -> None:
        """Ends all that was started, the last first."""
        if self._neighbours is not None:
            self._neighbours.stop()
        while self._processes:
            _, process = self._processes.pop()
            process.terminate()
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _write_keys(self) -> None:
        server = certificates.server()
        accounts = certificates.authority("service-accounts")
        for name, content in (
            ("ca.crt", certificates.authority().certificate_pem),
            ("server.crt", server.certificate_pem),
            ("server.key", server.key_pem),
            ("accounts.crt", accounts.certificate_pem),
            ("accounts.key", accounts.key_pem),
        ):
            (self._folder / name).write_bytes(content)

    def _run(self, name: str, *arguments: str) -> None:
        with (self._folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [self._programs / name, *arguments],
                cwd=self._folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._processes.append((name, process))

    def _await(self, api: Api) -> None:
        pause, waited_s = threading.Event(), 0.0
        while not _is_ready(api):
            for name, process in self._processes:
                if process.poll() is not None:
                    said = (self._folder / f"{name}.log").read_text(errors="replace")[-2000:]
                    raise AssertionError(f"{name} has ended: {said}")
            if waited_s >= READY_TIMEOUT_S:
                raise AssertionError(f"the API server is not ready after {waited_s:.0f} s")
            pause.wait(0.5)
            waited_s += 0.5


def _is_ready(api: Api) -> bool:
    try:
        return api.get("/readyz").code == 200
    except urllib3.exceptions.HTTPError:
        return False


def _etcd(folder: Path, port: int, peer: int) -> Iterator[str]:
    """https://etcd.io/docs/v3.6/op-guide/configuration/"""
    client, other = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peer}"
    yield f"--data-dir={folder / 'etcd'}"
    yield f"--listen-client-urls={client}"
    yield f"--advertise-client-urls={client}"
    yield f"--listen-peer-urls={other}"
    yield f"--initial-advertise-peer-urls={other}"
    yield f"--initial-cluster=default={other}"
    yield "--unsafe-no-fsync"


def _api_server(folder: Path, etcd: int, port: int) -> Iterator[str]:
    """https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/"""
    yield f"--etcd-servers=http://127.0.0.1:{etcd}"
    yield f"--secure-port={port}"
    yield "--bind-address=127.0.0.1"
    # Endpoints may not be loopback; nobody asks for the Service of the API itself.
    yield "--advertise-address=192.0.2.1"
    yield "--endpoint-reconciler-type=none"
    yield f"--tls-cert-file={folder / 'server.crt'}"
    yield f"--tls-private-key-file={folder / 'server.key'}"
    yield f"--client-ca-file={folder / 'ca.crt'}"
    yield f"--service-account-key-file={folder / 'accounts.crt'}"
    yield f"--service-account-signing-key-file={folder / 'accounts.key'}"
    yield "--service-account-issuer=https://kubernetes.default.svc"
    yield f"--service-cluster-ip-range={SERVICES}"
    yield "--authorization-mode=RBAC"


def _free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody has now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


@contextmanager
def running(folder: Path, *, has_controllers: bool = True) -> Iterator[Path]:
    """The kubeconfig of a control plane that runs in the meantime."""
    with ControlPlane(folder, has_controllers=has_controllers) as plane:
        yield plane.kubeconfig(folder / "kubeconfig")
