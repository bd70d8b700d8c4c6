"""Traefik has the entry points that the routes name."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack.rules.ingress import traefik
from homeport.stack.rules.rule import Cluster, Finding, Level, Planned, Rule

NONE = "none"
"""kubernetes.plain_entry_point where Traefik has none, or redirects by itself."""


def on_cluster(planned: Planned, cluster: Cluster) -> Iterator[Finding]:
    """Both are among its arguments."""
    its = planned.chosen.kubernetes
    given = traefik.arguments(planned, cluster)
    if not given:
        yield Finding(
            f"Traefik was not found in {its.ingress_namespace}.",
            "kubernetes.ingress_namespace says where it runs; only its pods are let in to the plain ports.",
            Level.WARNING,
        )
        return
    known = traefik.entry_points(given)
    for key, name in (
        ("kubernetes.entry_point", its.entry_point),
        ("kubernetes.plain_entry_point", its.plain_entry_point),
    ):
        if known and name not in {*known, NONE}:
            yield Finding(
                f"Traefik has no entry point {name}: it would drop the routes there.",
                f"It has {', '.join(known)}: write {key} in homeport.toml.",
            )


RULE = Rule(
    id="ingress-entry-points",
    title="Traefik has the entry points that the routes name.",
    why="A route of an entry point that is not there is dropped without a word to who made it.",
    hint="kubernetes.entry_point and kubernetes.plain_entry_point name them.",
    link="https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/",
    cluster=on_cluster,
)
