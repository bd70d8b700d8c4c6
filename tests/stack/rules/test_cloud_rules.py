"""The rules of the cloud on the plan and on the cluster."""

import json

import pytest
from tests.stack.rules import examples
from tests.stack.rules.examples import made, node

from homeport.stack.rules.checking import Outcome
from homeport.stack.rules.cloud import choices, deployment, images
from homeport.stack.rules.cloud.images import Edition

VARIABLES = {
    "a service is missing": ("cloud-services", "SERVICES", "s3,sqs,sns,dynamodb", "lambda is"),
    "two are missing": ("cloud-services", "SERVICES", "s3, sqs, sns", "dynamodb, lambda are"),
    "none": ("cloud-services", "SERVICES", "", "missing"),
    "more than needed": ("cloud-services", "SERVICES", "iam,lambda,dynamodb,sns,sqs,s3", ""),
    "persistence is off": ("cloud-persistence", "PERSISTENCE", "0", "must be '1'"),
    "persistence is true": ("cloud-persistence", "PERSISTENCE", "true", "must be '1'"),
    "the folder is elsewhere": ("cloud-data-dir", "DATA_DIR", "/tmp/localstack", "is mounted at"),
    "the folder is beside": ("cloud-data-dir", "DATA_DIR", "/var/lib/localstack2", "is mounted at"),
    "the folder is inside": ("cloud-data-dir", "DATA_DIR", "/var/lib/localstack/data", ""),
}


@pytest.mark.parametrize("name", VARIABLES)
def test_variables(name):
    rule, variable, value, text = VARIABLES[name]
    stack = examples.planned()
    examples.variable(stack, variable, value)
    checked = examples.on_plan(rule, stack)
    assert text in examples.said(checked)
    assert checked.outcome is (Outcome.FAILED if text else Outcome.PASSED)


def test_a_subset_of_services_is_found():
    checked = examples.on_plan("cloud-services", examples.planned(HOMEPORT_CLOUD_SERVICES="s3"))
    assert "sqs, sns, dynamodb, lambda are missing" in examples.said(checked)


def test_no_claim_for_the_folder():
    stack = examples.planned()
    examples.container(stack, "localstack")["volumeMounts"] = []
    said = examples.said(examples.on_plan("cloud-data-dir", stack))
    assert "no path" in said
    assert "no claim is mounted there" in said


EDITIONS = {
    "localstack/localstack": Edition.LICENSED,
    "localstack/localstack:latest": Edition.LICENSED,
    "localstack/localstack:s3-latest": Edition.LICENSED,
    "localstack/localstack:2026.03.0": Edition.LICENSED,
    "localstack/localstack:2027.1": Edition.LICENSED,
    "localstack/localstack-pro:4.3": Edition.LICENSED,
    "registry.lan:5000/localstack/localstack:4.14.0": Edition.FREE,
    "localstack/localstack:3": Edition.FREE,
    "localstack/localstack:1.0.0": Edition.FREE,
    "localstack/localstack:4.14.0@sha256:" + "a" * 64: Edition.FREE,
    "localstack/localstack:0.14.5": Edition.OLD,
    "localstack/localstack@sha256:" + "a" * 64: Edition.UNKNOWN,
    "localstack/localstack:nightly-of-ours": Edition.UNKNOWN,
    "gresau/localstack-persist:3": Edition.UNKNOWN,
    "team/localstack:3": Edition.UNKNOWN,
}


@pytest.mark.parametrize("image", EDITIONS)
def test_editions(image):
    assert images.edition(image) is EDITIONS[image]


PERSISTENCE = {
    "localstack/localstack:4.14.0": (Outcome.FAILED, "ignores it"),
    "localstack/localstack:0.14.5": (Outcome.FAILED, "before 1.0"),
    "gresau/localstack-persist:3": (Outcome.WARNED, "cannot be told"),
    "localstack/localstack-pro:4.3": (Outcome.PASSED, ""),
}


@pytest.mark.parametrize("image", PERSISTENCE)
def test_images_that_keep_nothing(image):
    outcome, text = PERSISTENCE[image]
    checked = examples.on_plan("cloud-persistence", examples.planned(HOMEPORT_CLOUD_IMAGE=image))
    assert checked.outcome is outcome
    assert text in examples.said(checked)
    assert outcome is not Outcome.FAILED or 'cloud.engine = "builtin"' in examples.said(checked)


TOKEN = "LOCALSTACK_AUTH_TOKEN"


def held(**data):
    return made("v1", "Secret", "localstack-config", "localstack", stringData=data)


