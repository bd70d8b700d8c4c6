"""The deployed stack, as the rules ask it."""

from __future__ import annotations

import functools
from typing import NamedTuple

from homeport import clock, errors
from homeport.stack.rules.asking import asked
from homeport.stack.rules.rule import Planned
from homeport.targets.kubernetes.checking import adapter, reach, restarting
from homeport.targets.kubernetes.cluster import contract

_GONE = frozenset({404, 502, 503, 504})
"""What Traefik answers while a Service has no pod:
https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-crd/ (allowEmptyServices)"""

_PATHS = {"registry": "/v2/", "cloud": "/_localstack/health"}


class Opened(NamedTuple):
    """A running stack."""

    running: asked.Asked
    notes: tuple[str, ...]


def opened(
    planned: Planned,
    cluster: contract.Cluster,
    password: str,
    time: clock.Clock,
    *,
    address: reach.Address | None = None,
    may_restart: bool = False,
) -> Opened:
    """The stack at its names. Raises `HomeportError` where they are not reached from here."""
    reached = reach.reach(planned, cluster, address)
    running = asked.Asked(
        reached.places,
        cloud=planned.chosen.hosts.cloud,
        user=asked.User(planned.chosen.admin.user, password),
        time=time,
        cluster=adapter.of(cluster),
    )
    if may_restart:
        running.allow_restarts(functools.partial(_restart, planned, cluster, time, running))
    return Opened(running, reached.notes)


def _restart(
    planned: Planned,
    cluster: contract.Cluster,
    time: clock.Clock,
    running: asked.Asked,
    component: str,
) -> None:
    restarting.restart(planned, cluster, time, component)
    hosts = planned.chosen.hosts
    host = hosts.registry if component == "registry" else hosts.cloud
    # Traefik hears of the new pod a moment later.
    asked.until(
        functools.partial(_answers, running, host, _PATHS[component]), f"{host} to answer", time
    )


def _answers(running: asked.Asked, host: str, path: str) -> bool:
    try:
        return running.ask(host, "GET", path).status not in _GONE
    except errors.HomeportError:
        return False
