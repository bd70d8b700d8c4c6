"""Where the cluster is not what the settings say, and who made it so.

A field that another manager has is a change of theirs. One that is ours differs since the settings were changed and not applied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from homeport.targets.kubernetes.cluster import contract
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.objects.kinds import Ref
from homeport.targets.kubernetes.planning import judging, making, owners, plan
from homeport.targets.kubernetes.planning.plan import Action, Step

MISSING, EXTRA, CHANGED = "missing", "extra", "changed"
_HOW = {Action.CREATE: MISSING, Action.DELETE: EXTRA}


class Field(NamedTuple):
    """A field that is not as wanted."""

    path: str
    now: Any
    wanted: Any
    manager: str
    """Who set what is there; empty where the cluster does not tell."""


@dataclass(frozen=True, slots=True)
class Object:
    """An object that is not as wanted."""

    ref: Ref
    how: str
    fields: tuple[Field, ...] = ()
    problems: tuple[plan.Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Drift:
    """All objects that are not as wanted."""

    stack: str
    context: str
    drifted: tuple[Object, ...]


def find(cluster: contract.Cluster, stack: str, wanted: Sequence[kinds.Object]) -> Drift:
    """Asks the cluster, in dry runs, what applying anew would change."""
    planned = making.make(cluster, stack, wanted, judging.Options(is_forced=True))
    steps = [step for step in planned.steps if step.action not in {Action.NONE, Action.KEEP}]
    drifted = tuple(_object(cluster, step) for step in steps)
    return Drift(stack, planned.context, drifted)


def _object(cluster: contract.Cluster, step: Step) -> Object:
    how = MISSING if step.volume else _HOW.get(step.action, CHANGED)
    live = cluster.get(step.ref) if how == CHANGED else None
    fields = [
        Field(each.path, each.before, each.after, owners.of_field(live, each.path) if live else "")
        for each in (step.differences if live else ())
    ]
    return Object(step.ref, how, tuple(fields), step.problems)
