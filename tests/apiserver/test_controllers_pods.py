"""Pods: where they go, and everything that keeps them from running."""

from __future__ import annotations

import pytest
from tests.apiserver.cluster import Cluster
from tests.apiserver.controllers import conditions, samples
from tests.apiserver.controllers.nodes import images

from homeport.clock import VirtualClock

SOCKET = {"name": "docker", "hostPath": {"path": "/var/run/docker.sock", "type": "Socket"}}
SCHEDULE_TAIL = "no new claims to deallocate, preemption: 0/1 nodes are available: 1 {}."
UNHELPFUL = SCHEDULE_TAIL.format("Preemption is not helpful for scheduling")
NO_VICTIMS = SCHEDULE_TAIL.format("No preemption victims found for incoming pod")


def made(**options):
    found = Cluster(clock=VirtualClock(), is_stepped=True, **options)
    found.apply(samples.namespace())
    return found


@pytest.fixture
def cluster():
    return made()


def state(cluster, name="one"):
    row = cluster.get("Pod", "registry", name)["status"]["containerStatuses"][0]
    return row["state"]


def waiting(cluster):
    found = state(cluster)["waiting"]
    return found["reason"], found.get("message", "")


def test_a_pod_runs_and_is_ready(cluster):
    cluster.apply(samples.pod())
    pod = cluster.get("Pod", "registry", "one")
    assert pod["status"]["phase"] == "Running"
    assert conditions.is_true(pod, "Ready")
    assert pod["spec"]["nodeName"] == "node-1"
    assert pod["status"]["podIP"].startswith("10.42.")
    reasons = [row.partition(":")[0] for row in cluster.events("registry", "one")]
    assert reasons == ["Scheduled", "Pulling", "Pulled", "Created", "Started"]


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("registry:2", "docker.io/library/registry:2"),
        ("joxit/docker-registry-ui", "docker.io/joxit/docker-registry-ui:latest"),
        ("registry.homelab.local/app:1", "registry.homelab.local/app:1"),
        ("localhost:5000/app", "localhost:5000/app:latest"),
    ],
)
def test_containerd_names_images_in_full(image, name):
    assert images.full_name(image) == name


def test_a_missing_image_backs_off(cluster):
    cluster.controllers.fail("pull", "registry:nope")
    cluster.apply(samples.pod(image="registry:nope"))
    why = (
        'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/registry:nope": '
        'failed to resolve reference "docker.io/library/registry:nope": docker.io/library/registry:nope: not found'
    )
    text = f'Back-off pulling image "registry:nope": ErrImagePull: {why}'
    assert waiting(cluster) == ("ImagePullBackOff", text)
    assert f'Failed: Failed to pull image "registry:nope": {why}' in cluster.events("registry")
    assert "Failed: Error: ErrImagePull" in cluster.events("registry", "one")


def test_the_first_failed_pull_can_be_seen(cluster):
    cluster.controllers.delay(back_off=10)
    cluster.controllers.fail("pull", "registry:2", "pull access denied")
    cluster.apply(samples.pod())
    reason, message = waiting(cluster)
    assert reason == "ErrImagePull"
    assert message.endswith('"docker.io/library/registry:2": pull access denied')


def test_an_image_that_appears_is_pulled(cluster):
    cluster.controllers.fail("pull")
    cluster.apply(samples.pod())
    cluster.controllers.heal("pull")
    cluster.settle()
    assert "running" in state(cluster)


