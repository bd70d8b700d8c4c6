"""Faults that pods show: containers, mounts, a place on a node.

https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
"""

from __future__ import annotations

from collections.abc import Iterator

from homeport.targets.kubernetes.objects.kinds import Object
from homeport.targets.kubernetes.watching import events, snapshot
from homeport.targets.kubernetes.watching.faults.fault import Fault
from homeport.targets.kubernetes.watching.snapshot import Seen

WAITING = frozenset(
    {
        *("ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "RegistryUnavailable"),
        *("InvalidImageName", "ImageInspectError", "CrashLoopBackOff", "RunContainerError"),
        *("CreateContainerConfigError", "CreateContainerError", "StartError"),
        *("PostStartHookError", "SignatureValidationFailed"),
    }
)
"""The reasons for which a container waits and that do not pass by themselves.
https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/kubelet/images/types.go
https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/kubelet/container/sync_result.go"""

_MOUNTED = ("Pulling", "Pulled", "Created", "Started")
_ATTACHED = ("SuccessfulAttachVolume", *_MOUNTED)
_IMMEDIATE = "unbound immediate PersistentVolumeClaims"
"""What the scheduler says while a volume is being made: no fault. If it cannot be made, the claim says so."""


def find(seen: Seen) -> Fault | None:
    """The fault of the component's pods."""
    for pod in seen.pods:
        fault = _of(seen, pod)
        if fault is not None:
            return fault._replace(pod=pod["metadata"]["name"])
    return None if seen.pods else _over(seen)


def statuses(pod: Object) -> Iterator[Object]:
    """The status of each container, those that come first at the front."""
    state = pod.get("status") or {}
    yield from state.get("initContainerStatuses") or ()
    yield from state.get("containerStatuses") or ()


def has_started(pod: Object) -> bool:
    """Whether any of its containers runs, or has run."""
    state = pod.get("status") or {}
    return any(
        row["state"].keys() & {"running", "terminated"} or row.get("lastState")
        for row in state.get("containerStatuses") or ()
        if row.get("state")
    )


def restarts(pod: Object) -> int:
    """How often its containers were started again."""
    state = pod.get("status") or {}
    return sum(row.get("restartCount", 0) for row in state.get("containerStatuses") or ())


def _of(seen: Seen, pod: Object) -> Fault | None:
    told = seen.snapshot.told(pod)
    for row in statuses(pod):
        waiting = (row.get("state") or {}).get("waiting") or {}
        if waiting.get("reason") in WAITING:
            return _container(pod, row, waiting, told)
    if has_started(pod):
        return None
    return _unscheduled(pod, told) or _unmounted(told)


def _container(pod: Object, row: Object, waiting: Object, told: list[Object]) -> Fault:
    reason, message = waiting["reason"], waiting.get("message") or ""
    since = snapshot.moved(snapshot.condition(pod, "Ready")) or snapshot.created(pod)
    if reason == "CrashLoopBackOff":
        return _crashed(row, message, since)
    if reason == "ImagePullBackOff":
        message = _pull_failure(told) or message
    return Fault(reason, message, since)


def _pull_failure(told: list[Object]) -> str:
    """Why the pull failed: before Kubernetes 1.33 the status says no more than that it is tried again."""
    pulls = [e for e in told if e.get("message", "").startswith("Failed to pull")]
    found = events.newest(pulls, {"Failed"})
    return str(found["message"]) if found else ""


def _crashed(row: Object, message: str, since: float | None) -> Fault:
    """By what ended it the last time. https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/"""
    ended = (row.get("lastState") or {}).get("terminated") or {}
    code, word = ended.get("exitCode"), ended.get("reason") or "Error"
    said = (ended.get("message") or "").strip()
    how = f"the container ended with exit code {code} ({word})" if ended else message
    text = f"{how}: {said}" if said else how
    reason = word if word == "OOMKilled" else "CrashLoopBackOff"
    return Fault(reason, text, events.seconds(ended.get("finishedAt")) or since)


def _unscheduled(pod: Object, told: list[Object]) -> Fault | None:
    row = snapshot.condition(pod, "PodScheduled")
    if pod["spec"].get("nodeName") or row.get("status") == "True":
        return None
    if row.get("reason") == "Unschedulable":
        message, since = row.get("message") or "", snapshot.moved(row)
    else:
        event = events.holds(told, "FailedScheduling", ("Scheduled",))
        if event is None:
            return None
        message, since = event.get("message") or "", events.first(event)
    return None if _IMMEDIATE in message else Fault("FailedScheduling", message, since)


def _unmounted(told: list[Object]) -> Fault | None:
    for reason, ended_by in (
        ("FailedAttachVolume", _ATTACHED),
        ("FailedMount", _MOUNTED),
        ("FailedCreatePodSandBox", _MOUNTED),
    ):
        event = events.holds(told, reason, ended_by)
        if event is not None:
            return Fault(reason, event.get("message") or "", events.first(event))
    return None


def _over(seen: Seen) -> Fault | None:
    """A pod that failed, such as by eviction, and has no successor yet."""
    for pod in seen.failed:
        state = pod["status"]
        if state.get("reason"):
            return Fault(state["reason"], state.get("message") or "", snapshot.created(pod))
    return None
