"""A real cluster where tests ask for a stand-in: `pytest -p tests.conformance.kubernetes.instead`, with its kubeconfig named.

A test that needs what only a stand-in can do, such as a fault, is skipped.
"""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path
from typing import Self

import pytest
from tests.apiserver import client, fixtures, kinds
from tests.apiserver import cluster as clusters

FIRST = {"default", "kube-node-lease", "kube-public", "kube-system", "cert-manager"}
NAMES = {"IngressRoute", "Middleware", "Certificate", "ClusterIssuer"}
OURS = (
    *(kinds.CONFIG_MAP, kinds.SECRET, kinds.CLAIM, kinds.SERVICE, kinds.DEPLOYMENT),
    *(kinds.NETWORK_POLICY, kinds.NAMESPACE, kinds.VOLUME),
    *(kind for kind in kinds.CUSTOM if kind.kind in NAMES),
)
STEADY_S, PAUSE_S, LIMIT_S = 1.5, 0.25, 60.0
PUBLIC = "/api/v1/namespaces/kube-public/configmaps/local-registry-hosting"


class Cluster:
    """What tests use of `tests.apiserver.cluster.Cluster`, on a real one that is emptied first."""

    def __init__(self, **_: object) -> None:
        self._config = Path(os.environ[fixtures.KUBECONFIG])
        self.api = client.Api(self._config)
        self.store, self.world = Store(self), World(self)
        self._pause = threading.Event()

    def __getattr__(self, name: str) -> None:
        pytest.skip(f"a real cluster has no {name}")

    def __enter__(self) -> Self:
        _empty(self)
        return self

    def __exit__(self, *_: object) -> None:
        self.api.__exit__()

    def kubeconfig(self, path: Path) -> Path:
        """Writes a kubeconfig."""
        return Path(shutil.copy(self._config, path))

    def settle(self) -> None:
        """Returns when nothing of ours has changed for a while."""
        steady_s, before = 0.0, self.store.version
        for _ in range(int(LIMIT_S / PAUSE_S)):
            if steady_s >= STEADY_S:
                return
            self._pause.wait(PAUSE_S)
            now = self.store.version
            steady_s = steady_s + PAUSE_S if now == before else 0.0
            before = now
        raise AssertionError(f"the cluster has not settled after {LIMIT_S:.0f} s")

    def apply(self, *documents: dict) -> None:
        """Creates objects, with the status that they say they have."""
        for document in documents:
            reply = self.api.create(_new(document), fieldManager="kubectl-create")
            assert reply.code in {201, 409}, reply.message
            if document.get("status"):
                self.world.report(reply.document, document["status"])
        self.settle()

    def get(self, kind: str, namespace: str | None, name: str) -> dict | None:
        """One object, or None."""
        base = {"kind": kind, "metadata": {"name": name, "namespace": namespace}}
        reply = self.api.read({"apiVersion": _of(kind).api_version, **base})
        return reply.document if reply.code == 200 else None

    def until(self, is_so: object) -> None:
        """Waits for a state."""
        for _ in range(int(LIMIT_S / PAUSE_S)):
            if is_so():
                return
            self._pause.wait(PAUSE_S)
        raise AssertionError(f"not so after {LIMIT_S:.0f} s")


class Store:
    """The versions of all objects that tests look at."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    @property
    def version(self) -> list[tuple[str, str]]:
        """Another one whenever any of the objects has changed."""
        rows = [row for kind in OURS for row in self._cluster.world.all(kind.kind)]
        return sorted((row["metadata"]["uid"], row["metadata"]["resourceVersion"]) for row in rows)


class World:
    """Objects as controllers write them."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def all(self, kind: str, namespace: str = "") -> list[dict]:
        """All objects of a kind."""
        found = _of(kind)
        rows = self._cluster.api.get(f"{found.base}/{found.plural}").document["items"]
        named = {"kind": found.kind, "apiVersion": found.api_version}
        return [named | row for row in rows if namespace in {"", row["metadata"].get("namespace")}]

    def save(self, document: dict) -> dict:
        """Replaces an object."""
        reply = self._cluster.api.put(document, fieldManager="kubectl-edit")
        assert reply.code == 200, reply.message
        return reply.document

    def remove(self, document: dict) -> None:
        """Deletes an object."""
        self._cluster.api.delete(document)

    def report(self, document: dict, status: dict) -> None:
        """Writes a status."""
        path = f"{client.where(document)}/status"
        self._cluster.api.call("PATCH", path, {"status": status}, form=client.MERGE)


def _of(kind: str) -> kinds.Kind:
    return next(one for one in kinds.ALL if one.kind == kind)


def _new(document: dict) -> dict:
    left_out = {"resourceVersion", "uid", "creationTimestamp", "managedFields"}
    metadata = {k: part for k, part in document["metadata"].items() if k not in left_out}
    return document | {"metadata": metadata}


def _empty(cluster: Cluster) -> None:
    """Deletes all that a test may have left."""
    for kind in OURS:
        for row in cluster.world.all(kind.kind):
            place = row["metadata"]
            space = place["name"] if kind == kinds.NAMESPACE else place.get("namespace")
            is_kept = kind != kinds.VOLUME and space in FIRST - {"cert-manager"}
            if not is_kept and (kind != kinds.NAMESPACE or space not in FIRST):
                _remove(cluster, kind, row)
    cluster.api.call("DELETE", PUBLIC)
    cluster.until(lambda: {row["metadata"]["name"] for row in _spaces(cluster)} == FIRST)


def _spaces(cluster: Cluster) -> list[dict]:
    return cluster.world.all("Namespace")


def _remove(cluster: Cluster, kind: kinds.Kind, row: dict) -> None:
    if kind != kinds.NAMESPACE and row["metadata"].get("finalizers"):
        cluster.api.patch(row, {"metadata": {"finalizers": None}})
    cluster.api.delete(row)


clusters.Cluster = Cluster
