"""Errors, in the words of the cluster, each with what to do."""

from __future__ import annotations

import pytest
from tests.targets.kubernetes.watching.deployed import Stack

from homeport.stack.lifecycle import State

FAILING = [
    ("pull", "", "ImagePullBackOff", "registry:2: not found", "registry.image"),
    ("pull", "401 Unauthorized", "ImagePullBackOff", "401 Unauthorized", "node-config"),
    ("pull", "tls: x509: unknown authority", "ImagePullBackOff", "x509", "node-config"),
    ("pull", "lookup r.lan: no such host", "ImagePullBackOff", "no such host", "DNS"),
    ("pull", "429 toomanyrequests", "ImagePullBackOff", "toomanyrequests", "wait"),
    (
        "crash",
        "no space left",
        "CrashLoopBackOff",
        "exit code 1",
        "homeport logs registry --target kubernetes --previous",
    ),
    (
        "schedule",
        "1 Insufficient memory",
        "FailedScheduling",
        "Insufficient memory",
        "registry.memory",
    ),
    ("schedule", "1 node(s) had untolerated taint", "FailedScheduling", "taint", "uncordon"),
    ("provision", "disk is full", "ProvisioningFailed", "disk is full", "registry-storage"),
    (
        "certificate",
        "acme: rejectedIdentifier homelab.local",
        "Failed",
        "rejected",
        "kubernetes.issuer",
    ),
    ("certificate", "the CA said no", "Failed", "the CA said no", "kubectl describe certificate"),
]


@pytest.mark.parametrize(("step", "words", "reason", "message", "hint"), FAILING)
def test_in_the_words_of_the_cluster(step, words, reason, message, hint):
    stack = Stack()
    stack.fail(step, "registry" if step in {"provision", "certificate"} else "*", words)
    row = stack.apply("registry").row()
    assert (row.state, row.reason) == (State.ERROR, reason)
    assert message in row.message
    assert hint in row.hint
    assert row.since is not None


@pytest.mark.parametrize("step", ["pull", "crash", "schedule", "provision", "certificate"])
def test_what_is_healed_gets_ready(step):
    stack = Stack()
    stack.fail(step)
    assert stack.apply("registry").row().state is State.ERROR
    stack.controllers.heal()
    stack.remove(stack.pod("registry"))
    stack.cluster.advance(3700)
    assert stack.row().state in {State.READY, State.RUNNING}


WAITING = [
    ("CreateContainerConfigError", 'secret "registry-auth" not found', "homeport apply"),
    ("CreateContainerError", "context deadline exceeded", "kubectl get events"),
    ("InvalidImageName", "couldn't parse image name", "registry.image"),
    (
        "RunContainerError",
        "exec: not found",
        "homeport logs registry --target kubernetes --previous",
    ),
    ("ErrImagePull", "server gave HTTP response to HTTPS client", "insecure"),
]


@pytest.mark.parametrize(("reason", "message", "hint"), WAITING)
def test_containers_that_wait_in_vain(reason, message, hint):
    stack = Stack(pull=100).apply("registry")
    waiting(stack, {"reason": reason, "message": message})
    row = stack.row()
    assert (row.state, row.reason, row.message) == (State.ERROR, reason, message)
    assert hint in row.hint


def waiting(stack, state, **more):
    stack.controllers.stall()
    pod = stack.pod("registry")
    row = dict(pod["status"]["containerStatuses"][0], state={"waiting": state}, **more)
    stack.set_status(pod, containerStatuses=[row])


CRASHES = [
    ({"exitCode": 137, "reason": "OOMKilled"}, "OOMKilled", "registry.memory"),
    ({"exitCode": 2, "reason": "Error"}, "CrashLoopBackOff", "--previous"),
    (
        {"exitCode": 55, "reason": "Error", "message": "LOCALSTACK_AUTH_TOKEN is missing"},
        "CrashLoopBackOff",
        "cloud.auth_token",
    ),
]


@pytest.mark.parametrize(("ended", "reason", "hint"), CRASHES)
def test_containers_that_end_again_and_again(ended, reason, hint):
    stack = Stack(pull=100).apply("registry")
    last = {"terminated": ended | {"finishedAt": "2023-11-14T22:13:25Z"}}
    waiting(stack, {"reason": "CrashLoopBackOff"}, lastState=last, restartCount=3)
    row = stack.row()
    assert (row.state, row.reason, row.restarts) == (State.ERROR, reason, 3)
    assert row.since == 1_700_000_005.0
    assert f"exit code {ended['exitCode']}" in row.message
    assert hint in row.hint


def test_a_container_that_was_out_of_memory_once_is_a_warning():
    stack = Stack().apply("registry")
    pod = stack.pod("registry")
    last = {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}
    stack.set_status(
        pod,
        containerStatuses=[
            dict(pod["status"]["containerStatuses"][0], lastState=last, restartCount=1)
        ],
    )
    row = stack.row()
    assert (row.state, row.restarts) == (State.READY, 1)
    assert "registry.memory" in row.warnings[0].hint


MOUNTS = [
    (
        "FailedMount",
        "hostPath type check failed: /var/run/docker.sock is not a socket file",
        "cloud.docker_socket",
    ),
    ("FailedMount", 'secret "registry-auth" not found', "homeport apply"),
    ("FailedAttachVolume", "Multi-Attach error for volume", "old pod"),
    ("FailedCreatePodSandBox", "network plugin is not ready", "kubectl get events"),
]


@pytest.mark.parametrize(("reason", "message", "hint"), MOUNTS)
def test_volumes_that_cannot_be_mounted(reason, message, hint):
    stack = Stack(mount=100).apply("registry")
    stack.say(stack.pod("registry"), reason, message)
    row = stack.row()
    assert (row.state, row.reason, row.message) == (State.ERROR, reason, message)
    assert hint in row.hint


