"""Pods, as a cluster is told of them.

The golden files were checked against the schemas of Kubernetes 1.33 to 1.35, in which nothing undeclared is allowed.
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.aws.lambda_.executors.functions import version

from homeport.aws.lambda_ import model
from homeport.aws.lambda_.executors.base import MissingRuntime, Plan
from homeport.aws.lambda_.executors.kubernetes import pods
from homeport.aws.lambda_.executors.kubernetes.executor import KubernetesExecutor, NotRunYet
from homeport.aws.lambda_.executors.kubernetes.pods import Cluster, Parcels
from homeport.aws.lambda_.images import place
from homeport.aws.lambda_.invoking.functions import Code

GOLDEN = Path(__file__).parent / "golden"
URL = "http://cloud.homeport.svc:4566/_lambda/packages/"
REGISTRY = place.own("registry.homelab.local", 443, [], is_tls=True, ca=Path())
CLUSTER = Cluster("home", "cloud.homeport.svc", place=REGISTRY, pull_secret="homeport-registry")
IMAGE = model.Image(
    "000000000000.dkr.ecr.us-east-1.amazonaws.com/team/app:v1",
    "sha256:" + "1" * 64,
    entry_point=("/usr/bin/env",),
    command=("app.handler", "$(HOME)"),
    working_directory="/srv",
)


def plan(made, task=None):
    return Plan(
        "3F2A9",
        made,
        Code(task),
        {"AWS_REGION": "eu-west-1", "PASSWORD": "a$(b)c"},
        "0.0.0.0:9001",
        lambda _: None,
        lambda: False,
    )


def zip_function():
    parcels = Parcels(f"{URL}aa?x=1", (f"{URL}bb", f"{URL}cc"))
    made = version("python3.12", memory_mb=3538, ephemeral_mb=1024)
    return pods.pod(plan(replace(made, architecture="arm64")), CLUSTER, parcels)


def image_function():
    made = version("", "", package_type=model.IMAGE, image=IMAGE)
    return pods.pod(plan(made), CLUSTER, Parcels())


@pytest.mark.parametrize("render", [zip_function, image_function])
def test_the_pod_is_the_golden_one(render):
    golden = GOLDEN / f"{render.__name__}.json"
    assert render() == json.loads(golden.read_text())


def test_a_runtime_that_comes_along(tmp_path):
    (tmp_path / "bootstrap").touch()
    made = pods.pod(plan(version("provided.al2023"), tmp_path), CLUSTER, Parcels(URL))
    (function,) = made["spec"]["containers"]
    assert (function["command"], function["args"]) == (["/var/task/bootstrap"], ["app.handler"])
    assert function["image"] == "public.ecr.aws/lambda/provided:al2023"


@pytest.mark.parametrize("render", [zip_function, image_function])
def test_every_container_keeps_the_restricted_standard(render):
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"""
    spec = render()["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    assert all(set(volume) == {"name", "emptyDir"} for volume in spec["volumes"])
    for container in spec["containers"] + spec.get("initContainers", []):
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize(
    ("memory_mb", "asked", "most"),
    [(128, "72m", "1000m"), (1769, "1000m", "1000m"), (3538, "2000m", "2000m")],
)
def test_processors_follow_memory(memory_mb, asked, most):
    made = pods.pod(plan(version("python3.12", memory_mb=memory_mb)), CLUSTER, Parcels(URL))
    resources = made["spec"]["containers"][0]["resources"]
    assert (resources["requests"]["cpu"], resources["limits"]["cpu"]) == (asked, most)


def test_an_image_needs_the_stacks_registry():
    made = version("", "", package_type=model.IMAGE, image=IMAGE)
    with pytest.raises(MissingRuntime, match="knows no registry"):
        pods.pod(plan(made), Cluster("home", "cloud"), Parcels())


async def test_nothing_is_run_yet_and_that_is_said_by_name():
    executor = KubernetesExecutor()
    made = version("python3.12")
    with pytest.raises(NotRunYet, match="starts no pods yet"):
        executor.check(made)
    with pytest.raises(NotRunYet):
        await executor.prepare(made)
    with pytest.raises(NotRunYet) as caught:
        await executor.start(plan(made))
    assert "HOMEPORT_FUNCTIONS_EXECUTOR=process" in caught.value.hint
    await executor.close()
