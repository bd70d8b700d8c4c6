"""The real kubectl against the stand-in: what people and their scripts do with a cluster."""

from __future__ import annotations

import json
import subprocess
import threading

import pytest
import yaml
from tests.apiserver import faults, neighbours
from tests.apiserver.cluster import Cluster
from tests.apiserver.controllers import samples

pytestmark = pytest.mark.e2e
MANAGER = "--field-manager=homeport"


@pytest.fixture(scope="module")
def program():
    return neighbours.kubectl()


@pytest.fixture
def cluster():
    with Cluster() as found:
        found.add_authority()
        yield found


@pytest.fixture
def kubectl(cluster, program, tmp_path):
    """Runs kubectl; answers what it wrote, or the whole outcome where it is not to be checked."""
    config = cluster.kubeconfig(tmp_path / "kubeconfig")
    environment = {"KUBECONFIG": str(config), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}

    def run(*arguments, documents=(), code=0):
        done = subprocess.run(
            [program, *arguments],
            input=yaml.safe_dump_all(documents),
            capture_output=True,
            text=True,
            timeout=120,
            env=environment,
            check=False,
        )
        assert done.returncode == code, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    return run


def everything(**deployment):
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "registry"}},
        samples.config("conf", **{"config.yml": "version: 0.1"}),
        samples.claim(),
        samples.deployment(volumes=samples.mounted(), **deployment),
        samples.service(),
        samples.certificate("homelab-ca"),
    ]


def apply(kubectl, documents, *options, code=0):
    return kubectl(
        "apply", "--server-side", MANAGER, "-f", "-", *options, documents=documents, code=code
    )


def wait(kubectl, what, condition):
    return kubectl("wait", "-n", "registry", what, f"--for={condition}", "--timeout=60s")


def available(kubectl):
    return wait(kubectl, "deployment/web", "condition=Available")


def unpulled(kubectl, cluster):
    """`kubectl wait` fails at once where no pod is there yet."""
    cluster.settle()
    reason = "{.status.containerStatuses[0].state.waiting.reason}"
    condition = f"--for=jsonpath={reason}=ImagePullBackOff"
    kubectl("wait", "-n", "registry", "pod", "-l", "app=web", condition, "--timeout=60s")


def test_apply_and_wait(kubectl):
    assert "deployment.apps/web serverside-applied" in apply(kubectl, everything())
    assert "condition met" in available(kubectl)
    assert "condition met" in wait(kubectl, "certificate/web", "condition=Ready")
    assert "condition met" in wait(kubectl, "pvc/data", "jsonpath={.status.phase}=Bound")


def test_get(kubectl):
    apply(kubectl, everything())
    available(kubectl)
    assert "web" in kubectl("get", "deploy,svc,pvc,certificates", "-n", "registry")
    found = json.loads(kubectl("get", "deployment", "web", "-n", "registry", "-o", "json"))
    assert found["status"]["availableReplicas"] == 1
    pods = kubectl("get", "pods", "-n", "registry", "-l", "app=web", "-o", "name")
    assert pods.startswith("pod/web-")
    assert "node-1" in kubectl("get", "nodes")


def test_applying_again_changes_nothing(kubectl, cluster):
    apply(kubectl, everything())
    available(kubectl)
    cluster.settle()
    before = cluster.get("Deployment", "registry", "web")
    apply(kubectl, everything())
    assert cluster.get("Deployment", "registry", "web") == before


def test_diff(kubectl):
    apply(kubectl, everything())
    kubectl("diff", "--server-side", MANAGER, "-f", "-", documents=everything())
    changed = everything(replicas=2)
    found = kubectl("diff", "--server-side", MANAGER, "-f", "-", documents=changed, code=1)
    assert "-  replicas: 1" in found
    assert "+  replicas: 2" in found


def test_a_conflict_is_named(kubectl):
    apply(kubectl, everything())
    change = '{"spec":{"replicas":3}}'
    kubectl("patch", "-n", "registry", "deployment/web", "--type=merge", "-p", change)
    found = apply(kubectl, everything(), code=1)
    assert "conflict" in found
    assert ".spec.replicas" in found
    apply(kubectl, everything(), "--force-conflicts")


def test_an_unknown_field_is_refused(kubectl):
    wrong = samples.deployment() | {"spec": samples.deployment()["spec"] | {"replica": 1}}
    found = apply(kubectl, [everything()[0], wrong], code=1)
    assert "field not declared in schema" in found


def test_rollout_restart(kubectl):
    apply(kubectl, everything())
    available(kubectl)
    old = kubectl("get", "pods", "-n", "registry", "-o", "name")
    kubectl("rollout", "restart", "-n", "registry", "deployment/web")
    found = kubectl("rollout", "status", "-n", "registry", "deployment/web", "--timeout=60s")
    assert "successfully rolled out" in found
    assert kubectl("get", "pods", "-n", "registry", "-o", "name") != old


