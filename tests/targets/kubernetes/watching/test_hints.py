"""What to do about a fault: each row of the table is reached, and fits."""

from __future__ import annotations

import re

import pytest
from tests.targets.kubernetes.watching import deployed

from homeport.cli import main
from homeport.stack import names
from homeport.targets.kubernetes.watching import parts
from homeport.targets.kubernetes.watching.faults import hints, pods

PARTS = {part.component: part for part in parts.of(deployed.CHOSEN)}

SAID = [
    ("ErrImagePull", "x509: certificate signed by unknown authority", "node-config"),
    ("ImagePullBackOff", "pull access denied", "{image}"),
    ("ErrImagePull", "dial tcp: i/o timeout", "network"),
    ("ErrImagePull", "toomanyrequests: You have reached your pull rate limit", "{image}"),
    ("ErrImagePull", "http: server gave HTTP response to HTTPS client", "insecure"),
    ("ErrImageNeverPull", "not present", "{image}"),
    ("InvalidImageName", "", "{image}"),
    ("CreateContainerConfigError", 'configmap "registry-config" not found', "homeport apply"),
    (
        "CreateContainerConfigError",
        "container has runAsNonRoot and image will run as root",
        "as root",
    ),
    ("OOMKilled", "", "{memory}"),
    ("CrashLoopBackOff", "No LOCALSTACK_AUTH_TOKEN configured", "cloud.engine"),
    ("CrashLoopBackOff", "exit code 1", "--previous"),
    ("StartError", "", "--previous"),
    ("FailedScheduling", "0/1 nodes are available: 1 Insufficient cpu", "{memory}"),
    ("FailedScheduling", "1 node(s) had volume node affinity conflict", "bring that node back"),
    ("FailedScheduling", 'persistentvolumeclaim "x" not found', "makes it again"),
    ("FailedScheduling", "no nodes available to schedule pods", "uncordon"),
    ("FailedScheduling", "something else", "kubectl describe pod -n {namespace} registry-1"),
    ("FailedMount", "/var/run/docker.sock is not a socket file", "cloud.docker_socket"),
    ("FailedMount", "references non-existent secret key: htpasswd", "homeport apply"),
    ("FailedMount", "timed out waiting for the condition", "kubectl describe pod"),
    ("FailedAttachVolume", "Multi-Attach error", "old pod"),
    ("FailedAttachVolume", "rpc error", "kubectl describe pvc -n {namespace} {claim}"),
    ("ProvisioningFailed", 'storageclass.storage.k8s.io "x" not found', "kubernetes.storage_class"),
    ("FailedBinding", "no storage class is set", "kubernetes.storage_class"),
    ("ClaimLost", "", "kubectl describe pvc"),
    ("FailedCreate", "exceeded quota", "quota"),
    ("FailedCreate", "violates PodSecurity", "pod-security.kubernetes.io/enforce"),
    ("FailedCreate", "because it is being terminated", "still being deleted"),
    ("FailedCreate", "admission webhook denied the request", "kubectl describe replicaset"),
    ("IssuerNotReady", "", "homeport doctor"),
    ("Expired", "", "kubectl describe certificate -n {namespace} {name}"),
    ("Failed", "acme: rejectedIdentifier", "kubernetes.issuer"),
    ("OrderFailed", "the order is invalid", "homeport doctor"),
    ("Evicted", "", "kubectl describe nodes"),
    ("ProgressDeadlineExceeded", "", "homeport logs {component}"),
    ("SomethingNew", "", "kubectl get events -n {namespace}"),
]


@pytest.mark.parametrize(("reason", "message", "hint"), SAID)
def test_the_hint_of_a_fault(reason, message, hint):
    part = PARTS["registry"]
    assert hint.format(**part._asdict()) in hints.of(part, reason, message, "registry-1")


def test_every_row_of_the_table_is_reached():
    reached = {hints.of(PARTS["registry"], reason, message, "p") for reason, message, _ in SAID}
    shown = {row.text.format(**PARTS["registry"]._asdict(), pod="p") for row in hints.TABLE}
    assert shown <= reached


@pytest.mark.parametrize("reason", sorted(pods.WAITING))
def test_every_reason_of_a_container_has_a_hint(reason):
    assert hints.of(PARTS["cloud"], reason, "") != ""


def test_commands_and_settings_that_are_named_exist():
    text = " ".join(row.text for row in hints.TABLE)
    commands = set(re.findall(r"homeport ([a-z-]+)", text))
    settings = set(re.findall(r"\b(?:cloud|kubernetes|registry|ui)\.[a-z_]+", text)) - {
        "kubernetes.io"
    }
    assert commands <= set(main.COMMANDS)
    assert settings <= set(names.BY_KEY)


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_the_settings_of_a_component_exist(part):
    assert {part.memory, part.image} <= set(names.BY_KEY)
