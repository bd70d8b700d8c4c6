"""Claims and volumes as K3s's local-path treats them."""

from __future__ import annotations

import pytest
from tests.apiserver import kinds
from tests.apiserver.cluster import Cluster
from tests.apiserver.controllers import samples

from homeport.clock import VirtualClock

WAITING = "WaitForFirstConsumer: waiting for first consumer to be created before binding"


@pytest.fixture
def cluster():
    found = Cluster(clock=VirtualClock(), is_stepped=True)
    found.apply(samples.namespace())
    return found


def phase(cluster, name="data"):
    return cluster.get("PersistentVolumeClaim", "registry", name)["status"]["phase"]


def volume_of(cluster, name="data"):
    return cluster.get("PersistentVolumeClaim", "registry", name)["spec"]["volumeName"]


def remove(cluster, kind, name, namespace="registry"):
    cluster.store.remove(kind, namespace, name)
    cluster.settle()


def used(cluster, **claim):
    cluster.apply(samples.claim(**claim), samples.pod(volumes=samples.mounted()))
    return volume_of(cluster)


def test_a_claim_waits_for_its_first_pod(cluster):
    cluster.apply(samples.claim())
    assert phase(cluster) == "Pending"
    assert cluster.events("registry", "data") == [WAITING]
    cluster.apply(samples.pod(volumes=samples.mounted()))
    assert phase(cluster) == "Bound"


def test_the_volume_of_a_claim(cluster):
    volume = cluster.get("PersistentVolume", None, used(cluster, size="30Gi"))
    claim = cluster.get("PersistentVolumeClaim", "registry", "data")
    assert volume["spec"]["claimRef"]["uid"] == claim["metadata"]["uid"]
    assert volume["spec"]["persistentVolumeReclaimPolicy"] == "Delete"
    assert volume["status"]["phase"] == "Bound"
    assert claim["status"]["capacity"] == {"storage": "30Gi"}
    assert "ProvisioningSucceeded" in cluster.events("registry", "data")[-1]


def test_a_claim_in_use_is_protected(cluster):
    used(cluster)
    remove(cluster, kinds.CLAIM, "data")
    claim = cluster.get("PersistentVolumeClaim", "registry", "data")
    assert claim["metadata"]["finalizers"] == ["kubernetes.io/pvc-protection"]
    remove(cluster, kinds.POD, "one")
    assert cluster.get("PersistentVolumeClaim", "registry", "data") is None


def test_delete_takes_the_data_along(cluster):
    name = used(cluster)
    cluster.world.volume_data[name]["blob"] = "image"
    remove(cluster, kinds.POD, "one")
    remove(cluster, kinds.CLAIM, "data")
    assert cluster.get("PersistentVolume", None, name) is None
    assert name not in cluster.world.volume_data


def kept(cluster):
    """A volume that was set to Retain before its claim went."""
    name = used(cluster)
    cluster.world.volume_data[name]["blob"] = "image"
    volume = cluster.get("PersistentVolume", None, name)
    volume["spec"]["persistentVolumeReclaimPolicy"] = "Retain"
    cluster.world.save(volume)
    remove(cluster, kinds.POD, "one")
    remove(cluster, kinds.CLAIM, "data")
    return name


def freed(cluster, name):
    volume = cluster.get("PersistentVolume", None, name)
    del volume["spec"]["claimRef"]
    cluster.world.save(volume)
    cluster.settle()


def test_retain_leaves_a_released_volume_that_nobody_gets(cluster):
    name = kept(cluster)
    assert cluster.get("PersistentVolume", None, name)["status"]["phase"] == "Released"
    cluster.apply(samples.claim(volumeName=name), samples.pod(volumes=samples.mounted()))
    assert phase(cluster) == "Pending"
    expected = f'FailedBinding: volume "{name}" already bound to a different claim.'
    assert expected in cluster.events("registry", "data")


def test_kept_data_comes_back(cluster):
    name = kept(cluster)
    freed(cluster, name)
    assert cluster.get("PersistentVolume", None, name)["status"]["phase"] == "Available"
    cluster.apply(samples.claim(volumeName=name))
    assert (phase(cluster), volume_of(cluster)) == ("Bound", name)
    assert cluster.world.volume_data[name] == {"blob": "image"}


@pytest.mark.parametrize(
    ("volume", "reason"),
    [
        ({"size": "1Mi"}, "requested PV is too small"),
        ({"storageClassName": "fast"}, "storageClassName does not match"),
        ({"accessModes": ["ReadOnlyMany"]}, "incompatible accessMode"),
    ],
)
def test_a_named_volume_must_fit(cluster, volume, reason):
    cluster.apply(samples.volume(**volume), samples.claim(volumeName="old"))
    assert phase(cluster) == "Pending"
    expected = f'VolumeMismatch: Cannot bind to requested volume "old": {reason}'
    assert cluster.events("registry", "data") == [expected]


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (
            {"storageClassName": "fast"},
            'ProvisioningFailed: storageclass.storage.k8s.io "fast" not found',
        ),
        (
            {"storageClassName": ""},
            "FailedBinding: no persistent volumes available for this claim and no storage class is set",
        ),
    ],
)
def test_a_claim_without_a_class_stays_pending(cluster, claim, expected):
    cluster.apply(samples.claim(**claim))
    assert phase(cluster) == "Pending"
    assert cluster.events("registry", "data") == [expected]


def test_a_failing_provisioner_is_heard_and_healed(cluster):
    cluster.controllers.fail("provision", "data", "disk full")
    cluster.apply(samples.claim(), samples.pod(volumes=samples.mounted()))
    failed = (
        'ProvisioningFailed: failed to provision volume with StorageClass "local-path": disk full'
    )
    assert cluster.events("registry", "data")[-1] == failed
    assert phase(cluster) == "Pending"
    cluster.controllers.heal("provision")
    cluster.settle()
    assert phase(cluster) == "Bound"


def test_a_claim_loses_a_volume_that_is_forced_away(cluster):
    name = used(cluster)
    volume = cluster.get("PersistentVolume", None, name)
    del volume["metadata"]["finalizers"]
    cluster.controllers.stall("volumes")
    cluster.world.remove(cluster.world.save(volume))
    cluster.controllers.resume()
    cluster.settle()
    assert phase(cluster) == "Lost"


def test_a_bound_volume_is_protected(cluster):
    name = used(cluster)
    remove(cluster, kinds.VOLUME, name, "")
    assert "deletionTimestamp" in cluster.get("PersistentVolume", None, name)["metadata"]
    assert phase(cluster) == "Bound"
