"""A stack in a cluster, as a definition of terraform's names it: its settings, and the way to its cluster."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from homeport import clock
from homeport.cli import arguments
from homeport.cli.kubernetes import opening
from homeport.cli.kubernetes.proposing import exposing, proposal
from homeport.stack import load, settings
from homeport.stack.lifecycle import State
from homeport.targets.kubernetes.cluster import client, kubeconfig
from homeport.targets.kubernetes.cluster.wire import retrying
from homeport.targets.kubernetes.objects import kinds, making, names
from homeport.targets.kubernetes.objects.kinds import Object, Ref
from homeport.targets.kubernetes.watching import parts
from homeport.targets.kubernetes.watching.report import Report
from homeport.tofu import declared, definitions, engine

BRIEF = retrying.Patience(total_s=10.0)
"""For a plan: nobody is told why it takes longer, and nothing is half-way."""
AGREED = arguments.Given(
    argparse.Namespace(
        adopt=False, force_conflicts=True, replace=True, delete_data=False, accept=[]
    )
)
"""Whoever approves a plan of terraform's has seen what it changes: fields that others have set, and what is deleted and created anew.
What others have made is not taken from them, and no volume is deleted by an apply."""

_EDGE = (
    f"{names.EDGE} is left out: nobody has agreed to an AWS without a password on the network.\n"
    '  cloud.edge = "open" in the definition opens it; cloud.edge = "off" says that it shall not be.'
)
_ORDER = (State.ERROR, State.INITIAL, State.TERMINATED, State.PENDING, State.RUNNING, State.READY)
"""Which word stands for all components: the first that one of them has."""


class Here(NamedTuple):
    """A stack and its cluster."""

    chosen: settings.Settings
    cluster: client.Client
    notes: tuple[str, ...]


@contextlib.contextmanager
def opened(
    wanted: engine.Definition,
    environ: Mapping[str, str],
    time: clock.Clock,
    told: retrying.Told | None = None,
) -> Iterator[Here]:
    """Reads definition and kubeconfig; with nobody to tell of pauses, they are few. Raises `HomeportError`."""
    loaded = load.load(
        definitions.flags(wanted),
        declared.environment(environ),
        config=str(definitions.PATH),
        text=wanted.text,
        **definitions.ALONE,
    )
    its = loaded.settings.kubernetes
    access = kubeconfig.load(its.kubeconfig, its.context, environ)
    patience = client.PATIENCE if told else BRIEF
    with client.connect(access, time, patience=patience, told=told) as cluster:
        yield Here(loaded.settings, cluster, (*loaded.notes, *access.notes))


def settled(here: Here) -> Here:
    """With the question of the open edge answered: as it was before, and by no where it was never asked."""
    if here.chosen.cloud.edge != "ask":
        return here
    chosen = exposing.settled(opening.Opened(here.chosen, here.cluster, ()))
    if chosen.cloud.edge == "open":
        return here._replace(chosen=chosen)
    cloud = dataclasses.replace(chosen.cloud, edge="off")
    notes = (*here.notes, _EDGE)
    return here._replace(chosen=dataclasses.replace(chosen, cloud=cloud), notes=notes)


def proposed(here: Here) -> proposal.Proposal:
    """The plan. Changes nothing."""
    return proposal.propose(AGREED, here.chosen, here.cluster)


def endpoints(chosen: settings.Settings) -> dict[str, str]:
    """The URL of each component."""
    return {part.component: part.url for part in parts.of(chosen)}


def as_found(chosen: settings.Settings, live: Mapping[Ref, Object]) -> settings.Settings:
    """The settings of a stack of which only the name is known, as far as what is there tells."""
    where = {
        making.component(obj): ref.namespace
        for ref, obj in live.items()
        if ref.kind is kinds.DEPLOYMENT
    }
    hosts = {
        making.component(obj): obj["spec"]["dnsNames"][0]
        for ref, obj in live.items()
        if ref.kind is kinds.CERTIFICATE and obj["spec"].get("dnsNames")
    }
    registry, cloud, ui = chosen.registry, chosen.cloud, chosen.ui
    return dataclasses.replace(
        chosen,
        registry=dataclasses.replace(
            registry,
            namespace=where.get("registry", registry.namespace),
            hostname=hosts.get("registry", registry.hostname),
        ),
        cloud=dataclasses.replace(
            cloud,
            namespace=where.get("cloud", cloud.namespace),
            hostname=hosts.get("cloud", cloud.hostname),
        ),
        ui=dataclasses.replace(
            ui,
            enabled="registry-ui" in where,
            hostname=hosts.get("registry-ui", ui.hostname),
        ),
    )


def state(report: Report) -> str:
    """The word for all of it."""
    states = {row.state for row in report.rows}
    return next((each.value for each in _ORDER if each in states), State.INITIAL.value)
