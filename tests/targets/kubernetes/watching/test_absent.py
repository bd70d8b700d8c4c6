"""Components without a Deployment: applied in part, destroyed, kept."""

from __future__ import annotations

from tests.targets.kubernetes.watching import deployed
from tests.targets.kubernetes.watching.deployed import Stack

from homeport.stack.lifecycle import State


def half_applied():
    stack = Stack()
    stack.create(*deployed.objects(stack.parts["registry"])[:-1])
    return stack


def kept(stack, policy="Retain", **marks):
    """The registry is destroyed; its volume stays."""
    claim = stack.get("PersistentVolumeClaim", "registry", "registry-storage")
    volume = stack.cluster.get("PersistentVolume", None, claim["spec"]["volumeName"])
    volume["metadata"]["labels"] = marks
    stack.change(volume, persistentVolumeReclaimPolicy=policy)
    for kind, name in (
        ("Deployment", ""),
        ("Certificate", ""),
        ("Service", ""),
        ("PersistentVolumeClaim", "registry-storage"),
    ):
        stack.remove(stack.get(kind, "registry", name))
    return stack


def test_an_apply_that_is_under_way():
    row = half_applied().row()
    assert (row.state, row.reason) == (State.PENDING, "Incomplete")
    assert row.message == "Its Deployment is not there yet."


def test_a_claim_that_no_deployment_will_ever_use_is_our_own_fault():
    stack = half_applied()
    stack.cluster.advance(120)
    row = stack.row()
    assert (row.state, row.reason) == (State.PENDING, "WaitForFirstConsumer")
    assert "no Deployment" in row.message
    assert "fault of Homeport" in row.hint


def test_an_apply_without_a_volume_that_was_interrupted():
    stack = Stack()
    stack.create(*deployed.objects(stack.parts["registry-ui"])[:-1])
    stack.cluster.advance(120)
    row = stack.row("registry-ui")
    assert (row.state, row.message) == (State.PENDING, "Its Deployment is not there.")


def test_a_namespace_alone_is_nothing():
    stack = Stack()
    stack.create(deployed.namespace(stack.parts["registry"]))
    assert stack.row().state is State.INITIAL


def test_a_claim_that_was_kept():
    stack = Stack().apply("registry")
    for kind in ("Deployment", "Certificate", "Service"):
        stack.remove(stack.get(kind, "registry"))
    row = stack.row()
    assert (row.state, row.reason) == (State.TERMINATED, "VolumeKept")
    assert row.volume in row.message
    assert "brings it back" in row.hint


def test_a_volume_that_was_kept():
    row = kept(Stack().apply("registry"), **deployed.OURS).row()
    assert (row.state, row.reason, row.size) == (State.TERMINATED, "VolumeKept", "30Gi")


def test_the_others_of_a_stack_with_a_kept_volume_are_terminated_too():
    report = kept(Stack().apply("registry"), **deployed.OURS).report()
    assert [row.state for row in report.rows] == [State.TERMINATED] * 3
    assert report.rows[1].hint == "homeport apply deploys it."


def test_a_volume_of_somebody_else_is_none_of_ours():
    assert kept(Stack().apply("registry")).row().state is State.INITIAL


def test_a_namespace_that_is_going_and_what_holds_it():
    stack = Stack().apply("registry")
    claim = stack.get("PersistentVolumeClaim", "registry", "registry-storage")
    claim["metadata"]["finalizers"] = ["example.com/slow"]
    stack.cluster.world.save(claim)
    stack.remove(stack.cluster.get("Namespace", None, "registry"))
    row = stack.row()
    assert (row.state, row.reason) == (State.TERMINATED, "Terminating")
    assert "example.com/slow" in row.message
    assert row.since == stack.clock.now()


def test_who_saw_it_knows_that_it_was_destroyed():
    stack = Stack().apply("registry")
    before = stack.report()
    row = kept(stack, "Delete").row(before=before)
    assert (row.state, row.reason, row.since) == (State.TERMINATED, "Destroyed", stack.clock.now())
    assert stack.row().state is State.INITIAL


def test_who_saw_it_destroyed_goes_on_knowing_since_when():
    stack = Stack().apply("registry")
    before = stack.report()
    after = kept(stack, "Delete").report(before)
    then = stack.clock.now()
    stack.cluster.advance(60)
    assert stack.row(before=after).since == then
