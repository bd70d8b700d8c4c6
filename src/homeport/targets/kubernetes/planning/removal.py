"""What destroying a stack deletes, and what it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from homeport.targets.kubernetes.cluster import contract
from homeport.targets.kubernetes.objects import kinds, labels
from homeport.targets.kubernetes.objects.kinds import Object, Ref
from homeport.targets.kubernetes.planning import found, kept, remains, together


class Volume(NamedTuple):
    """A volume of the stack."""

    name: str
    claim: str
    """Namespace and name of its claim: `registry/registry-storage`."""
    size: str
    is_held: bool
    """Whether the claim is there; otherwise it was kept before."""
    is_provisioned: bool
    """Whether its storage goes with it."""


class Doomed(NamedTuple):
    """An object that is deleted."""

    ref: Ref
    uid: str
    is_labelled: bool
    """Whether it is found again by the labels of the stack."""
    is_going: bool
    """Whether it was deleted before, and is still there."""


@dataclass(frozen=True, slots=True)
class Removal:
    """All that is done when a stack is destroyed."""

    stack: str
    context: str
    objects: tuple[Doomed, ...]
    """In the order in which they are deleted."""
    volumes: tuple[Volume, ...]
    left: tuple[tuple[str, tuple[Ref, ...]], ...]
    """Our namespaces that stay, each with what others have in it."""
    deletes_data: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.objects and not (self.volumes and self.deletes_data)


def make(cluster: contract.Cluster, stack: str, *, deletes_data: bool) -> Removal:
    """Finds all that the stack has. Changes nothing."""
    live = found.of_stack(cluster, stack)
    live |= _certificates(cluster, live)
    namespaces = sorted(ref.name for ref in live if ref.kind is kinds.NAMESPACE)
    foreign = [(name, tuple(remains.foreign(cluster, name, stack))) for name in namespaces]
    left = tuple((name, refs) for name, refs in foreign if refs)
    stays = {Ref(kinds.NAMESPACE, "", name) for name, _ in left}
    doomed = [
        Doomed(ref, obj["metadata"].get("uid", ""), labels.is_of(obj, stack), found.is_going(obj))
        for ref, obj in live.items()
        if ref not in stays
    ]
    doomed.sort(key=lambda each: (-kinds.APPLIED.index(each.ref.kind), each.ref))
    return Removal(
        stack,
        cluster.context,
        tuple(doomed),
        _volumes(cluster, stack, live),
        left,
        deletes_data=deletes_data,
    )


def _certificates(cluster: contract.Cluster, live: dict[Ref, Object]) -> dict[Ref, Object]:
    """The Secrets that cert-manager made for our Certificates, which it leaves behind.

    https://cert-manager.io/docs/usage/certificate/#cleaning-up-secrets-when-certificates-are-deleted
    """
    names = {
        Ref(kinds.SECRET, ref.namespace, obj["spec"]["secretName"]): ref.name
        for ref, obj in live.items()
        if ref.kind is kinds.CERTIFICATE
    }
    there = zip(names, together.each(cluster.get, names), strict=True)
    return {ref: obj for ref, obj in there if obj and remains.certificate(obj) == names[ref]}


def _volumes(cluster: contract.Cluster, stack: str, live: dict[Ref, Object]) -> tuple[Volume, ...]:
    """Those of our claims, and those that were kept; none that somebody else's claim has by now."""
    claims = [obj for ref, obj in live.items() if ref.kind is kinds.CLAIM]
    named = [obj["spec"].get("volumeName", "") for obj in claims]
    refs = [Ref(kinds.VOLUME, "", name) for name in dict.fromkeys(named) if name]
    there = dict(zip((ref.name for ref in refs), together.each(cluster.get, refs), strict=True))
    pairs = [(there.get(name), each) for name, each in zip(named, claims, strict=True)]
    held = [volume for volume, each in pairs if volume and kept.is_held_by(volume, each)]
    known = {volume["metadata"]["name"] for volume in held}
    labelled = cluster.list(kinds.VOLUME, selector=labels.selector(stack)).items
    rows = [_volume(each, is_held=True) for each in held]
    rows += [
        _volume(each, is_held=False)
        for each in labelled
        if each["metadata"]["name"] not in known and not kept.is_bound(each)
    ]
    return tuple(sorted(rows, key=lambda row: row.claim))


def _volume(obj: Object, *, is_held: bool) -> Volume:
    return Volume(
        obj["metadata"]["name"],
        "/".join(kept.claim(obj)),
        kept.size(obj),
        is_held,
        kept.is_provisioned(obj),
    )
