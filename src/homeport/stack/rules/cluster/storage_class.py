"""What is to be known of the class of the volumes."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack.rules.cluster import seen
from homeport.stack.rules.rule import Cluster, Finding, Level, Object, Planned, Rule, Skipped


def on_cluster(planned: Planned, cluster: Cluster) -> Iterator[Finding]:
    """Whether volumes can grow, whether data goes with them, and whether the mode can be had."""
    name = planned.chosen.kubernetes.storage_class
    found = cluster.get("storage.k8s.io/v1", "StorageClass", "", name)
    if found is None:
        raise Skipped(f"there is no storage class {name}: registry-volume-bound")
    if found.get("provisioner") == "rancher.io/local-path":
        yield from _local_path(planned, found)
    elif not found.get("allowVolumeExpansion"):
        yield _remark(
            f"Volumes of the class {name} cannot grow later (allowVolumeExpansion).",
            "Choose registry.volume and cloud.volume with room to spare.",
        )


def _local_path(planned: Planned, found: Object) -> Iterator[Finding]:
    """https://docs.k3s.io/add-ons/storage, https://github.com/rancher/local-path-provisioner/issues/190"""
    if planned.chosen.kubernetes.access_mode == "readwritemany":
        yield Finding(
            f"The class {seen.name(found)} is of folders on one node, and cannot be mounted by many (ReadWriteMany).",
            'Write kubernetes.access_mode = "readwriteonce", or name another class.',
        )
    yield _remark(
        f"Volumes of the class {seen.name(found)} are folders of one node: they cannot grow later, their size is not enforced, "
        "and they go when K3s is uninstalled.",
        "Watch the disk of the node, and keep backups elsewhere; homeport destroy keeps the volumes.",
    )


def _remark(text: str, hint: str) -> Finding:
    return Finding(text, hint, Level.WARNING)


RULE = Rule(
    id="cluster-storage-class",
    title="The class of the volumes does what is wanted of it.",
    why="What a class cannot do is found out when a disk is full.",
    hint="kubernetes.storage_class names another one; kubectl get storageclass lists them.",
    link="https://kubernetes.io/docs/concepts/storage/storage-classes/",
    cluster=on_cluster,
)
