"""The state of one container, from what it was and what now keeps it from running.

https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-states
"""

from __future__ import annotations

import hashlib

from tests.apiserver.controllers.nodes import images, mounts

CREATING = {"waiting": {"reason": "ContainerCreating"}}


def step(world, pod, container, old):
    """The next status of the container; `old` is the last one."""
    trouble = world.troubles.of("pull", pod, container["image"])
    if trouble and not _has_started(old):
        return _unpulled(world, pod, container, old, trouble)
    if not world.is_due(pod, "pull"):
        return waiting(container, "ContainerCreating", old=old)
    why = mounts.environment(world, pod, container)
    if why and not _has_started(old):
        world.event(pod, "Failed", f"Error: {why}", is_warning=True)
        return waiting(container, "CreateContainerConfigError", why, old)
    trouble = world.troubles.of("crash", pod, container["image"])
    if trouble:
        return _crashed(world, pod, container, old, trouble)
    return _running(world, pod, container, old)


def waiting(container, reason, message="", old=None):
    """A status of a container that does not run."""
    state = {"reason": reason} | ({"message": message} if message else {})
    return _status(container, {"waiting": state}, old or {}, is_ready=False)


def _has_started(old):
    return bool(old.get("containerID"))


def _status(container, state, old, *, is_ready):
    return {
        "name": container["name"],
        "image": container["image"],
        "imageID": old.get("imageID", ""),
        "restartCount": old.get("restartCount", 0),
        "ready": is_ready,
        "started": "running" in state,
        "state": state,
        "lastState": old.get("lastState") or {},
    } | ({"containerID": old["containerID"]} if "containerID" in old else {})


def _unpulled(world, pod, container, old, trouble):
    image = container["image"]
    why = images.failure(image, trouble.message)
    reason = old.get("state", {}).get("waiting", {}).get("reason")
    if reason not in {"ErrImagePull", "ImagePullBackOff"}:
        images.fail(world, pod, image, why)
        return waiting(container, "ErrImagePull", why, old)
    if reason == "ErrImagePull" and not world.is_due(pod, "back-off"):
        return old
    images.back_off(world, pod, image)
    text = f'Back-off pulling image "{image}": ErrImagePull: {why}'
    return waiting(container, "ImagePullBackOff", text, old)


def _crashed(world, pod, container, old, trouble):
    place = pod["metadata"]
    if "terminated" not in old.get("state", {}) and not _is_backing_off(old):
        started = _running(world, pod, container, old)
        ended = {
            "exitCode": 1,
            "reason": "Error",
            "startedAt": world.now_text(),
            "finishedAt": world.now_text(),
            "containerID": started["containerID"],
        } | ({"message": trouble.message} if trouble.message else {})
        return _status(container, {"terminated": ended}, started, is_ready=False)
    who = f"container={container['name']} pod={place['name']}_{place['namespace']}({place['uid']})"
    text = (
        f"Back-off restarting failed container {container['name']} in pod "
        f"{place['name']}_{place['namespace']}({place['uid']})"
    )
    world.event(pod, "BackOff", text, is_warning=True)
    if _is_backing_off(old):
        return old
    last = {"lastState": old["state"], "restartCount": old["restartCount"] + 1}
    return waiting(
        container,
        "CrashLoopBackOff",
        f"back-off 10s restarting failed {who}",
        old | last,
    )


def _is_backing_off(old):
    return old.get("state", {}).get("waiting", {}).get("reason") == "CrashLoopBackOff"


def _running(world, pod, container, old):
    if "running" not in old.get("state", {}):
        old = _started(world, pod, container, old)
    is_ready = _is_ready(world, pod, container)
    return _status(container, old["state"], old, is_ready=is_ready)


def _started(world, pod, container, old):
    images.pulled(world, pod, container["image"])
    world.event(pod, "Created", f"Created container: {container['name']}")
    world.event(pod, "Started", f"Started container {container['name']}")
    digest = hashlib.sha256(container["image"].encode()).hexdigest()
    mark = hashlib.sha256(f"{pod['metadata']['uid']} {container['name']}".encode()).hexdigest()
    return old | {
        "imageID": f"{images.full_name(container['image'])}@sha256:{digest}",
        "containerID": f"containerd://{mark}",
        "state": {"running": {"startedAt": world.now_text()}},
    }


def _is_ready(world, pod, container):
    trouble = world.troubles.of("unready", pod, container["image"])
    if trouble:
        why = trouble.message or "HTTP probe failed with statuscode: 503"
        world.event(pod, "Unhealthy", f"Readiness probe failed: {why}", is_warning=True)
    return not trouble and world.is_due(pod, "ready")
