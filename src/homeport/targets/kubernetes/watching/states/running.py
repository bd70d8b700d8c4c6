"""A component whose container has started: what keeps it from being ready."""

from __future__ import annotations

from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.objects.kinds import Object
from homeport.targets.kubernetes.watching import events, snapshot
from homeport.targets.kubernetes.watching.faults import certificates, pods, workloads
from homeport.targets.kubernetes.watching.snapshot import Seen
from homeport.targets.kubernetes.watching.states.found import Lack


def lack(seen: Seen) -> Lack | None:
    """The first thing that does not hold; None where it is ready."""
    if not _is_available(seen):
        return _ending(seen) or _unready(seen)
    if seen.certificate is None and seen.snapshot.objects.get(kinds.CERTIFICATE):
        return Lack(
            "CertificateMissing", "It has no Certificate.", "homeport apply makes it again."
        )
    if seen.certificate is not None and not certificates.is_good(seen):
        why = certificates.waiting(seen)
        return Lack(why.reason, why.message, "homeport doctor checks the issuer.")
    if not _has_endpoint(seen):
        text = f"The Service {seen.part.name} leads to no pod that is ready."
        return Lack("NoEndpoints", text, "homeport diff shows what was changed.")
    return None


def since(seen: Seen) -> float | None:
    """When its container started, or stopped being ready."""
    times = [snapshot.moved(snapshot.condition(pod, "Ready")) for pod in seen.pods]
    times += [
        events.seconds(row["state"]["running"].get("startedAt"))
        for pod in seen.pods
        for row in pods.statuses(pod)
        if (row.get("state") or {}).get("running")
    ]
    return max((time for time in times if time is not None), default=None)


def _is_available(seen: Seen) -> bool:
    """Whether all that was asked for runs as applied last, and nothing before it is left.

    https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#complete-deployment
    """
    status = (seen.deployment or {}).get("status") or {}
    counts = [status.get(key, 0) for key in ("updatedReplicas", "availableReplicas", "replicas")]
    return all(count == seen.replicas for count in counts)


def _ending(seen: Seen) -> Lack | None:
    """A container that has ended and is about to be started again."""
    for pod in seen.pods:
        for row in pods.statuses(pod):
            ended = (row.get("state") or {}).get("terminated")
            if ended:
                text = f"The container ended with exit code {ended.get('exitCode')} and is started again."
                return Lack(ended.get("reason") or "Error", text, _logs(seen, " --previous"))
    return None


def _unready(seen: Seen) -> Lack:
    rows = [snapshot.condition(pod, "Ready") for pod in seen.pods]
    said = next((row for row in rows if row.get("status") == "False"), {})
    probe = workloads.unhealthy(seen)
    reason = "Unhealthy" if probe else said.get("reason") or "MinimumReplicasUnavailable"
    return Lack(reason, probe or said.get("message") or "", _logs(seen))


def _logs(seen: Seen, more: str = "") -> str:
    return f"homeport logs {seen.part.component} --target kubernetes{more} shows what it does."


def _has_endpoint(seen: Seen) -> bool:
    """An endpoint of which nothing is said is ready.

    https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions
    """
    return any(
        (endpoint.get("conditions") or {}).get("ready") is not False
        for found in seen.snapshot.objects.get(kinds.ENDPOINT_SLICE, ())
        if _is_of(found, seen)
        for endpoint in found.get("endpoints") or ()
    )


def _is_of(found: Object, seen: Seen) -> bool:
    place = found["metadata"]
    marks = place.get("labels") or {}
    return (
        place.get("namespace") == seen.part.namespace
        and marks.get(snapshot.SERVICE_NAME) == seen.part.name
    )