TOKENS = {
    "none": ({}, [], Outcome.FAILED),
    "in the settings": ({"HOMEPORT_CLOUD_AUTH_TOKEN": "t"}, [], Outcome.PASSED),
    "in a variable": ({"HOMEPORT_CLOUD_ENVIRONMENT": json.dumps({TOKEN: "t"})}, [], Outcome.PASSED),
    "in a Secret that is there": ({}, [held(**{TOKEN: "t"})], Outcome.PASSED),
    "in a Secret, and empty": ({}, [held(**{TOKEN: " "})], Outcome.FAILED),
    "in a Secret, under another key": ({}, [held(TOKEN="t")], Outcome.FAILED),
    "not needed by an older image": (
        {"HOMEPORT_CLOUD_IMAGE": "localstack/localstack:4.14.0"},
        [],
        Outcome.PASSED,
    ),
    "not needed by Homeport's own": (examples.BUILTIN, [], Outcome.SKIPPED),
}


@pytest.mark.parametrize("name", TOKENS)
def test_tokens(name):
    environment, objects, outcome = TOKENS[name]
    stack = examples.planned(**({"HOMEPORT_CLOUD_AUTH_TOKEN": ""} | examples.GOOD | environment))
    cluster = examples.good()
    cluster.objects += objects
    checked = examples.on_cluster("cloud-auth-token", stack, cluster)
    assert checked.outcome is outcome
    for choice in ("cloud.engine", "HOMEPORT_CLOUD_AUTH_TOKEN", "localstack:4.14.0"):
        assert outcome is not Outcome.FAILED or choice in examples.said(checked)


DOCKER, CONTAINERD = "docker://28.1.1", "containerd://2.2.5-k3s1"
SOCKETS = {
    "all nodes run Docker": ({}, [DOCKER, DOCKER], Outcome.PASSED),
    "none does": ({}, [CONTAINERD], Outcome.FAILED),
    "one of two does": ({}, [DOCKER, CONTAINERD], Outcome.WARNED),
    "the engine needs none": (examples.BUILTIN, [CONTAINERD], Outcome.SKIPPED),
    "none is wanted": ({"HOMEPORT_CLOUD_DOCKER_SOCKET": "none"}, [CONTAINERD], Outcome.SKIPPED),
    "no functions": ({"HOMEPORT_CLOUD_SERVICES": "s3"}, [CONTAINERD], Outcome.SKIPPED),
}


@pytest.mark.parametrize("name", SOCKETS)
def test_docker_sockets_of_nodes(name):
    environment, runtimes, outcome = SOCKETS[name]
    cluster = examples.good()
    cluster.objects = [node(f"node-{at}", each) for at, each in enumerate(runtimes)]
    stack = examples.planned(**environment)
    checked = examples.on_cluster("cloud-docker-socket", stack, cluster)
    assert checked.outcome is outcome
    for choice in ("cloud.engine", "cloud.docker_socket", "--docker"):
        assert outcome is not Outcome.FAILED or choice in examples.said(checked)


def test_the_socket_is_mounted():
    stack = examples.planned()
    assert examples.on_plan("cloud-docker-socket", stack).outcome is Outcome.PASSED
    examples.container(stack, "localstack")["volumeMounts"].pop()
    assert "does not see" in examples.said(examples.on_plan("cloud-docker-socket", stack))


def test_doing_without_functions_is_said():
    stack = examples.planned(HOMEPORT_CLOUD_DOCKER_SOCKET="none")
    checked = examples.on_plan("cloud-docker-socket", stack)
    assert checked.outcome is Outcome.WARNED
    assert "no function of Lambda runs" in examples.said(checked)


EDGES = {
    "off": ({"HOMEPORT_CLOUD_EDGE": "off"}, Outcome.SKIPPED, ""),
    "nobody has said": ({"HOMEPORT_CLOUD_EDGE": "ask"}, Outcome.WARNED, "everyone"),
    "open": ({"HOMEPORT_CLOUD_EDGE": "open"}, Outcome.WARNED, "edge_networks"),
    "open to some": (
        {"HOMEPORT_CLOUD_EDGE": "open", "HOMEPORT_CLOUD_EDGE_NETWORKS": "10.0.0.0/8"},
        Outcome.PASSED,
        "",
    ),
}


@pytest.mark.parametrize("name", EDGES)
def test_the_edge(name):
    environment, outcome, text = EDGES[name]
    checked = examples.on_plan("cloud-edge", examples.planned(**environment))
    assert checked.outcome is outcome
    assert text in examples.said(checked)
    assert outcome is not Outcome.WARNED or "root on the node" in examples.said(checked)


def test_whose_cloud_runs_is_told_by_where_it_runs():
    class Running:
        def __init__(self, cluster):
            self.cluster = cluster

    ours, theirs = examples.planned(**examples.BUILTIN), examples.planned()
    assert deployment.is_homeports(theirs, Running(None))
    assert deployment.is_homeports(ours, Running(examples.good()))
    assert not deployment.is_homeports(theirs, Running(examples.good()))
    assert "--docker" in choices.functions(is_homeports=False)
    assert "localstack-pro" in choices.persistence(is_homeports=False)
    assert "Docker" not in choices.functions(is_homeports=True)
