"""What an engine is told about a container."""

from pathlib import Path

import pytest
from tests.aws.lambda_.executors.functions import version

from homeport.aws.lambda_ import model
from homeport.aws.lambda_.executors import commands, runtime_images
from homeport.aws.lambda_.executors.base import MissingRuntime, Plan, StartFailed
from homeport.aws.lambda_.executors.commands import Command
from homeport.aws.lambda_.executors.docker import containers
from homeport.aws.lambda_.executors.docker import engine as sockets
from homeport.aws.lambda_.executors.docker.containers import Engine
from homeport.aws.lambda_.executors.docker.pulling import Pulling
from homeport.aws.lambda_.images import place
from homeport.aws.lambda_.invoking.functions import Code

DIGEST = "sha256:" + "1" * 64


DOCKER = Engine(4, is_podman=False)


def plan(made=None, task=Path("/data/code"), layers=(), environment=None):
    return Plan(
        "e1",
        made or version("python3.12"),
        Code(task, layers),
        environment or {"AWS_REGION": "eu-west-1"},
        "127.0.0.1:9001",
        lambda _: None,
        lambda: False,
    )


def container(made=None, own=None, layers=None, engine=DOCKER, **more):
    planned = plan(made, **more)
    run = commands.command(planned)
    return containers.container(planned, run, "sha256:aa", own or {}, layers, engine, "stack-1")


def test_a_container_of_a_zip_function():
    assert container(layers=Path("/data/layer")) == {
        "Image": "sha256:aa",
        "Cmd": ["app.handler"],
        "Env": [
            "AWS_REGION=eu-west-1",
            "LAMBDA_TASK_ROOT=/var/task",
            "AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001",
        ],
        "User": "993:990",
        "AttachStdout": True,
        "AttachStderr": True,
        "Labels": {
            "homeport.functions": "stack-1",
            "homeport.function": "arn:aws:lambda:us-east-1:000000000000:function:f",
        },
        "HostConfig": {
            "NetworkMode": "host",
            "Mounts": [
                {"Type": "bind", "Source": "/data/code", "Target": "/var/task", "ReadOnly": True},
                {"Type": "bind", "Source": "/data/layer", "Target": "/opt", "ReadOnly": True},
            ],
            "Tmpfs": {"/tmp": "rw,exec,nosuid,nodev,size=512m,uid=993,gid=990"},
            "ReadonlyRootfs": True,
            "Memory": 256 << 20,
            "MemorySwap": 256 << 20,
            "NanoCpus": 1_000_000_000,
            "PidsLimit": 1024,
            "Ulimits": [{"Name": "nofile", "Soft": 1024, "Hard": 1024}],
            "CapDrop": ["ALL"],
            "SecurityOpt": ["no-new-privileges"],
            "Init": False,
            "LogConfig": {"Type": "none"},
        },
    }


def test_podman_knows_no_owners_of_a_tmpfs():
    made = container(engine=Engine(1, is_podman=True))
    assert made["HostConfig"]["Tmpfs"] == {"/tmp": "rw,exec,nosuid,nodev,size=512m,mode=1777"}


@pytest.mark.parametrize(
    ("memory_mb", "there", "cpus"),
    [(128, 8, 1.0), (1769, 8, 1.0), (3538, 8, 2.0), (10_240, 2, 2.0), (10_240, 0, 1.0)],
)
def test_processors_follow_memory(memory_mb, there, cpus):
    made = container(
        version("python3.12", memory_mb=memory_mb), engine=Engine(there, is_podman=False)
    )
    assert made["HostConfig"]["NanoCpus"] == cpus * 1_000_000_000


IMAGE = model.Image("app:1", DIGEST, ("/entry",), ("own.handler",), "/work")


def test_a_container_of_an_image():
    made = container(
        version("", "", package_type=model.IMAGE, image=IMAGE),
        own={"LANG": "C", "PATH": "/app/bin"},
        task=None,
        environment={"LANG": "en_US.UTF-8", "TZ": ":UTC"},
    )
    assert (made["Entrypoint"], made["Cmd"], made["WorkingDir"]) == (
        ["/entry"],
        ["own.handler"],
        "/work",
    )
    assert made["HostConfig"]["Mounts"] == []
    assert set(made["Env"]) >= {"LANG=C", "TZ=:UTC", "PATH=/app/bin"}


def test_what_an_image_says_itself_is_left_to_it():
    bare = model.Image("app:1", DIGEST)
    made = container(version("", "", package_type=model.IMAGE, image=bare), task=None)
    assert {"Entrypoint", "Cmd", "WorkingDir"}.isdisjoint(made)


@pytest.mark.parametrize("where", ["task", "layer"])
def test_a_runtime_that_comes_along(tmp_path, where):
    for name in ("task", "layer"):
        (tmp_path / name).mkdir()
    (tmp_path / where / "bootstrap").touch()
    planned = plan(version("provided.al2023"), tmp_path / "task", (tmp_path / "layer",))
    inside = {"task": "/var/task", "layer": "/opt"}[where]
    assert commands.command(planned) == Command(
        (f"{inside}/bootstrap",), ("app.handler",), "/var/task"
    )


def test_a_runtime_that_does_not_come_along(tmp_path):
    with pytest.raises(StartFailed, match="has no bootstrap"):
        commands.command(plan(version("provided.al2023"), tmp_path))


@pytest.mark.parametrize(
    ("runtime", "tag"),
    [
        ("python3.12", "python:3.12"),
        ("nodejs20.x", "nodejs:20"),
        ("ruby3.3", "ruby:3.3"),
        ("java21", "java:21"),
        ("java8.al2", "java:8.al2"),
        ("dotnet8", "dotnet:8"),
        ("go1.x", "go:1"),
        ("provided", "provided:alami"),
        ("provided.al2", "provided:al2"),
        ("provided.al2023", "provided:al2023"),
    ],
)
def test_awss_images(runtime, tag):
    assert runtime_images.of(version(runtime)) == f"public.ecr.aws/lambda/{tag}"


@pytest.mark.parametrize("runtime", ["cobol1", "", "python3.12; x", "python3.12/../../evil"])
def test_runtimes_without_an_image(runtime):
    with pytest.raises(MissingRuntime, match="there is no image"):
        runtime_images.of(version(runtime))


def test_the_name_of_an_image_of_the_stack():
    ours = place.own("0.0.0.0", 5000, [], is_tls=True, ca=Path())
    made = version("", "", package_type=model.IMAGE, image=IMAGE)
    assert Pulling(sockets.Engine("s"), ours).name(made) == f"localhost:5000/app@{DIGEST}"
    with pytest.raises(MissingRuntime, match="there is no registry"):
        Pulling(sockets.Engine("s"), None).name(made)
