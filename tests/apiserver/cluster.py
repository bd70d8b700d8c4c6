"""A whole stand-in cluster: API server, controllers, seeds and faults, on free ports of loopback."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Self

from tests.apiserver import controllers, kinds, store
from tests.apiserver import faults as faults_
from tests.apiserver import server as servers
from tests.apiserver.controllers import seeds

from homeport import clock as clocks

CONTAINERD = "containerd://2.2.5-k3s1"


class Cluster:
    """One node of K3s as far as a client can tell.

    `with Cluster() as cluster:` runs it with its controllers in a thread. With `is_stepped` the controllers work only in
    `settle()`, so that a test sees every state between.
    """

    def __init__(
        self,
        *,
        version: str = "v1.35",
        installed: tuple[str, ...] = kinds.CUSTOM_GROUPS,
        runtime: str = CONTAINERD,
        clock: clocks.Clock | None = None,
        is_stepped: bool = False,
    ) -> None:
        self.store = store.Store(clock=clock)
        self.faults = faults_.Faults()
        self.server = servers.Server(self.store, version, installed, self.faults)
        self.controllers = controllers.attach(self.server, clock, runtime)
        self.world = self.controllers.world
        self.logs = self.controllers.logs
        self._is_stepped = is_stepped

    def start(self) -> Self:
        """Begins to listen; what is seeded runs before the first request."""
        self.controllers.settle()
        self.server.start()
        if not self._is_stepped:
            self.controllers.start()
        return self

    def stop(self) -> None:
        """Ends all threads; a mistake of the stand-in itself is raised here."""
        self.logs.close()
        self.controllers.stop()
        self.server.stop()
        if self.server.failures:
            raise AssertionError(self.server.failures[0])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def settle(self) -> None:
        """Returns when the controllers have nothing to do now."""
        self.controllers.settle()

    def advance(self, duration_s: float) -> None:
        """Moves a `VirtualClock` on, and settles."""
        asyncio.run(self.world.clock.advance(duration_s))
        self.settle()

    def kubeconfig(self, path: Path, user: str = "token", namespace: str = "default") -> Path:
        """Writes a kubeconfig."""
        return self.server.kubeconfig(path, user, namespace)

    def add_authority(self, name: str = "homelab-ca") -> None:
        """Makes a CA ClusterIssuer of that name."""
        seeds.add_authority(self.world, name)
        self.controllers.poke()

    def endpoint(
        self, namespace: str, service: str, address: str, port: int, *, is_loopback: bool = False
    ) -> None:
        """Makes a Service lead to that address; one of loopback must be asked for."""
        self.controllers.endpoint(namespace, service, address, port, is_loopback=is_loopback)

    def apply(self, *documents: dict) -> None:
        """Stores objects as they are, without the API in between, and settles."""
        for document in documents:
            self.world.create(document)
        self.settle()

    def get(self, kind: str, namespace: str | None, name: str) -> dict | None:
        """One stored object, or None."""
        return self.world.find(kind, namespace, name)

    def events(self, namespace: str, name: str = "") -> list[str]:
        """`Reason: message` of all events of objects whose name begins so, in the order of their writing."""
        found = [
            row
            for row in self.world.all("Event", namespace)
            if row["involvedObject"]["name"].startswith(name)
        ]
        found.sort(key=lambda row: int(row["metadata"]["resourceVersion"]))
        return [f"{row['reason']}: {row['message']}" for row in found]

    # Faults of the whole

    def restart(self) -> None:
        """The API server goes down and comes back."""
        self.server.restart()

    def drop_watches(self, *, is_forgotten: bool = False) -> None:
        """Cuts every open connection; with `is_forgotten` a watch cannot go on where it was: 410."""
        if is_forgotten:
            self.store.forget()
        self.server.drop_connections()

    def expire_credentials(self) -> None:
        """401 for every kubeconfig written so far."""
        self.server.expire_credentials()
