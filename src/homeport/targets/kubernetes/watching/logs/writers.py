"""Who writes: the containers of a stack's pods, each as often as it was started.

https://kubernetes.io/docs/concepts/cluster-administration/logging/
"""

from __future__ import annotations

from typing import NamedTuple

from homeport.stack import settings
from homeport.targets.kubernetes.cluster import contract
from homeport.targets.kubernetes.objects import kinds, labels
from homeport.targets.kubernetes.objects.kinds import Object, Ref


class Writer(NamedTuple):
    """One run of a container."""

    component: str
    namespace: str
    pod: str
    uid: str
    container: str
    run: int
    """0 for the first one; each restart counts."""

    @property
    def ref(self) -> Ref:
        """Its pod."""
        return Ref(kinds.POD, self.namespace, self.pod)


class Line(NamedTuple):
    """What one of them wrote."""

    writer: Writer
    text: str


class Silent(NamedTuple):
    """Why there is nothing of one of them."""

    writer: Writer
    why: str


Said = Line | Silent


def find(
    cluster: contract.Cluster, chosen: settings.Settings, component: str | None
) -> list[Writer]:
    """The containers of all components, or of one; of each the oldest pods first. Raises `ClusterError`."""
    selector = labels.selector(chosen.kubernetes.name)
    if component is not None:
        selector += f",{labels.COMPONENT}={component}"
    pods = cluster.list(kinds.POD, selector=selector).items
    return [writer for pod in sorted(pods, key=_order) for writer in _of(pod)]


def _order(pod: Object) -> tuple[int, str, str]:
    place = pod["metadata"]
    component = (place.get("labels") or {}).get(labels.COMPONENT)
    index = settings.DEPLOYED.index(component) if component in settings.DEPLOYED else -1
    return index, place.get("creationTimestamp") or "", place["name"]


def _of(pod: Object) -> list[Writer]:
    place = pod["metadata"]
    component = (place.get("labels") or {}).get(labels.COMPONENT, "")
    counts = {
        row["name"]: row.get("restartCount", 0)
        for row in (pod.get("status") or {}).get("containerStatuses") or ()
    }
    return [
        Writer(
            component,
            place["namespace"],
            place["name"],
            place["uid"],
            each["name"],
            counts.get(each["name"], 0),
        )
        for each in pod["spec"]["containers"]
    ]
