"""Deployments: pods with owners and hashes, both strategies, and conditions with their reasons."""

from __future__ import annotations

import pytest
from tests.apiserver import kinds
from tests.apiserver.cluster import Cluster
from tests.apiserver.controllers import conditions, samples

from homeport.clock import VirtualClock

RESTARTED = "kubectl.kubernetes.io/restartedAt"


@pytest.fixture
def cluster():
    found = Cluster(clock=VirtualClock(), is_stepped=True)
    found.apply(samples.namespace())
    return found


def get(cluster, name="web"):
    return cluster.get("Deployment", "registry", name)


def pods(cluster):
    return cluster.world.all("Pod", "registry")


def images(cluster):
    return sorted(pod["spec"]["containers"][0]["image"] for pod in pods(cluster))


def condition(cluster, kind):
    found = conditions.find(get(cluster), kind)
    return found["status"], found["reason"]


def change(cluster, **template):
    found = get(cluster)
    found["spec"]["template"]["spec"]["containers"][0] |= template
    cluster.world.save(found)
    cluster.settle()


def restart(cluster):
    found = get(cluster)
    found["spec"]["template"]["metadata"]["annotations"] = {RESTARTED: "2026-01-01T00:00:00Z"}
    cluster.world.save(found)
    cluster.settle()


def test_a_deployment_becomes_available(cluster):
    cluster.apply(samples.deployment(replicas=2))
    status = get(cluster)["status"]
    assert status["observedGeneration"] == get(cluster)["metadata"]["generation"]
    counts = [status[f"{key}eplicas"] for key in ("r", "updatedR", "readyR", "availableR")]
    assert counts == [2, 2, 2, 2]
    assert "unavailableReplicas" not in status
    assert condition(cluster, "Available") == ("True", "MinimumReplicasAvailable")
    assert condition(cluster, "Progressing") == ("True", "NewReplicaSetAvailable")


def test_names_owners_and_hashes(cluster):
    cluster.apply(samples.deployment())
    (pod,) = pods(cluster)
    (owner,) = cluster.world.all("ReplicaSet", "registry")
    mark = pod["metadata"]["labels"]["pod-template-hash"]
    assert owner["metadata"]["name"] == f"web-{mark}"
    assert pod["metadata"]["name"].startswith(f"web-{mark}-")
    (reference,) = pod["metadata"]["ownerReferences"]
    assert (reference["uid"], reference["kind"]) == (owner["metadata"]["uid"], "ReplicaSet")
    assert owner["spec"]["selector"]["matchLabels"] == {"app": "web", "pod-template-hash": mark}


def test_a_deleted_pod_comes_back(cluster):
    cluster.apply(samples.deployment())
    (old,) = pods(cluster)
    cluster.store.remove(kinds.POD, "registry", old["metadata"]["name"])
    cluster.settle()
    (new,) = pods(cluster)
    assert new["metadata"]["uid"] != old["metadata"]["uid"]


def test_scaling(cluster):
    cluster.apply(samples.deployment())
    for replicas in (3, 0, 1):
        found = get(cluster)
        found["spec"]["replicas"] = replicas
        cluster.world.save(found)
        cluster.settle()
        assert len(pods(cluster)) == replicas
    assert "ScalingReplicaSet: Scaled down" in "".join(cluster.events("registry", "web"))


