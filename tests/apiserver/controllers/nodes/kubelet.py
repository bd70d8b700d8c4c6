"""Runs the pods of the node: mounts, images, containers, readiness.

https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
"""

from __future__ import annotations

from tests.apiserver.controllers import conditions
from tests.apiserver.controllers.nodes import containers, mounts

_FINISHED = {"Succeeded", "Failed"}


def run(world):
    """Moves each placed pod one step on."""
    for pod in world.all("Pod"):
        is_over = pod.get("status", {}).get("phase") in _FINISHED
        if pod["spec"].get("nodeName") and not is_over:
            _sync(world, pod)


def is_ready(pod):
    """Whether the pod may get requests."""
    return conditions.is_true(pod, "Ready") and "deletionTimestamp" not in pod["metadata"]


def _sync(world, pod):
    state = pod.get("status") or {}
    old = {row["name"]: row for row in state.get("containerStatuses") or []}
    has_run = any("containerID" in row for row in old.values())
    why = None if has_run else mounts.trouble(world, pod)
    if why:
        world.event(pod, "FailedMount", why, is_warning=True)
    is_blocked = bool(why) or not world.is_due(pod, "mount") or not old
    rows = [
        containers.waiting(row, "ContainerCreating", old=old.get(row["name"]))
        if is_blocked
        else containers.step(world, pod, row, old[row["name"]])
        for row in pod["spec"]["containers"]
    ]
    world.report(pod, _status(world, pod, state, rows))


def _status(world, pod, state, rows):
    is_running = any(set(row["state"]) & {"running", "terminated"} for row in rows)
    has_run = is_running or state.get("phase") == "Running"
    status = state | {
        "phase": "Running" if has_run else "Pending",
        "containerStatuses": rows,
        "hostIP": world.address,
        "hostIPs": [{"ip": world.address}],
        "startTime": state.get("startTime") or world.now_text(),
        "qosClass": state.get("qosClass") or "Burstable",
    }
    if has_run and "podIP" not in status:
        number = world.number()
        status["podIP"] = f"10.42.{number // 250}.{number % 250 + 2}"
        status["podIPs"] = [{"ip": status["podIP"]}]
    status["conditions"] = _conditions(world, state.get("conditions") or [], rows, has_run)
    return status


def _conditions(world, found, rows, has_run):
    now = world.now_text()
    late = [row["name"] for row in rows if not row["ready"]]
    why = ("ContainersNotReady", f"containers with unready status: [{' '.join(late)}]")
    why = why if late else ("", "")
    found = conditions.put(found, now, "PodReadyToStartContainers", str(has_run))
    found = conditions.put(found, now, "Initialized", "True")
    found = conditions.put(found, now, "Ready", str(not late), *why)
    return conditions.put(found, now, "ContainersReady", str(not late), *why)
