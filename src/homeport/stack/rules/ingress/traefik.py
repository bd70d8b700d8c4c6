"""Traefik as it runs in the cluster: its arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from homeport.stack.rules.cluster import seen
from homeport.stack.rules.rule import Cluster, Object, Planned

_ADDRESS = re.compile(r"--entrypoints\.([^.=]+)\.address=", re.IGNORECASE)
"""https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/"""


def arguments(planned: Planned, cluster: Cluster) -> Sequence[str]:
    """What Traefik was started with; nothing where it was not found."""
    namespace = planned.chosen.kubernetes.ingress_namespace
    for kind in ("Deployment", "DaemonSet"):
        for one in cluster.list("apps/v1", kind, namespace):
            for container in one["spec"]["template"]["spec"]["containers"]:
                if _is_traefik(one, container.get("image", "")):
                    return [*(container.get("command") or ()), *(container.get("args") or ())]
    return ()


def entry_points(given: Sequence[str]) -> list[str]:
    """The names of its entry points."""
    return list(dict.fromkeys(_named(given)))


def option(given: Sequence[str], name: str) -> str | None:
    """The value of an option; names are the same in any case."""
    wanted = f"--{name}=".lower()
    values = [word[len(wanted) :] for word in given if word.lower().startswith(wanted)]
    return values[-1] if values else None


def _named(given: Sequence[str]) -> Iterator[str]:
    for word in given:
        match = _ADDRESS.match(word)
        if match is not None:
            yield match[1]


def _is_traefik(workload: Object, image: str) -> bool:
    name = image.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return seen.labels(workload).get("app.kubernetes.io/name") == "traefik" or "traefik" in name
