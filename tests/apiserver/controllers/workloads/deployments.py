"""Moves a Deployment from one ReplicaSet to the next, and says how far it is.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
"""

from __future__ import annotations

import json

from tests.apiserver.controllers import world as worlds
from tests.apiserver.controllers.workloads import progress, rollout

HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
SOURCE = "deployment-controller"


def run(world):
    """Syncs every Deployment."""
    for found in world.all("Deployment"):
        if "deletionTimestamp" not in found["metadata"]:
            _sync(world, found)


def _sync(world, found):
    mark = worlds.word(json.dumps(found["spec"]["template"], sort_keys=True), 10)
    sets = world.owned("ReplicaSet", found)
    old = [row for row in sets if row["metadata"]["labels"][HASH] != mark]
    new = next((row for row in sets if row not in old), None)
    is_new = new is None
    if is_new and _may_start(world, found, old):
        new = _create(world, found, mark, old)
    new = new and _newest(world, new, old)
    if not found["spec"].get("paused"):
        for row, replicas in rollout.sizes(world, found, new, old):
            _scale(world, found, row, replicas)
    name = new and new["metadata"]["name"]
    found = _with_revision(world, found, new)
    state = progress.status(world, found, name, is_new=is_new and new is not None)
    world.report(found, state)


def _may_start(world, found, old):
    """`Recreate` starts the new pods when the last old one has gone."""
    if found["spec"].get("paused"):
        return False
    if rollout.kind(found) != "Recreate":
        return True
    return not any(world.owned("Pod", row) for row in old)


def _revision(found):
    return int((found["metadata"].get("annotations") or {}).get(REVISION, 0))


def _next_revision(old):
    return max([_revision(row) for row in old], default=0) + 1


def _newest(world, new, old):
    """A set that is gone back to gets a new number."""
    if _revision(new) >= _next_revision(old):
        return new
    place = new["metadata"]
    notes = (place.get("annotations") or {}) | {REVISION: str(_next_revision(old))}
    return world.save(new | {"metadata": place | {"annotations": notes}})


def _create(world, found, mark, old):
    place, spec = found["metadata"], found["spec"]
    labels = (spec["template"].get("metadata") or {}).get("labels") or {}
    template = spec["template"] | {
        "metadata": (spec["template"].get("metadata") or {}) | {"labels": labels | {HASH: mark}}
    }
    selector = (spec["selector"].get("matchLabels") or {}) | {HASH: mark}
    name = f"{place['name']}-{mark}"
    return world.create(
        {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {
                "name": name,
                "namespace": place["namespace"],
                "labels": labels | {HASH: mark},
                "annotations": {REVISION: str(_next_revision(old))},
                "ownerReferences": [worlds.owner_reference(found)],
            },
            "spec": {
                "replicas": 0,
                "selector": spec["selector"] | {"matchLabels": selector},
                "template": template,
            },
            "status": {"replicas": 0},
        }
    )


def _scale(world, found, row, replicas):
    before = row["spec"]["replicas"]
    if before == replicas:
        return
    world.save(row | {"spec": row["spec"] | {"replicas": replicas}})
    way = "up" if replicas > before else "down"
    name = row["metadata"]["name"]
    text = f"Scaled {way} replica set {name} from {before} to {replicas}"
    world.event(found, "ScalingReplicaSet", text, source=SOURCE)


def _with_revision(world, found, new):
    if new is None or _revision(found) == _revision(new):
        return found
    place = found["metadata"]
    notes = (place.get("annotations") or {}) | {REVISION: str(_revision(new))}
    return world.save(found | {"metadata": place | {"annotations": notes}})
