"""Traefik lets slow pushes end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from homeport.stack.rules.cluster import seen
from homeport.stack.rules.ingress import traefik
from homeport.stack.rules.rule import Cluster, Finding, Level, Planned, Rule, Skipped

DEFAULT_S = 60.0
"""For a whole request: https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/#respondingtimeouts"""
ENOUGH_S = 600.0
"""A layer of 700 MiB at 10 Mbit/s."""

_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}

_CONFIG = """\
Write this to a file, beside what a HelmChartConfig of yours has already, and kubectl apply -f it; K3s restarts Traefik then:
    apiVersion: helm.cattle.io/v1
    kind: HelmChartConfig
    metadata:
      name: traefik
      namespace: kube-system
    spec:
      valuesContent: |-
        ports:
          {name}:
            transport:
              respondingTimeouts:
                readTimeout: 0"""
"""https://docs.k3s.io/helm#customizing-packaged-components-with-helmchartconfig"""


def on_cluster(planned: Planned, cluster: Cluster) -> Iterator[Finding]:
    """The time for a request on the entry point for HTTPS is long enough for a layer."""
    given = traefik.arguments(planned, cluster)
    if not given:
        raise Skipped("Traefik was not found: ingress-entry-points")
    name = planned.chosen.kubernetes.entry_point
    option = f"entryPoints.{name}.transport.respondingTimeouts.readTimeout"
    text = traefik.option(given, option)
    duration_s = DEFAULT_S if text is None else seconds(text)
    if duration_s and duration_s < ENOUGH_S:
        yield Finding(
            f"Traefik cuts each push that takes longer than {duration_s:g} s ({option}"
            f"{', by default' if text is None else ''}).",
            _CONFIG.format(name=name)
            if seen.is_of_k3s(cluster.version())
            else f"Start Traefik with --{option}=0, which is no limit.",
            Level.WARNING,
        )


def seconds(text: str) -> float:
    """A duration of Go, or a number of seconds: https://pkg.go.dev/time#ParseDuration"""
    if re.fullmatch(r"[0-9.]+", text):
        return float(text)
    parts = re.findall(r"([0-9.]+)(ns|us|µs|ms|s|m|h)", text)
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


RULE = Rule(
    id="ingress-read-timeout",
    title="Traefik lets slow pushes end.",
    why="Its default is 60 s for a whole request; a layer that takes longer is cut, and clients try it again for ever.",
    hint="Set respondingTimeouts.readTimeout of the entry point to 0 (no limit), or to the time of the largest layer.",
    link="https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/",
    cluster=on_cluster,
)
