"""local-path as in K3s: makes a folder of the node for a claim, and removes it with its data.

https://github.com/rancher/local-path-provisioner
"""

from __future__ import annotations

PROVISIONER = "rancher.io/local-path"
FOLDER = "/var/lib/rancher/k3s/storage"
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
_SOURCE = "rancher.io/local-path_local-path-provisioner"
SELECTED_NODE = "volume.kubernetes.io/selected-node"


def provision(world, claim, found):
    """Makes the volume of a claim, of the given storage class."""
    place = claim["metadata"]
    full = f"{place['namespace']}/{place['name']}"
    _announce(world, claim, full)
    trouble = world.troubles.of("provision", claim)
    if trouble:
        why = trouble.message or "create process timeout after 120 seconds"
        text = f'failed to provision volume with StorageClass "{found["metadata"]["name"]}": {why}'
        world.event(claim, "ProvisioningFailed", text, is_warning=True, source=_SOURCE)
        return
    if not world.is_due(claim, "provision"):
        return
    volume = world.create(_volume(claim, found))
    name = volume["metadata"]["name"]
    world.volume_data.setdefault(name, {})
    text = f"Successfully provisioned volume {name}"
    world.event(claim, "ProvisioningSucceeded", text, source=_SOURCE)


def _announce(world, claim, full):
    text = (
        "Waiting for a volume to be created either by the external provisioner "
        f"'{PROVISIONER}' or manually by the system administrator. If volume creation is "
        "delayed, please verify that the provisioner is running and correctly registered."
    )
    world.event(claim, "ExternalProvisioning", text, source="persistentvolume-controller")
    text = f'External provisioner is provisioning volume for claim "{full}"'
    world.event(claim, "Provisioning", text, source=_SOURCE)


def _volume(claim, found):
    place = claim["metadata"]
    name = f"pvc-{place['uid']}"
    node = (place.get("annotations") or {}).get(SELECTED_NODE)
    hosts = [{"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}]
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {
            "name": name,
            "annotations": {PROVISIONED_BY: PROVISIONER},
            "finalizers": ["kubernetes.io/pv-protection"],
        },
        "spec": {
            "accessModes": claim["spec"]["accessModes"],
            "capacity": {"storage": claim["spec"]["resources"]["requests"]["storage"]},
            "claimRef": reference(claim),
            "hostPath": {
                "path": f"{FOLDER}/{name}_{place['namespace']}_{place['name']}",
                "type": "DirectoryOrCreate",
            },
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": hosts}]}},
            "persistentVolumeReclaimPolicy": found.get("reclaimPolicy", "Delete"),
            "storageClassName": found["metadata"]["name"],
            "volumeMode": "Filesystem",
        },
        "status": {"phase": "Pending"},
    }


def reference(claim):
    """The claim as a volume refers to it."""
    place = claim["metadata"]
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "namespace": place["namespace"],
        "name": place["name"],
        "uid": place["uid"],
        "resourceVersion": place["resourceVersion"],
    }


def reclaim(world, volume):
    """Removes a released volume and what is in it, where its policy says so."""
    if volume["spec"].get("persistentVolumeReclaimPolicy") != "Delete":
        return
    if not world.is_due(volume, "reclaim"):
        return
    world.volume_data.pop(volume["metadata"]["name"], None)
    world.remove(volume)
