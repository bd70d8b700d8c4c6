"""Keeps as many pods as a ReplicaSet asks for.

https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/
"""

from __future__ import annotations

from tests.apiserver.controllers import conditions
from tests.apiserver.controllers import world as worlds
from tests.apiserver.controllers.nodes import kubelet

_FINISHED = {"Succeeded", "Failed"}
_SOURCE = "replicaset-controller"


def run(world):
    """Makes and removes pods, and counts them."""
    for found in world.all("ReplicaSet"):
        if "deletionTimestamp" not in found["metadata"]:
            _sync(world, found)


def _sync(world, found):
    pods = active(world, found)
    wanted = found["spec"].get("replicas", 1)
    why = None
    for _ in range(wanted - len(pods)):
        why = _create(world, found) or why
    for pod in sorted(pods, key=_worth)[: max(0, len(pods) - wanted)]:
        world.remove(pod)
        text = f"Deleted pod: {pod['metadata']['name']}"
        world.event(found, "SuccessfulDelete", text, source=_SOURCE)
    world.report(found, _status(world, found, active(world, found), why))


def active(world, found):
    """The pods of the set that are not going and not over."""
    return [
        pod
        for pod in world.owned("Pod", found)
        if "deletionTimestamp" not in pod["metadata"]
        and pod.get("status", {}).get("phase") not in _FINISHED
    ]


def _worth(pod):
    return (kubelet.is_ready(pod), bool(pod["spec"].get("nodeName")), pod["metadata"]["name"])


def _create(world, found):
    template, place = found["spec"]["template"], found["metadata"]
    start = f"{place['name']}-"
    why = _refusal(world, place["namespace"])
    if why:
        text = f'pods "{start}" is forbidden: {why}'
        event = f"Error creating: {text}"
        world.event(found, "FailedCreate", event, is_warning=True, source=_SOURCE)
        return text
    name = f"{start}{world.suffix()}"
    metadata = (template.get("metadata") or {}) | {
        "name": name,
        "generateName": start,
        "namespace": place["namespace"],
        "ownerReferences": [worlds.owner_reference(found)],
    }
    kind = {"apiVersion": "v1", "kind": "Pod"}
    world.create(
        kind | {"metadata": metadata, "spec": template["spec"], "status": {"phase": "Pending"}}
    )
    world.event(found, "SuccessfulCreate", f"Created pod: {name}", source=_SOURCE)
    return None


def _refusal(world, namespace):
    """https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#namespacelifecycle"""
    found = world.find("Namespace", None, namespace)
    if found is None or "deletionTimestamp" in found["metadata"]:
        return (
            f"unable to create new content in namespace {namespace} because it is being terminated"
        )
    return None


def _status(world, found, pods, why):
    ready = sum(kubelet.is_ready(pod) for pod in pods)
    old = (found.get("status") or {}).get("conditions") or []
    rows = conditions.drop(old, "ReplicaFailure")
    if why:
        rows = conditions.put(old, world.now_text(), "ReplicaFailure", "True", "FailedCreate", why)
    counts = {
        "fullyLabeledReplicas": len(pods),
        "readyReplicas": ready,
        "availableReplicas": ready,
        "conditions": rows,
    }
    return {
        "replicas": len(pods),
        "observedGeneration": found["metadata"]["generation"],
    } | {key: value for key, value in counts.items() if value}