@pytest.mark.parametrize("strategy", ["Recreate", "RollingUpdate"])
def test_a_new_template_replaces_the_pods(cluster, strategy):
    cluster.apply(samples.deployment(replicas=3, strategy={"type": strategy}))
    change(cluster, image="registry:3")
    assert images(cluster) == ["registry:3"] * 3
    sizes = [row["spec"]["replicas"] for row in cluster.world.all("ReplicaSet", "registry")]
    assert sorted(sizes) == [0, 3]
    assert get(cluster)["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "2"


@pytest.mark.parametrize("strategy", ["Recreate", "RollingUpdate"])
def test_a_restart_makes_new_pods(cluster, strategy):
    cluster.apply(samples.deployment(strategy={"type": strategy}))
    (old,) = pods(cluster)
    restart(cluster)
    (new,) = pods(cluster)
    assert new["metadata"]["uid"] != old["metadata"]["uid"]
    assert RESTARTED in new["metadata"]["annotations"]


def test_a_rolling_update_keeps_the_old_pod_until_the_new_one_is_ready(cluster):
    cluster.apply(samples.deployment())
    cluster.controllers.fail("pull", "registry:nope")
    change(cluster, image="registry:nope")
    assert images(cluster) == ["registry:2", "registry:nope"]
    assert condition(cluster, "Available") == ("True", "MinimumReplicasAvailable")
    assert get(cluster)["status"]["unavailableReplicas"] == 1


def test_a_rolling_update_never_serves_with_fewer(cluster):
    cluster.apply(samples.deployment(replicas=4))
    cluster.controllers.delay(ready=5)
    change(cluster, image="registry:3")
    seen = []
    for _ in range(12):
        cluster.advance(5)
        seen.append((get(cluster)["status"]["availableReplicas"], len(pods(cluster))))
    assert min(available for available, _ in seen) >= 3
    assert max(total for _, total in seen) <= 5
    assert images(cluster) == ["registry:3"] * 4


def test_recreate_takes_the_old_pod_first(cluster):
    cluster.apply(samples.deployment(strategy={"type": "Recreate"}))
    cluster.controllers.fail("pull", "registry:nope")
    change(cluster, image="registry:nope")
    assert images(cluster) == ["registry:nope"]
    assert condition(cluster, "Available") == ("False", "MinimumReplicasUnavailable")


def test_going_back_uses_the_old_set(cluster):
    cluster.apply(samples.deployment())
    cluster.controllers.fail("pull", "registry:nope")
    change(cluster, image="registry:nope")
    change(cluster, image="registry:2")
    assert images(cluster) == ["registry:2"]
    assert len(cluster.world.all("ReplicaSet", "registry")) == 2
    assert get(cluster)["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "3"


def test_the_progress_deadline(cluster):
    cluster.controllers.fail("pull")
    cluster.apply(samples.deployment(progressDeadlineSeconds=60))
    assert condition(cluster, "Progressing") == ("True", "ReplicaSetUpdated")
    cluster.advance(59)
    assert condition(cluster, "Progressing") == ("True", "ReplicaSetUpdated")
    cluster.advance(2)
    assert condition(cluster, "Progressing") == ("False", "ProgressDeadlineExceeded")
    text = conditions.find(get(cluster), "Progressing")["message"]
    assert text.endswith("has timed out progressing.")


def test_a_late_deployment_still_ends_well(cluster):
    cluster.controllers.fail("pull")
    cluster.apply(samples.deployment(progressDeadlineSeconds=60))
    cluster.advance(61)
    cluster.controllers.heal()
    cluster.settle()
    assert condition(cluster, "Progressing") == ("True", "NewReplicaSetAvailable")


def test_one_that_was_ready_is_never_late(cluster):
    cluster.apply(samples.deployment(progressDeadlineSeconds=60))
    cluster.controllers.fail("unready")
    cluster.settle()
    cluster.advance(600)
    assert condition(cluster, "Progressing") == ("True", "NewReplicaSetAvailable")
    assert condition(cluster, "Available") == ("False", "MinimumReplicasUnavailable")


def test_transition_times_move_with_the_status_only(cluster):
    cluster.apply(samples.deployment())
    first = conditions.find(get(cluster), "Available")
    cluster.advance(30)
    assert conditions.find(get(cluster), "Available") == first
    cluster.controllers.fail("unready")
    cluster.settle()
    assert (
        conditions.find(get(cluster), "Available")["lastTransitionTime"]
        > first["lastTransitionTime"]
    )


def test_a_paused_deployment_starts_nothing(cluster):
    cluster.apply(samples.deployment(paused=True))
    assert pods(cluster) == []


def test_a_mounted_claim_survives_a_restart(cluster):
    cluster.apply(samples.claim(), samples.deployment(volumes=samples.mounted()))
    name = cluster.get("PersistentVolumeClaim", "registry", "data")["spec"]["volumeName"]
    cluster.world.volume_data[name]["blob"] = "image"
    restart(cluster)
    assert cluster.world.volume_data[name] == {"blob": "image"}
    assert condition(cluster, "Available") == ("True", "MinimumReplicasAvailable")