def test_rollout_undo(kubectl):
    apply(kubectl, everything())
    available(kubectl)
    kubectl("set", "image", "-n", "registry", "deployment/web", "app=registry:3")
    kubectl("rollout", "status", "-n", "registry", "deployment/web", "--timeout=60s")
    kubectl("rollout", "undo", "-n", "registry", "deployment/web")
    image = "jsonpath={.spec.template.spec.containers[0].image}"
    assert kubectl("get", "deployment", "web", "-n", "registry", "-o", image) == "registry:2"


def test_logs(kubectl, cluster):
    apply(kubectl, everything())
    available(kubectl)
    (pod,) = cluster.world.all("Pod", "registry")
    cluster.logs.write("registry", pod["metadata"]["name"], "app", "one", "two", "three")
    assert kubectl("logs", "-n", "registry", "deployment/web") == "one\ntwo\nthree\n"
    assert kubectl("logs", "-n", "registry", "deployment/web", "--tail=1") == "three\n"


def test_logs_are_followed(kubectl, cluster):
    apply(kubectl, everything())
    available(kubectl)
    (pod,) = cluster.world.all("Pod", "registry")
    cluster.logs.write("registry", pod["metadata"]["name"], "app", "one")
    cluster.controllers.stall("replicasets")
    follower = threading.Timer(1, cluster.world.remove, [pod])
    follower.start()
    assert kubectl("logs", "-f", "-n", "registry", pod["metadata"]["name"]) == "one\n"
    follower.join()


def test_logs_of_a_container_that_never_started(kubectl, cluster):
    cluster.controllers.fail("pull")
    apply(kubectl, everything())
    unpulled(kubectl, cluster)
    found = kubectl("logs", "-n", "registry", "deployment/web", code=1)
    assert "is waiting to start: trying and failing to pull image" in found


def test_describe(kubectl, cluster):
    cluster.controllers.fail("pull", "registry:2")
    apply(kubectl, everything())
    unpulled(kubectl, cluster)
    found = kubectl("describe", "pod", "-n", "registry", "-l", "app=web")
    assert "Failed to pull image" in found
    assert "Bound" in kubectl("describe", "pvc", "data", "-n", "registry")
    found = kubectl("describe", "deployment", "web", "-n", "registry")
    assert "MinimumReplicasUnavailable" in found


def test_events(kubectl):
    apply(kubectl, everything())
    available(kubectl)
    found = kubectl("events", "-n", "registry")
    assert "waiting for first consumer to be created before binding" in found


def test_delete(kubectl, cluster):
    apply(kubectl, everything())
    available(kubectl)
    kubectl("delete", "-n", "registry", "deployment/web", "--timeout=60s")
    cluster.settle()
    assert cluster.world.all("Pod", "registry") == []
    kubectl("delete", "namespace", "registry", "--timeout=60s")
    assert cluster.get("Namespace", None, "registry") is None
    assert "(NotFound)" in kubectl("get", "namespace", "registry", code=1)


def test_wait_is_told_of_a_namespace_that_stays(kubectl, cluster):
    held = samples.config("kept")
    held["metadata"]["finalizers"] = ["example.com/hold"]
    apply(kubectl, [*everything()[:1], held])
    kubectl("delete", "namespace", "registry", "--wait=false")
    cluster.settle()
    found = kubectl("describe", "namespace", "registry")
    assert "example.com/hold in 1 resource instances" in found
    assert "Terminating" in found


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (
            faults.forbidden("dev"),
            'User "dev" cannot patch resource "deployments" in API group "apps"',
        ),
        (faults.timed_out(), "may still be processing the request"),
        (faults.internal(), "etcdserver: leader changed"),
    ],
)
def test_faults_reach_people(kubectl, cluster, fault, text):
    apply(kubectl, everything()[:1])
    cluster.faults.add(fault, verb="patch", kind="Deployment")
    assert text in apply(kubectl, [everything()[3]], code=1)


def test_too_many_requests_are_sent_again(kubectl, cluster):
    rule = cluster.faults.add(faults.too_many(1), verb="patch", kind="Namespace")
    apply(kubectl, everything()[:1])
    assert len(rule.met) == 1


def test_expired_credentials(kubectl, cluster):
    cluster.expire_credentials()
    found = kubectl("get", "pods", code=1)
    assert "logged in" in found or "Unauthorized" in found


def test_wait_survives_a_dropped_watch(kubectl, cluster):
    cluster.controllers.delay(ready=1)
    apply(kubectl, everything())
    cluster.drop_watches()
    assert "condition met" in available(kubectl)


@pytest.mark.parametrize("way", ["certificate", "exec"])
def test_other_ways_to_say_who_one_is(cluster, program, tmp_path, way):
    config = cluster.kubeconfig(tmp_path / "kubeconfig", way)
    command = [program, "--kubeconfig", str(config), "get", "namespaces", "-o", "name"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert "namespace/kube-system" in done.stdout, done.stderr
