"""Faults that a Deployment and its ReplicaSet show.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment
"""

from __future__ import annotations

from homeport.targets.kubernetes.watching import events, snapshot
from homeport.targets.kubernetes.watching.faults.fault import Fault
from homeport.targets.kubernetes.watching.snapshot import Seen


def refused(seen: Seen) -> Fault | None:
    """That pods may not be made: a quota, or the namespace's pod security."""
    if seen.pods:
        return None
    for owner in (seen.replica_set, seen.deployment):
        row = snapshot.condition(owner, "ReplicaFailure")
        if row.get("status") == "True":
            reason, message = row.get("reason") or "FailedCreate", row.get("message") or ""
            return Fault(reason, message, snapshot.moved(row))
    told = seen.snapshot.told(seen.replica_set)
    event = events.holds(told, "FailedCreate", ("SuccessfulCreate",))
    return Fault("FailedCreate", event.get("message") or "", events.first(event)) if event else None


def late(seen: Seen) -> Fault | None:
    """That nothing has moved for `progressDeadlineSeconds`."""
    row = snapshot.condition(seen.deployment, "Progressing")
    if row.get("status") != "False" or row.get("reason") != "ProgressDeadlineExceeded":
        return None
    message = " ".join(filter(None, [row.get("message"), unhealthy(seen)]))
    return Fault("ProgressDeadlineExceeded", message, snapshot.moved(row))


def unhealthy(seen: Seen) -> str:
    """What the probes of its pods got last."""
    told = [event for pod in seen.pods for event in seen.snapshot.told(pod)]
    event = events.newest(told, {"Unhealthy"})
    return str(event.get("message") or "") if event else ""
