"""A component whose Deployment is there: Pending, Running, Ready or in Error."""

from __future__ import annotations

from homeport.stack.lifecycle import State
from homeport.targets.kubernetes.watching import snapshot, volumes
from homeport.targets.kubernetes.watching.faults import (
    certificates,
    claims,
    hints,
    pods,
    workloads,
)
from homeport.targets.kubernetes.watching.faults.fault import Fault
from homeport.targets.kubernetes.watching.report import Row
from homeport.targets.kubernetes.watching.snapshot import Seen
from homeport.targets.kubernetes.watching.states import pending, running, warnings
from homeport.targets.kubernetes.watching.states.found import Found

_FAULTS = (workloads.refused, claims.find, pods.find, certificates.find, workloads.late)
"""Where there are several, the one that causes the others comes first."""


def row(seen: Seen) -> Row:
    """Its row."""
    fault = _fault(seen)
    found = _failed(seen, fault) if fault else _well(seen)
    volume = volumes.of_claim(seen.claim)
    return Row(
        component=seen.part.component,
        state=found.state,
        since=found.since,
        reason=found.reason,
        message=found.message,
        hint=found.hint,
        url=seen.part.url,
        restarts=sum(map(pods.restarts, seen.pods)),
        volume=volume.name,
        size=volume.size,
        warnings=warnings.of(seen, found.state),
        pod=fault.pod if fault and fault.pod else _pod(seen),
    )


def _fault(seen: Seen) -> Fault | None:
    if not pending.is_observed(seen):
        return None  # what is there is about what was applied before
    for look in _FAULTS:
        fault = look(seen)
        if fault is not None:
            return fault
    return None


def _pod(seen: Seen) -> str:
    newest = max(seen.pods, key=lambda pod: snapshot.created(pod) or 0.0, default=None)
    return newest["metadata"]["name"] if newest else ""


def _failed(seen: Seen, fault: Fault) -> Found:
    message = fault.message.strip()
    hint = fault.hint or hints.of(seen.part, fault.reason, message, fault.pod)
    return Found(State.ERROR, fault.since, fault.reason, message, hint)


def _well(seen: Seen) -> Found:
    if pending.is_so(seen):
        return pending.found(seen)
    lack = running.lack(seen)
    return Found(State.RUNNING, running.since(seen), *lack) if lack else _ready(seen)


def _ready(seen: Seen) -> Found:
    rows = [snapshot.condition(seen.deployment, "Available")]
    rows += [snapshot.condition(seen.certificate, "Ready")]
    rows += [snapshot.condition(pod, "Ready") for pod in seen.pods]
    times = [time for row in rows if (time := snapshot.moved(row)) is not None]
    return Found(State.READY, max(times, default=None))
