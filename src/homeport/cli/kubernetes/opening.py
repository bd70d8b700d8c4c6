"""What every command of the cluster begins with: the settings, and the cluster that they name."""

from __future__ import annotations

import os
import threading
from typing import NamedTuple, Self

from homeport import clock
from homeport.cli import arguments, output
from homeport.stack import settings
from homeport.targets.kubernetes.cluster import client, contract, kubeconfig


class Opened(NamedTuple):
    """A stack and its cluster. As a context it ends its connections, and passes on what the API server warned of."""

    chosen: settings.Settings
    cluster: contract.Cluster
    notes: tuple[str, ...]
    """What a person should know about where the settings come from, and the cluster."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if isinstance(self.cluster, client.Client):
            for warning in self.cluster.warnings:
                output.note(f"The API server warns: {warning}")
            self.cluster.close()


class _Telling:
    """Says why there is a pause, once: many requests wait at a time, and each again and again."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._said = ""

    def __call__(self, why: str, pause_s: float) -> None:
        del pause_s
        with self._guard:
            if why != self._said:
                output.note(f"{why} Asking again for a while.")
                self._said = why


def opened(given: arguments.Given) -> Opened:
    """Reads the settings and the kubeconfig; the cluster is not asked anything yet. Raises `HomeportError`."""
    loaded = given.load()
    its = loaded.settings.kubernetes
    access = kubeconfig.load(its.kubeconfig, its.context, os.environ)
    cluster = client.connect(access, clock.SystemClock(), told=_Telling())
    return Opened(loaded.settings, cluster, (*loaded.notes, *access.notes))
