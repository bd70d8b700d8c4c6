"""Gives a pod its node, once its claims are bound and the node has room.

https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/
"""

from __future__ import annotations

from tests.apiserver.controllers import conditions
from tests.apiserver.controllers.storage import quantities

SELECTED_NODE = "volume.kubernetes.io/selected-node"
"""https://kubernetes.io/docs/reference/labels-annotations-taints/#volume-kubernetes-io-selected-node"""
_FINISHED = {"Succeeded", "Failed"}


def run(world):
    """Places every pod that has no node."""
    for pod in world.all("Pod"):
        if not pod["spec"].get("nodeName") and "deletionTimestamp" not in pod["metadata"]:
            _place(world, pod)


def claims(pod):
    """The names of the claims that the pod mounts."""
    volumes = pod["spec"].get("volumes") or []
    return [
        volume["persistentVolumeClaim"]["claimName"]
        for volume in volumes
        if "persistentVolumeClaim" in volume
    ]


def _place(world, pod):
    node = next(iter(world.all("Node")), None)
    why = _obstacle(world, pod, node)
    if why:
        return _refuse(world, pod, why)
    if _waits_for_claims(world, pod, node) or not world.is_due(pod, "schedule"):
        return None
    pod = world.save(pod | {"spec": pod["spec"] | {"nodeName": node["metadata"]["name"]}})
    _condition(world, pod, "True")
    name = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
    text = f"Successfully assigned {name} to {node['metadata']['name']}"
    return world.event(pod, "Scheduled", text, source="default-scheduler")


def _obstacle(world, pod, node):
    given = world.troubles.of("schedule", pod)
    if given:
        return given.message or "1 node(s) didn't match Pod's node affinity/selector"
    if node is None:
        return "no nodes available to schedule pods"
    return _claim_trouble(world, pod) or _no_room(world, pod, node)


def _claim_trouble(world, pod):
    for name in claims(pod):
        claim = world.find("PersistentVolumeClaim", pod["metadata"]["namespace"], name)
        if claim is None:
            return f'persistentvolumeclaim "{name}" not found'
        if "deletionTimestamp" in claim["metadata"]:
            return f'persistentvolumeclaim "{name}" is being deleted'
        if not world.is_bound(claim) and not world.waits_for_consumer(claim):
            return "pod has unbound immediate PersistentVolumeClaims"
    return None


def _no_room(world, pod, node):
    placed = [
        other
        for other in world.all("Pod")
        if other["spec"].get("nodeName") == node["metadata"]["name"]
        and other.get("status", {}).get("phase") not in _FINISHED
    ]
    short = [
        f"1 Insufficient {what}"
        for what in ("cpu", "memory")
        if _requested([*placed, pod], what)
        > quantities.parse(node["status"]["allocatable"].get(what, "0"))
    ]
    return ", ".join(short)


def _requested(pods, what):
    return sum(
        quantities.parse(_request(container.get("resources") or {}, what))
        for pod in pods
        for container in pod["spec"]["containers"]
    )


def _request(resources, what):
    """A limit without a request is its own request.

    https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    """
    limit = (resources.get("limits") or {}).get(what, "0")
    return (resources.get("requests") or {}).get(what, limit)


def _waits_for_claims(world, pod, node):
    is_waiting = False
    for name in claims(pod):
        claim = world.find("PersistentVolumeClaim", pod["metadata"]["namespace"], name)
        if world.is_bound(claim):
            continue
        is_waiting = True
        notes = claim["metadata"].setdefault("annotations", {})
        if SELECTED_NODE not in notes:
            notes[SELECTED_NODE] = node["metadata"]["name"]
            world.save(claim)
    return is_waiting


def _refuse(world, pod, why):
    victims = "No preemption victims found for incoming pod"
    if "Insufficient" not in why:
        victims = "Preemption is not helpful for scheduling"
    text = why
    if not why.startswith("no nodes"):
        text = (
            f"0/1 nodes are available: {why}. no new claims to deallocate, preemption: "
            f"0/1 nodes are available: 1 {victims}."
        )
    _condition(world, pod, "False", "Unschedulable", text)
    world.event(pod, "FailedScheduling", text, is_warning=True, source="default-scheduler")


def _condition(world, pod, status, reason="", message=""):
    state = pod.get("status") or {}
    rows = conditions.put(
        state.get("conditions") or [], world.now_text(), "PodScheduled", status, reason, message
    )
    world.report(pod, {"phase": "Pending"} | state | {"conditions": rows})