def test_a_crashing_container_backs_off(cluster):
    cluster.controllers.fail("crash", "one", "panic: no config")
    cluster.apply(samples.pod())
    row = cluster.get("Pod", "registry", "one")["status"]["containerStatuses"][0]
    assert row["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert row["state"]["waiting"]["message"].startswith("back-off 10s restarting failed")
    assert row["lastState"]["terminated"]["message"] == "panic: no config"
    assert row["restartCount"] == 1
    assert any(row.startswith("BackOff: Back-off restarting") for row in cluster.events("registry"))


def test_a_probe_that_fails_keeps_a_running_pod_unready(cluster):
    cluster.controllers.fail("unready", "registry/one")
    cluster.apply(samples.pod())
    pod = cluster.get("Pod", "registry", "one")
    found = conditions.find(pod, "Ready")
    assert (found["reason"], pod["status"]["phase"]) == ("ContainersNotReady", "Running")
    assert found["message"] == "containers with unready status: [app]"
    expected = "Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503"
    assert cluster.events("registry", "one")[-1] == expected


def mount(source, name="v"):
    return [{"name": name} | source]


@pytest.mark.parametrize(
    ("volumes", "why"),
    [
        (
            [SOCKET],
            '"docker" : hostPath type check failed: /var/run/docker.sock is not a socket file',
        ),
        (
            mount({"hostPath": {"path": "/x", "type": "Directory"}}),
            '"v" : hostPath type check failed: /x is not a directory',
        ),
        (mount({"secret": {"secretName": "no"}}), '"v" : secret "no" not found'),
        (mount({"configMap": {"name": "no"}}), '"v" : configmap "no" not found'),
        (
            mount({"secret": {"secretName": "auth", "items": [{"key": "a", "path": "a"}]}}),
            '"v" : references non-existent secret key: a',
        ),
        (
            mount({"configMap": {"name": "conf", "items": [{"key": "a", "path": "a"}]}}),
            '"v" : references non-existent config key: a',
        ),
    ],
)
def test_mounts_that_fail(cluster, volumes, why):
    cluster.apply(samples.config("auth", "Secret"), samples.config("conf"))
    cluster.apply(samples.pod(volumes=volumes))
    assert waiting(cluster) == ("ContainerCreating", "")
    expected = f"FailedMount: MountVolume.SetUp failed for volume {why}"
    assert expected in cluster.events("registry", "one")


def test_a_secret_that_comes_later_is_mounted(cluster):
    cluster.apply(samples.pod(volumes=mount({"secret": {"secretName": "auth"}})))
    cluster.apply(samples.config("auth", "Secret", htpasswd="eA=="))
    assert "running" in state(cluster)


def test_optional_sources_may_be_missing(cluster):
    volumes = mount({"secret": {"secretName": "no", "optional": True}})
    env = [
        {
            "name": "A",
            "valueFrom": {"configMapKeyRef": {"name": "no", "key": "a", "optional": True}},
        }
    ]
    cluster.apply(samples.pod(volumes=volumes, env=env))
    assert "running" in state(cluster)


def test_a_node_with_docker_has_its_socket():
    cluster = made(runtime="docker://27.5.1")
    cluster.apply(samples.pod(volumes=[SOCKET]))
    assert "running" in state(cluster)
    node = cluster.get("Node", None, "node-1")
    assert node["status"]["nodeInfo"]["containerRuntimeVersion"] == "docker://27.5.1"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        (
            {"env": [{"name": "T", "valueFrom": {"secretKeyRef": {"name": "no", "key": "t"}}}]},
            'secret "no" not found',
        ),
        (
            {"env": [{"name": "T", "valueFrom": {"secretKeyRef": {"name": "auth", "key": "t"}}}]},
            "couldn't find key t in Secret registry/auth",
        ),
        ({"envFrom": [{"configMapRef": {"name": "no"}}]}, 'configmap "no" not found'),
    ],
)
def test_environments_that_cannot_be_made(cluster, fields, why):
    cluster.apply(samples.config("auth", "Secret", other="eA=="), samples.pod(**fields))
    assert waiting(cluster) == ("CreateContainerConfigError", why)
    assert f"Failed: Error: {why}" in cluster.events("registry", "one")


@pytest.mark.parametrize(
    ("pod", "why"),
    [
        (
            {"resources": {"limits": {"memory": "64Gi"}}},
            f"1 Insufficient memory. {NO_VICTIMS}",
        ),
        (
            {"resources": {"requests": {"cpu": "4500m", "memory": "9Gi"}}},
            f"1 Insufficient cpu, 1 Insufficient memory. {NO_VICTIMS}",
        ),
        (
            {"volumes": samples.mounted("gone")},
            f'persistentvolumeclaim "gone" not found. {UNHELPFUL}',
        ),
    ],
)
def test_pods_that_find_no_node(cluster, pod, why):
    cluster.apply(samples.pod(**pod))
    found = conditions.find(cluster.get("Pod", "registry", "one"), "PodScheduled")
    text = f"0/1 nodes are available: {why}"
    assert (found["status"], found["reason"]) == ("False", "Unschedulable")
    assert found["message"] == text
    assert cluster.events("registry", "one") == [f"FailedScheduling: {text}"]


def test_a_claim_of_an_immediate_class_is_waited_for(cluster):
    cluster.apply(samples.claim(storageClassName=""), samples.pod(volumes=samples.mounted()))
    found = cluster.events("registry", "one")
    assert "pod has unbound immediate PersistentVolumeClaims" in found[0]


def test_room_is_shared(cluster):
    half = {"resources": {"requests": {"memory": "5Gi"}}}
    cluster.apply(samples.pod("one", **half))
    cluster.apply(samples.pod("two", **half))
    assert "running" in state(cluster, "one")
    assert "nodeName" not in cluster.get("Pod", "registry", "two")["spec"]


def test_a_repeated_event_counts_up(cluster):
    cluster.apply(samples.pod(volumes=[SOCKET]))
    cluster.settle()
    cluster.advance(60)
    found = [
        row for row in cluster.world.all("Event", "registry") if row["reason"] == "FailedMount"
    ]
    assert [row["count"] for row in found] == [2]
    assert found[0]["firstTimestamp"] < found[0]["lastTimestamp"]
