"""How many pods the ReplicaSets of a Deployment may have now.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy
"""

from __future__ import annotations

import math

_QUARTER = "25%"


def kind(found):
    """`Recreate` or `RollingUpdate`."""
    return (found["spec"].get("strategy") or {}).get("type", "RollingUpdate")


def sizes(world, found, new, old):
    """Pairs of ReplicaSet and the size that it gets."""
    wanted = found["spec"].get("replicas", 1)
    if kind(found) == "Recreate":
        return [(row, 0) for row in old] + ([(new, wanted)] if new else [])
    surge, unavailable = bounds(found, wanted)
    total = sum(row["spec"]["replicas"] for row in [new, *old])
    grown = new["spec"]["replicas"] + max(0, wanted + surge - total)
    rows = [(new, min(wanted, grown))]
    spare = _available([new, *old]) - (wanted - unavailable)
    for row in old:
        have = row["spec"]["replicas"]
        idle = have - _available([row])
        gone = min(have, idle if _can_lose(new, old, wanted, unavailable) else 0)
        taken = min(have - gone, max(0, spare))
        spare -= taken
        rows.append((row, have - gone - taken))
    return rows


def _can_lose(new, old, wanted, unavailable):
    """Old pods that never got ready go first, as long as enough others are there."""
    total = sum(row["spec"]["replicas"] for row in [new, *old])
    waiting = new["spec"]["replicas"] - _available([new])
    return total - (wanted - unavailable) - waiting > 0


def _available(rows):
    return sum((row.get("status") or {}).get("availableReplicas", 0) for row in rows)


def bounds(found, wanted):
    """How many pods more than wanted there may be, and how many fewer available."""
    given = (found["spec"].get("strategy") or {}).get("rollingUpdate") or {}
    surge = _part(given.get("maxSurge", _QUARTER), wanted, math.ceil)
    unavailable = _part(given.get("maxUnavailable", _QUARTER), wanted, math.floor)
    return surge, unavailable or (0 if surge else 1)


def _part(value, wanted, rounded):
    if isinstance(value, int):
        return value
    return rounded(int(value.rstrip("%")) * wanted / 100)
