"""The cluster's version of Kubernetes is one that we know."""

from __future__ import annotations

import re
from collections.abc import Iterator

from homeport.stack.rules.rule import Cluster, Finding, Level, Planned, Rule

OLDEST = (1, 27)
"""Since then field validation is there for good, without which a misspelt field is lost in silence:
https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation"""

KNOWN = ((1, 33), (1, 35))
"""Homeport's objects are checked against the definitions of these releases, from the first to the last."""


def on_cluster(planned: Planned, cluster: Cluster) -> Iterator[Finding]:
    """It is new enough, and not newer than what was tried."""
    del planned
    text = cluster.version()
    match = re.match(r"v?(\d+)\.(\d+)", text)
    if match is None:
        yield Finding(f"The cluster's version is {text!r}.", "kubectl version", Level.WARNING)
        return
    found = (int(match[1]), int(match[2]))
    if found < OLDEST:
        yield Finding(
            f"The cluster has Kubernetes {text}; {_said(OLDEST)} is the oldest that can be used.",
            "On K3s: https://docs.k3s.io/upgrades",
        )
    elif not KNOWN[0] <= found <= KNOWN[1]:
        yield Finding(
            f"The cluster has Kubernetes {text}; tried are {_said(KNOWN[0])} to {_said(KNOWN[1])}.",
            "homeport plan asks the cluster about each object before anything is changed.",
            Level.WARNING,
        )


def _said(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


RULE = Rule(
    id="cluster-version",
    title="The cluster's version of Kubernetes is one that Homeport knows.",
    why="Older ones lack what apply needs; what newer ones changed was not tried.",
    hint="On K3s: https://docs.k3s.io/upgrades",
    link="https://kubernetes.io/releases/version-skew-policy/",
    cluster=on_cluster,
)
