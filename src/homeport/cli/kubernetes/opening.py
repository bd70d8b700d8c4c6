"""What every command of the cluster begins with: the settings, and the cluster that they name."""

from __future__ import annotations

import os
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


def _tell(why: str, pause_s: float) -> None:
    output.note(f"{why} Asking again in {pause_s:.0f} s.")


def opened(given: arguments.Given) -> Opened:
    """Reads the settings and the kubeconfig; the cluster is not asked anything yet. Raises `HomeportError`."""
    loaded = given.load()
    its = loaded.settings.kubernetes
    access = kubeconfig.load(its.kubeconfig, its.context, os.environ)
    cluster = client.connect(access, clock.SystemClock(), told=_tell)
    return Opened(loaded.settings, cluster, (*loaded.notes, *access.notes))
