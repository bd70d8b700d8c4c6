"""A component that is applied and whose container has not started: what is waited for."""

from __future__ import annotations

from homeport.stack.lifecycle import State
from homeport.targets.kubernetes.watching import events, snapshot
from homeport.targets.kubernetes.watching.faults import pods
from homeport.targets.kubernetes.watching.snapshot import Seen
from homeport.targets.kubernetes.watching.states.found import Found

_MAKING = ("ExternalProvisioning", "Provisioning")
_WAITING = ("WaitForFirstConsumer",)


def is_so(seen: Seen) -> bool:
    """Whether no container has started of what was applied last."""
    return not is_observed(seen) or not any(map(pods.has_started, seen.pods))


def is_observed(seen: Seen) -> bool:
    """Whether what the status says is about what was applied last.

    https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/#DeploymentStatus
    """
    found = seen.deployment or {"metadata": {}}
    observed = (found.get("status") or {}).get("observedGeneration", 0)
    return bool(observed >= found["metadata"].get("generation", 0))


def found(seen: Seen) -> Found:
    """What it waits for."""
    since = max((snapshot.created(pod) or 0.0 for pod in seen.pods), default=None)
    since = since or snapshot.created(seen.deployment)
    if seen.replicas == 0:
        hint = "homeport apply starts it again."
        return Found(State.PENDING, since, "ScaledToZero", "It was told to run no pod.", hint)
    if not seen.pods and seen.leaving:
        return Found(State.PENDING, since, "Recreate", "The pod before it is still ending.")
    return Found(State.PENDING, since, *_awaited(seen))


def _awaited(seen: Seen) -> tuple[str, str]:
    """The volume, a node, or the image."""
    if seen.claim is not None and snapshot.phase(seen.claim) != "Bound":
        told = seen.snapshot.told(seen.claim)
        event = events.newest(told, _MAKING) or events.newest(told, _WAITING)
        return (event["reason"], event.get("message") or "") if event else ("", "")
    waiting = [
        row["state"]["waiting"]
        for pod in seen.pods
        for row in pods.statuses(pod)
        if (row.get("state") or {}).get("waiting")
    ]
    if not waiting:
        return "", ""
    pulling = _pulling(seen)
    if pulling:
        return "Pulling", pulling.removeprefix("Pulling ")
    return waiting[0].get("reason") or "", waiting[0].get("message") or ""


def _pulling(seen: Seen) -> str:
    """The image that is being pulled: a large one takes minutes, in which nothing else is said."""
    told = [event for pod in seen.pods for event in seen.snapshot.told(pod)]
    event = events.holds(told, "Pulling", ("Pulled", "Created", "Failed"))
    return str(event.get("message") or "") if event else ""
