"""The objects of a stack at one time, and those of each component among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from homeport.stack import settings
from homeport.targets.kubernetes.objects import kinds, labels
from homeport.targets.kubernetes.objects.kinds import Kind, Object
from homeport.targets.kubernetes.planning import kept
from homeport.targets.kubernetes.watching import events
from homeport.targets.kubernetes.watching.parts import Part

REVISION = "deployment.kubernetes.io/revision"
"""https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-back-to-a-previous-revision"""
SERVICE_NAME = "kubernetes.io/service-name"
"""https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetesioservice-name"""
_OVER = {"Succeeded", "Failed"}
"""https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The objects, by kind; `now` is the time at which they were read."""

    now: float
    objects: Mapping[Kind, Sequence[Object]]

    def find(self, kind: Kind, namespace: str, name: str) -> Object | None:
        """One object."""
        for obj in self.objects.get(kind, ()):
            place = obj["metadata"]
            if place["name"] == name and place.get("namespace", "") == namespace:
                return obj
        return None

    def owned(self, kind: Kind, owner: Object) -> list[Object]:
        """The objects that another one controls: https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/"""
        uid = owner["metadata"].get("uid")
        return [
            obj
            for obj in self.objects.get(kind, ())
            if any(row.get("uid") == uid for row in obj["metadata"].get("ownerReferences") or ())
        ]

    def told(self, about: Object | None) -> list[Object]:
        """The events about an object, and about no earlier one of its name."""
        uid = about["metadata"].get("uid") if about else None
        return [
            event
            for event in self.objects.get(kinds.EVENT, ())
            if uid and (event.get("involvedObject") or {}).get("uid") == uid
        ]


@dataclass(frozen=True, slots=True)
class Seen:
    """What there is of one component."""

    part: Part
    snapshot: Snapshot
    namespace: Object | None
    deployment: Object | None
    replica_set: Object | None
    """The newest one."""
    pods: tuple[Object, ...]
    """Those of the newest ReplicaSet that are neither going nor over."""
    failed: tuple[Object, ...]
    """Those of it that are over, such as evicted ones."""
    leaving: tuple[Object, ...]
    """All pods that are going."""
    claim: Object | None
    certificate: Object | None
    service: Object | None
    edge: Object | None
    kept: Object | None
    """The volume that was kept for its claim."""

    @property
    def now(self) -> float:
        """The time of the snapshot."""
        return self.snapshot.now

    @property
    def replicas(self) -> int:
        """How many pods it shall have."""
        return int((self.deployment or {"spec": {}})["spec"].get("replicas", 1))

    @property
    def is_anything(self) -> bool:
        """Whether any object of its own is there."""
        return any((self.deployment, self.claim, self.certificate, self.service, self.leaving))


def part(snapshot: Snapshot, of: Part, chosen: settings.Settings) -> Seen:
    """What there is of a component."""
    deployment = snapshot.find(kinds.DEPLOYMENT, of.namespace, of.name)
    sets = snapshot.owned(kinds.REPLICA_SET, deployment) if deployment else []
    newest = max(sets, key=_revision, default=None)
    pods = snapshot.owned(kinds.POD, newest) if newest else []
    live = [pod for pod in pods if not is_going(pod)]
    claim = snapshot.find(kinds.CLAIM, of.namespace, of.claim) if of.claim else None
    return Seen(
        part=of,
        snapshot=snapshot,
        namespace=snapshot.find(kinds.NAMESPACE, "", of.namespace),
        deployment=deployment,
        replica_set=newest,
        pods=tuple(pod for pod in live if phase(pod) not in _OVER),
        failed=tuple(pod for pod in live if phase(pod) in _OVER),
        leaving=tuple(_leaving(snapshot, of)),
        claim=claim,
        certificate=snapshot.find(kinds.CERTIFICATE, of.namespace, of.name),
        service=snapshot.find(kinds.SERVICE, of.namespace, of.name),
        edge=snapshot.find(kinds.SERVICE, of.namespace, of.edge) if of.edge else None,
        kept=None if phase(claim) == "Bound" else _kept(snapshot, of, chosen),
    )


def _leaving(snapshot: Snapshot, of: Part) -> list[Object]:
    """Pods outlive their Deployment by the time that they are given to end."""
    return [
        pod
        for pod in snapshot.objects.get(kinds.POD, ())
        if is_going(pod)
        and pod["metadata"].get("namespace") == of.namespace
        and (pod["metadata"].get("labels") or {}).get(labels.COMPONENT) == of.component
    ]


def _kept(snapshot: Snapshot, of: Part, chosen: settings.Settings) -> Object | None:
    """A volume that was of this component's claim. https://kubernetes.io/docs/concepts/storage/persistent-volumes/#retain"""
    for volume in snapshot.objects.get(kinds.VOLUME, ()) if of.claim else ():
        is_ours = labels.is_of(volume, chosen.kubernetes.name) and kept.is_free(volume)
        if is_ours and kept.claim(volume)[1] == of.claim:
            return volume
    return None


def _revision(found: Object) -> int:
    return int((found["metadata"].get("annotations") or {}).get(REVISION) or 0)


def is_going(obj: Object | None) -> bool:
    """Whether it is being deleted."""
    return obj is not None and "deletionTimestamp" in obj["metadata"]


def phase(obj: Object | None) -> str:
    """The phase that its status has."""
    return str(((obj or {}).get("status") or {}).get("phase") or "")


def condition(obj: Object | None, kind: str) -> Object:
    """The condition of a type, or an empty one.

    https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.35/#condition-v1-meta
    """
    rows = ((obj or {}).get("status") or {}).get("conditions") or ()
    return next((row for row in rows if row.get("type") == kind), {})


def created(obj: Object | None) -> float | None:
    """When it was made."""
    return events.seconds((obj or {"metadata": {}})["metadata"].get("creationTimestamp"))


def moved(row: Object) -> float | None:
    """When a condition came to be as it is."""
    return events.seconds(row.get("lastTransitionTime"))
