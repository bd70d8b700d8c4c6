"""Deletion: of namespaces with all that is in them, and of what an owner leaves behind."""

from __future__ import annotations

import pytest
from tests.apiserver import kinds, store
from tests.apiserver.cluster import Cluster
from tests.apiserver.controllers import conditions, samples

from homeport.clock import VirtualClock

HOLD = "example.com/hold"


@pytest.fixture
def cluster():
    found = Cluster(clock=VirtualClock(), is_stepped=True)
    found.apply(samples.namespace())
    return found


def remove(cluster, kind, name, namespace="registry"):
    cluster.store.remove(kind, namespace, name)
    cluster.settle()


def held(name="kept", finalizers=(HOLD,), **metadata):
    found = samples.config(name)
    found["metadata"] |= {"finalizers": list(finalizers)} | metadata
    return found


def release(cluster, name="kept"):
    cluster.world.without_finalizer(cluster.get("ConfigMap", "registry", name), HOLD)
    cluster.settle()


def condition(cluster, kind):
    found = conditions.find(cluster.get("Namespace", None, "registry"), kind)
    return found["status"], found["reason"], found["message"]


def test_a_namespace_goes_with_everything_in_it(cluster):
    cluster.apply(samples.claim(), samples.deployment(volumes=samples.mounted()))
    cluster.apply(samples.service(), samples.config("conf"))
    remove(cluster, kinds.NAMESPACE, "registry", "")
    assert cluster.get("Namespace", None, "registry") is None
    assert cluster.world.everything("registry") == []
    assert cluster.world.all("PersistentVolume") == []
    assert cluster.world.volume_data == {}


def test_a_foreign_finalizer_keeps_it(cluster):
    cluster.apply(held())
    remove(cluster, kinds.NAMESPACE, "registry", "")
    assert cluster.get("Namespace", None, "registry")["status"]["phase"] == "Terminating"
    text = "Some resources are remaining: configmaps has 1 resource instances"
    expected = ("True", "SomeResourcesRemain", text)
    assert condition(cluster, "NamespaceContentRemaining") == expected
    text = f"Some content in the namespace has finalizers remaining: {HOLD} in 1 resource instances"
    expected = ("True", "SomeFinalizersRemain", text)
    assert condition(cluster, "NamespaceFinalizersRemaining") == expected
    release(cluster)
    assert cluster.get("Namespace", None, "registry") is None


def test_nothing_new_in_a_namespace_that_goes(cluster):
    cluster.apply(samples.deployment())
    cluster.controllers.stall("namespaces")
    remove(cluster, kinds.NAMESPACE, "registry", "")
    (pod,) = cluster.world.all("Pod", "registry")
    remove(cluster, kinds.POD, pod["metadata"]["name"])
    assert cluster.world.all("Pod", "registry") == []
    (found,) = cluster.world.all("ReplicaSet", "registry")
    assert "because it is being terminated" in conditions.find(found, "ReplicaFailure")["message"]


def test_a_stalled_namespace_stays(cluster):
    cluster.controllers.stall("namespaces")
    remove(cluster, kinds.NAMESPACE, "registry", "")
    assert "deletionTimestamp" in cluster.get("Namespace", None, "registry")["metadata"]
    cluster.controllers.resume()
    cluster.settle()
    assert cluster.get("Namespace", None, "registry") is None


def test_pods_go_with_their_deployment(cluster):
    cluster.apply(samples.deployment())
    remove(cluster, kinds.DEPLOYMENT, "web")
    assert cluster.world.all("ReplicaSet", "registry") == []
    assert cluster.world.all("Pod", "registry") == []


def owned(cluster, finalizer):
    cluster.apply(held("owner", [finalizer]))
    owner = cluster.get("ConfigMap", "registry", "owner")
    reference = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "name": "owner",
        "uid": owner["metadata"]["uid"],
        "blockOwnerDeletion": True,
    }
    cluster.apply(held("child", [HOLD], ownerReferences=[reference]))
    remove(cluster, kinds.CONFIG_MAP, "owner")


def test_a_foreground_deletion_ends_with_the_last_dependent(cluster):
    owned(cluster, store.FOREGROUND)
    assert "deletionTimestamp" in cluster.get("ConfigMap", "registry", "child")["metadata"]
    assert cluster.get("ConfigMap", "registry", "owner") is not None
    release(cluster, "child")
    assert cluster.world.all("ConfigMap", "registry") == []


def test_orphans_lose_their_owner_and_stay(cluster):
    owned(cluster, "orphan")
    assert cluster.get("ConfigMap", "registry", "owner") is None
    child = cluster.get("ConfigMap", "registry", "child")
    assert "deletionTimestamp" not in child["metadata"]
    assert not child["metadata"].get("ownerReferences")
