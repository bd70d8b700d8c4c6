"""The states of a component as its cluster moves on, without any fault."""

from __future__ import annotations

import dataclasses

import pytest
from tests.targets.kubernetes.watching import deployed
from tests.targets.kubernetes.watching.deployed import Stack

from homeport.stack.lifecycle import State
from homeport.targets.kubernetes.watching import observe, parts

START = 1_700_000_000.0


def test_nothing_is_there():
    report = Stack().report()
    assert [row.state for row in report.rows] == [State.INITIAL] * 3
    assert all("homeport apply" in row.hint for row in report.rows)
    assert not report.is_ready


def test_all_is_ready():
    report = Stack().apply().report()
    assert report.is_ready
    assert [row.component for row in report.rows] == ["registry", "registry-ui", "cloud"]
    assert [row.since for row in report.rows] == [START] * 3


def test_a_ready_row_says_where_and_on_what():
    row = Stack().apply().row("cloud")
    assert row.url == "https://localstack.homelab.local"
    assert row.volume.startswith("pvc-")
    assert (row.size, row.restarts, row.reason, row.hint) == ("30Gi", 0, "", "")


PENDING = [
    ("provision", "ExternalProvisioning|Provisioning"),
    ("schedule", ""),
    ("mount", "ContainerCreating"),
    ("pull", "ContainerCreating"),
]


@pytest.mark.parametrize(("step", "reason"), PENDING)
def test_pending_until_the_container_starts(step, reason):
    stack = Stack(**{step: 20}).apply("registry")
    row = stack.row()
    assert (row.state, row.since) == (State.PENDING, START)
    assert row.reason in reason.split("|")
    stack.cluster.advance(21)
    assert stack.row().state is State.READY


def test_a_claim_that_waits_for_its_pod_is_pending():
    stack = Stack()
    stack.controllers.stall("scheduler")
    row = stack.apply("registry").row()
    assert (row.state, row.reason) == (State.PENDING, "WaitForFirstConsumer")
    assert "first consumer" in row.message
    assert row.pod.startswith("registry-")


def test_running_until_the_pod_is_ready():
    stack = Stack(ready=15).apply("registry")
    row = stack.row()
    assert (row.state, row.reason) == (State.RUNNING, "ContainersNotReady")
    assert "homeport logs registry" in row.hint
    stack.cluster.advance(16)
    ready = stack.row()
    assert (ready.state, ready.since) == (State.READY, START + 16)


def test_running_in_the_words_of_its_probe():
    stack = Stack()
    stack.fail("unready", message="HTTP probe failed with statuscode: 502")
    row = stack.apply("registry").row()
    assert (row.state, row.reason) == (State.RUNNING, "Unhealthy")
    assert row.message == "Readiness probe failed: HTTP probe failed with statuscode: 502"


def test_running_until_the_certificate_is_there():
    stack = Stack(certificate=40).apply("registry")
    row = stack.row()
    assert (row.state, row.reason) == (State.RUNNING, "DoesNotExist")
    assert "homeport doctor" in row.hint
    stack.cluster.advance(41)
    assert stack.row().state is State.READY


def test_a_pod_restart():
    """Ready, Running with one more restart, Ready: the data model's loop."""
    stack = Stack().apply("registry")
    pod = stack.pod("registry")
    status = dict(pod["status"]["containerStatuses"][0], restartCount=1, ready=False)
    ended = {
        "terminated": {"exitCode": 137, "reason": "Error", "finishedAt": "2023-11-14T22:13:20Z"}
    }
    stack.controllers.stall()
    stack.set_status(pod, containerStatuses=[dict(status, state=ended)])
    found = stack.get("Deployment", "registry")
    stack.set_status(found, availableReplicas=0)
    row = stack.row()
    assert (row.state, row.restarts, row.reason) == (State.RUNNING, 1, "Error")
    assert "exit code 137" in row.message


def test_a_pod_that_is_replaced():
    stack = Stack(pull=5).apply("registry")
    stack.cluster.advance(6)
    assert stack.row().state is State.READY
    stack.remove(stack.pod("registry"))
    assert stack.row().state is State.PENDING
    stack.cluster.advance(6)
    assert stack.row().state is State.READY


def test_a_change_that_nobody_has_looked_at_is_not_ready():
    stack = Stack().apply("registry")
    stack.controllers.stall()
    stack.change(stack.get("Deployment", "registry"), minReadySeconds=1)
    assert stack.row().state is State.PENDING


def test_scaled_to_zero():
    stack = Stack().apply("registry")
    stack.change(stack.get("Deployment", "registry"), replicas=0)
    row = stack.row()
    assert (row.state, row.reason) == (State.PENDING, "ScaledToZero")


def test_a_service_that_leads_nowhere():
    stack = Stack().apply("registry")
    stack.change(stack.get("Service", "registry"), selector={"app": "another"})
    row = stack.row()
    assert (row.state, row.reason) == (State.RUNNING, "NoEndpoints")


def test_a_certificate_that_was_deleted():
    stack = Stack().apply()
    stack.remove(stack.get("Certificate", "registry"))
    row = stack.row()
    assert (row.state, row.reason) == (State.RUNNING, "CertificateMissing")


def test_without_the_ui():
    chosen = dataclasses.replace(
        deployed.CHOSEN, ui=dataclasses.replace(deployed.CHOSEN.ui, enabled=False)
    )
    report = observe.report(Stack().apply().snapshot(), chosen, "k3s")
    assert [row.component for row in report.rows] == ["registry", "cloud"]


def test_namespaces_and_names_are_those_of_the_settings():
    registry = dataclasses.replace(deployed.CHOSEN.registry, namespace="images", hostname="r.lan")
    chosen = dataclasses.replace(deployed.CHOSEN, registry=registry)
    part = parts.of(chosen)[0]
    assert (part.namespace, part.url) == ("images", "https://r.lan")
    assert {place.namespace for place in parts.places(chosen)} == {"images", "localstack", ""}


def test_a_load_balancer_without_an_address_is_a_warning():
    stack = Stack()
    stack.controllers.set(has_load_balancer=False)
    row = stack.apply("cloud").row("cloud")
    assert row.state is State.READY
    assert "localstack-edge has no address" in row.warnings[0].text
    assert "cloud.edge" in row.warnings[0].hint
