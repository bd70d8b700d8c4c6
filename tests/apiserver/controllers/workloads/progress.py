"""The status of a Deployment: its counts, and the conditions Available and Progressing.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
"""

from __future__ import annotations

from tests.apiserver.controllers import conditions
from tests.apiserver.controllers.workloads import rollout

_DONE = "NewReplicaSetAvailable"
_LATE = "ProgressDeadlineExceeded"
DEADLINE_S = 600


def status(world, found, name, *, is_new):
    """The status as it now is; `name` is that of the new ReplicaSet, None before there is one."""
    state = found.get("status") or {}
    sets = world.owned("ReplicaSet", found)
    counts = _counts(found, sets, name)
    rows = _available(world, found, counts, state.get("conditions") or [])
    if name is not None:
        rows = _progressing(world, found, (state, counts), rows, name, is_new=is_new)
    shown = {key: count for key, count in counts.items() if count}
    return {"observedGeneration": found["metadata"]["generation"], "conditions": rows} | shown


def _counts(found, sets, name):
    def total(key, rows=sets):
        return sum((row.get("status") or {}).get(key, 0) for row in rows)

    available = total("availableReplicas")
    return {
        "replicas": total("replicas"),
        "updatedReplicas": total(
            "replicas", [row for row in sets if row["metadata"]["name"] == name]
        ),
        "readyReplicas": total("readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, _needed(found, sets) - available),
    }


def _needed(found, sets):
    return max(found["spec"].get("replicas", 1), sum(row["spec"]["replicas"] for row in sets))


def _available(world, found, counts, rows):
    wanted = found["spec"].get("replicas", 1)
    is_enough = counts["availableReplicas"] >= wanted - _tolerated(found, wanted)
    verb, reason = ("has", "MinimumReplicasAvailable")
    if not is_enough:
        verb, reason = ("does not have", "MinimumReplicasUnavailable")
    text = f"Deployment {verb} minimum availability."
    return _put(world, rows, "Available", str(is_enough), reason, text)


def _tolerated(found, wanted):
    return rollout.bounds(found, wanted)[1] if rollout.kind(found) == "RollingUpdate" else 0


def _put(world, rows, kind, value, reason, text):
    """Each condition says when it was last written with another content, too."""
    now = world.now_text()
    old = next((row for row in rows if row["type"] == kind), None)
    same = old and (old["status"], old["reason"], old["message"]) == (value, reason, text)
    updated = old["lastUpdateTime"] if same else now
    return conditions.put(rows, now, kind, value, reason, text, lastUpdateTime=updated)


def _progressing(world, found, states, rows, name, *, is_new):
    before, counts = states
    row = conditions.find({"status": {"conditions": rows}}, "Progressing")
    quoted = f'ReplicaSet "{name}"'
    if is_new:
        text = f'Created new replica set "{name}"'
        return _put(world, rows, "Progressing", "True", "NewReplicaSetCreated", text)
    if _is_complete(found, counts):
        text = f"{quoted} has successfully progressed."
        return _put(world, rows, "Progressing", "True", _DONE, text)
    if _has_moved(before, counts) and not (row and row["reason"] == _DONE):
        text = f"{quoted} is progressing."
        rows = conditions.drop(rows, "Progressing") if not row else rows
        rows = _put(world, rows, "Progressing", "True", "ReplicaSetUpdated", text)
        return _touched(world, rows)
    if row and row["reason"] not in {_DONE, _LATE} and _is_late(world, found, row):
        text = f"{quoted} has timed out progressing."
        return _put(world, rows, "Progressing", "False", _LATE, text)
    return rows


def _touched(world, rows):
    """Progress renews `lastUpdateTime`, from which the deadline counts."""
    return [
        row | {"lastUpdateTime": world.now_text()} if row["type"] == "Progressing" else row
        for row in rows
    ]


def _is_complete(found, counts):
    wanted = found["spec"].get("replicas", 1)
    keys = ("replicas", "updatedReplicas", "availableReplicas")
    return all(counts[key] == wanted for key in keys)


def _has_moved(before, counts):
    grown = any(
        counts[key] > before.get(key, 0)
        for key in ("updatedReplicas", "readyReplicas", "availableReplicas")
    )
    old = before.get("replicas", 0) - before.get("updatedReplicas", 0)
    return grown or counts["replicas"] - counts["updatedReplicas"] < old


def _is_late(world, found, row):
    deadline = found["spec"].get("progressDeadlineSeconds", DEADLINE_S)
    return world.is_past(world.moment(row["lastUpdateTime"]) + deadline)
