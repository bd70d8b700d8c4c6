"""A restart is a new pod, awaited."""

import dataclasses
import re

import pytest
from tests.apiserver.cluster import Cluster
from tests.stack.rules import examples
from tests.targets.kubernetes.checking import deployed

from homeport import errors
from homeport.clock import SystemClock
from homeport.targets.kubernetes.checking import restarting

STACK = examples.planned(**examples.BUILTIN)


def quick(stack):
    its = dataclasses.replace(stack.chosen.kubernetes, timeout_s=1)
    return stack._replace(chosen=dataclasses.replace(stack.chosen, kubernetes=its))


@pytest.fixture
def stack(tmp_path):
    with Cluster() as cluster, deployed.connected(cluster, tmp_path) as connected:
        for obj in STACK.objects:
            connected.apply(obj, is_forced=True)
        cluster.settle()
        yield cluster, connected


def pods(cluster):
    return {pod["metadata"]["uid"] for pod in cluster.world.all("Pod", "registry")}


def test_there_is_a_new_pod(stack):
    cluster, connected = stack
    before = pods(cluster)
    restarting.restart(STACK, connected, SystemClock(), "registry")
    assert len(before - pods(cluster)) == 1
    template = cluster.get("Deployment", "registry", "registry")["spec"]["template"]
    at = template["metadata"]["annotations"][restarting.RESTARTED]
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00", at)


def test_a_component_that_does_not_come_back(stack):
    cluster, connected = stack
    cluster.controllers.stop()
    with pytest.raises(errors.HomeportError, match="in vain for Deployment registry/registry"):
        restarting.restart(quick(STACK), connected, SystemClock(), "registry")


def test_a_component_that_is_not_there(stack):
    with pytest.raises(errors.HomeportError, match="no Deployment of dns"):
        restarting.restart(STACK, stack[1], SystemClock(), "dns")


def deployment(generation=2, **status):
    return {"spec": {"replicas": 1}, "status": {"observedGeneration": generation, **status}}


DONE = {"replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}
STATES = {
    "all is new": (deployment(**DONE), True),
    "not looked at yet": (deployment(generation=1, **DONE), False),
    "the old one is still there": (deployment(**DONE | {"replicas": 2}), False),
    "the new one is not there": (deployment(**DONE | {"updatedReplicas": 0}), False),
    "the new one is not available": (
        deployment(replicas=1, updatedReplicas=1, unavailableReplicas=1),
        False,
    ),
    "no status": ({"spec": {}}, False),
}


@pytest.mark.parametrize("name", STATES)
def test_rolled_out(name):
    found, wanted = STATES[name]
    assert restarting.is_rolled_out(found, 2) is wanted
