"""Lists of conditions as controllers keep them.

https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties
"""

from __future__ import annotations


def find(obj, kind):
    """The condition of that type, or None."""
    conditions = obj.get("status", {}).get("conditions") or []
    return next((row for row in conditions if row["type"] == kind), None)


def is_true(obj, kind):
    """Whether the object has the condition with status True."""
    found = find(obj, kind)
    return found is not None and found["status"] == "True"


def put(conditions, now, kind, status, reason="", message="", **more):
    """The list with one condition set; `lastTransitionTime` moves only with the status."""
    old = next((row for row in conditions if row["type"] == kind), None)
    is_same = old is not None and old["status"] == status
    row = {"type": kind, "status": status}
    row["lastTransitionTime"] = old["lastTransitionTime"] if is_same else now
    row |= {key: text for key, text in (("reason", reason), ("message", message)) if text}
    row |= more
    if old is None:
        return [*conditions, row]
    return [row if have is old else have for have in conditions]


def drop(conditions, kind):
    """The list without that condition."""
    return [row for row in conditions if row["type"] != kind]
