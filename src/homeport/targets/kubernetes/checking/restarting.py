"""Restarts a component as `kubectl rollout restart` does, and waits until it is back."""

from __future__ import annotations

import datetime
import functools

from homeport import clock, errors
from homeport.stack.rules import objects as rendered
from homeport.stack.rules.asking import asked
from homeport.stack.rules.rule import Planned
from homeport.targets.kubernetes.cluster import contract
from homeport.targets.kubernetes.objects import kinds, labels
from homeport.targets.kubernetes.objects.kinds import Object, Ref

RESTARTED = "kubectl.kubernetes.io/restartedAt"
"""https://kubernetes.io/docs/reference/labels-annotations-taints/#kubectl-k8s-io-restart-at"""

_HINT = "homeport status --target kubernetes shows why it is not ready."


def restart(planned: Planned, cluster: contract.Cluster, time: clock.Clock, component: str) -> None:
    """Makes a new pod, and comes back when all of the Deployment is new and available. Raises `HomeportError`."""
    ref = _deployment(planned, component)
    now = datetime.datetime.fromtimestamp(time.now(), datetime.UTC)
    # To the microsecond: two restarts in one second are two.
    annotations = {RESTARTED: now.isoformat()}
    changed = cluster.patch(ref, {"spec": {"template": {"metadata": {"annotations": annotations}}}})
    generation = int(changed["metadata"].get("generation", 0))
    asked.until(
        functools.partial(_is_back, cluster, ref, generation),
        f"{ref} to be back",
        time,
        planned.chosen.kubernetes.timeout_s,
        _HINT,
    )


def _deployment(planned: Planned, component: str) -> Ref:
    for obj in rendered.of_kind(planned, "Deployment"):
        if (obj["metadata"].get("labels") or {}).get(labels.COMPONENT) == component:
            return kinds.ref(dict(obj))
    raise errors.HomeportError(f"The stack has no Deployment of {component}.")


def _is_back(cluster: contract.Cluster, ref: Ref, generation: int) -> bool:
    found = cluster.get(ref)
    return found is not None and is_rolled_out(found, generation)


def is_rolled_out(deployment: Object, generation: int) -> bool:
    """Whether all pods are those of a generation, and available.

    https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#complete-deployment
    """
    status, wanted = deployment.get("status") or {}, deployment["spec"].get("replicas", 1)
    return (
        status.get("observedGeneration", 0) >= generation
        and status.get("updatedReplicas", 0) == wanted
        and status.get("replicas", 0) == wanted
        and status.get("availableReplicas", 0) == wanted
        and not status.get("unavailableReplicas", 0)
    )