def test_a_mount_that_succeeded_meanwhile_is_no_error():
    stack = Stack(mount=100).apply("registry")
    stack.say(stack.pod("registry"), "FailedMount", "timed out")
    stack.say(stack.pod("registry"), "Pulling", 'Pulling image "registry:2"', is_warning=False)
    row = stack.row()
    assert (row.state, row.reason, row.message) == (State.PENDING, "Pulling", 'image "registry:2"')


def test_events_of_an_earlier_pod_make_no_error():
    stack = Stack(mount=100).apply("registry")
    stack.say(stack.pod("registry"), "FailedMount", "timed out")
    assert stack.row().state is State.ERROR
    stack.remove(stack.pod("registry"))
    row = stack.row()
    assert (row.state, row.reason) == (State.PENDING, "ContainerCreating")


def test_a_volume_that_is_being_made_at_once_is_no_error():
    """With a class that binds at once the scheduler calls the pod unschedulable until then."""
    stack = Stack(provision=100)
    found = stack.cluster.get("StorageClass", None, "local-path")
    stack.cluster.world.save(found | {"volumeBindingMode": "Immediate"})
    row = stack.apply("registry").row()
    assert row.state is State.PENDING


def test_a_claim_without_a_class():
    stack = Stack()
    stack.controllers.stall("scheduler")
    stack.apply("registry")
    claim = stack.get("PersistentVolumeClaim", "registry", "registry-storage")
    stack.say(claim, "ProvisioningFailed", 'storageclass.storage.k8s.io "fast" not found')
    assert "kubernetes.storage_class" in stack.row().hint


def test_a_volume_that_is_lost():
    stack = Stack().apply("registry")
    stack.controllers.stall()
    claim = stack.get("PersistentVolumeClaim", "registry", "registry-storage")
    stack.set_status(claim, phase="Lost")
    row = stack.row()
    assert (row.state, row.reason) == (State.ERROR, "ClaimLost")


REFUSALS = [
    ('pods "registry-1" is forbidden: exceeded quota: small', "quota"),
    ('pods "registry-1" is forbidden: violates PodSecurity "restricted"', "pod-security"),
]


@pytest.mark.parametrize(("message", "hint"), REFUSALS)
def test_pods_that_may_not_be_made(message, hint):
    stack = Stack()
    stack.controllers.stall("replicasets")
    stack.apply("registry")
    found = stack.get("Deployment", "registry")
    row = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": message}
    stack.set_status(found, conditions=[row])
    row = stack.row()
    assert (row.state, row.reason, row.message) == (State.ERROR, "FailedCreate", message)
    assert hint in row.hint


def test_pods_that_may_not_be_made_by_their_event_alone():
    stack = Stack()
    stack.controllers.stall("replicasets")
    stack.apply("registry")
    made = stack.cluster.world.all("ReplicaSet", "registry")[0]
    stack.say(made, "FailedCreate", "exceeded quota")
    assert stack.row().reason == "FailedCreate"


def test_a_deadline_that_passed_says_what_the_probe_got():
    stack = Stack()
    stack.fail("unready", message="HTTP probe failed with statuscode: 500")
    stack.apply("registry")
    stack.cluster.advance(601)
    row = stack.row()
    assert (row.state, row.reason) == (State.ERROR, "ProgressDeadlineExceeded")
    assert "timed out progressing" in row.message
    assert "statuscode: 500" in row.message


def test_an_issuer_that_is_not_there_is_an_error_after_a_minute():
    stack = Stack()
    stack.remove(stack.cluster.get("ClusterIssuer", None, "homelab-ca"))
    stack.apply("registry")
    row = stack.row()
    assert (row.state, row.reason) == (State.RUNNING, "IssuerNotFound")
    stack.cluster.advance(61)
    row = stack.row()
    assert (row.state, row.reason) == (State.ERROR, "IssuerNotFound")
    assert "homeport doctor" in row.hint


def test_the_certificate_of_another_component_is_not_meant():
    """`registry-ui-1` begins with `registry-`, too."""
    stack = Stack()
    stack.apply("registry")
    stack.remove(stack.cluster.get("ClusterIssuer", None, "homelab-ca"))
    stack.apply("registry-ui")
    stack.cluster.advance(61)
    assert stack.row("registry-ui").reason == "IssuerNotFound"
    assert stack.row("registry").state is State.READY


def test_a_certificate_that_has_expired():
    stack = Stack().apply("registry")
    stack.controllers.stall()
    found = stack.get("Certificate", "registry")
    stack.set_status(found, notAfter="2023-11-14T22:13:20Z")
    row = stack.row()
    assert (row.state, row.reason) == (State.ERROR, "Expired")


def test_a_renewal_that_failed_is_a_warning():
    stack = Stack().apply("registry")
    stack.controllers.stall()
    found = stack.get("Certificate", "registry")
    row = {"type": "Issuing", "status": "False", "reason": "Failed", "message": "rate limited"}
    stack.set_status(found, conditions=[*found["status"]["conditions"], row])
    row = stack.row()
    assert row.state is State.READY
    assert "rate limited" in row.warnings[0].text


def test_a_pod_that_was_evicted():
    stack = Stack().apply("registry")
    stack.controllers.stall()
    stack.set_status(
        stack.pod("registry"),
        phase="Failed",
        reason="Evicted",
        message="The node was low on resource: memory.",
    )
    row = stack.row()
    assert (row.state, row.reason) == (State.ERROR, "Evicted")
