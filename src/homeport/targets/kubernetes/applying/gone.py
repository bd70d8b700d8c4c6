"""Waits until objects that were deleted are gone."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from homeport import clock
from homeport.targets.kubernetes.applying import telling
from homeport.targets.kubernetes.cluster import contract, errors
from homeport.targets.kubernetes.objects.kinds import Object, Ref
from homeport.targets.kubernetes.planning import terminating, together

INTERVAL_S = 0.2
"""Namespaces take seconds to go: https://kubernetes.io/docs/tasks/administer-cluster/namespaces/#deleting-a-namespace"""


class StillThere(errors.ClusterError):
    """Something that was deleted did not go in time."""


def wait(
    cluster: contract.Cluster,
    deleted: Mapping[Ref, str],
    time: clock.Clock,
    teller: telling.Teller,
    timeout_s: float,
) -> None:
    """Returns when none of the objects, each by its uid, is there any more. Raises `StillThere` with what holds them."""
    deadline, pause = time.now() + timeout_s, threading.Event()
    left = _there(cluster, deleted)
    while left:
        teller.waiting(tuple(left))
        if time.now() >= deadline:
            raise _still_there(left, timeout_s)
        pause.wait(INTERVAL_S)
        left = _there(cluster, {ref: deleted[ref] for ref in left})


def _there(cluster: contract.Cluster, deleted: Mapping[Ref, str]) -> dict[Ref, Object]:
    looked = zip(deleted, together.each(cluster.get, deleted), strict=True)
    # One of another uid is somebody's new one.
    return {
        ref: obj
        for ref, obj in looked
        if obj is not None and deleted[ref] in {"", obj["metadata"].get("uid")}
    }


def _still_there(left: Mapping[Ref, Object], timeout_s: float) -> StillThere:
    lines = []
    for ref, obj in left.items():
        why = "; ".join(terminating.reasons(ref, obj))
        lines.append(f"{ref}: {why or 'the cluster does not say why'}")
    ref, obj = next(iter(left.items()))
    text = "\n  ".join(lines)
    return StillThere(
        f"Still there {timeout_s:.0f} s after they were deleted:\n  {text}",
        hint=terminating.hint(ref, obj),
    )
