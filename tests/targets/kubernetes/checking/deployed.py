"""A deployed stack without a cluster: the stand-in API server, the real Traefik, and our own processes behind it."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path

from tests.apiserver import ingress
from tests.apiserver.cluster import Cluster
from tests.stack.rules import serving

from homeport.clock import SystemClock
from homeport.registry.access import htpasswd
from homeport.stack import folders, settings
from homeport.stack.rules.rule import Planned
from homeport.targets.kubernetes.checking import reach
from homeport.targets.kubernetes.cluster import client, contract, kubeconfig
from homeport.targets.kubernetes.objects import render

SETTINGS = {
    "HOMEPORT_TARGET": "kubernetes",
    "HOMEPORT_CLOUD_ENGINE": "builtin",
    "HOMEPORT_CLOUD_EDGE": "off",
    "HOMEPORT_REGISTRY_TLS": "false",
}
"""Traefik speaks TLS, and what is behind it does not."""


@contextlib.contextmanager
def connected(cluster: Cluster, folder: Path) -> Iterator[contract.Cluster]:
    access = kubeconfig.load(cluster.kubeconfig(folder / "kubeconfig"), "", {})
    with client.connected(access, SystemClock()) as made:
        yield made


def stack(served: serving.Served) -> Planned:
    """The objects of the stack that is served, with its users in their Secret."""
    users = folders.of(served.chosen).htpasswd.read_text()
    return Planned(served.chosen, render.objects(served.chosen, render.Material(users)))


@dataclasses.dataclass
class Deployed:
    served: serving.Served
    planned: Planned
    stand_in: Cluster
    cluster: contract.Cluster
    traefik: ingress.Ingress

    @property
    def address(self) -> reach.Address:
        ports = self.traefik.ports
        return reach.Address("127.0.0.1", ports["websecure"], ports["web"])


@contextlib.contextmanager
def deployed(folder: Path, **environment: str) -> Iterator[Deployed]:
    served = serving.Served(folder / "data", **(SETTINGS | environment))
    htpasswd.add(folders.of(served.chosen).htpasswd, "admin", serving.PASSWORD, cost=4)
    served.start("registry", "cloud")
    try:
        with Cluster() as stand_in, connected(stand_in, folder) as cluster:
            planned = stack(served)
            _apply(planned, cluster)
            _lead(served.chosen, stand_in, served.ports)
            with ingress.running(stand_in, folder) as traefik:
                yield Deployed(served, planned, stand_in, cluster, traefik)
    finally:
        served.stop()


def _apply(planned: Planned, cluster: contract.Cluster) -> None:
    for obj in planned.objects:
        cluster.apply(dict(obj), is_forced=True)


def _lead(chosen: settings.Settings, stand_in: Cluster, ports: dict[str, int]) -> None:
    """Makes the Services lead to the processes."""
    stand_in.settle()
    for namespace, name, component in (
        (chosen.registry.namespace, "registry", "registry"),
        (chosen.registry.namespace, "registry-ui", "registry"),
        (chosen.cloud.namespace, "localstack", "cloud"),
    ):
        stand_in.endpoint(namespace, name, "127.0.0.1", ports[component], is_loopback=True)
