"""docker and containerd, real daemons, push and pull an image of 1 GiB."""

from __future__ import annotations

import json

import daemons
import harness
import images
import pytest
from test_skopeo import credentials, skopeo

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
MIB = images.MIB


@pytest.fixture
def pushed(stack, tmp_path):
    """An image of 1 GiB in the registry; its name and digest."""
    digest = images.image(tmp_path / "in", [256 * MIB] * 4)
    name = f"{stack.registry}/big/image:v1"
    source = f"oci:{tmp_path}/in:latest"
    skopeo(
        stack,
        "copy",
        "--preserve-digests",
        "--dest-creds",
        credentials(stack),
        source,
        f"docker://{name}",
    )
    return name, digest


def test_docker_logs_in_pulls_runs_and_pushes(stack, pushed, short_path):
    name, digest = pushed
    with daemons.dockerd(short_path / "docker", stack.environment) as docker:
        docker("login", stack.registry, "-u", "admin", "--password-stdin", input=harness.PASSWORD)
        assert digest in docker("pull", name).stdout
        copy = f"{stack.registry}/again/image:v2"
        docker("tag", name, copy)
        docker("push", copy)
        docker("rmi", name, copy)
        docker("pull", copy)
        inspected = json.loads(docker("inspect", copy).stdout)[0]
        assert len(inspected["RootFS"]["Layers"]) == 4
        docker("rmi", copy)


def test_docker_runs_what_it_pulled(stack, tmp_path, short_path):
    busybox = harness.tool("busybox")
    images.image(tmp_path / "in", [1000], {"bin/busybox": busybox})
    name = f"{stack.registry}/hello:1"
    skopeo(
        stack,
        "copy",
        "--dest-creds",
        credentials(stack),
        f"oci:{tmp_path}/in:latest",
        f"docker://{name}",
    )
    with daemons.dockerd(short_path / "docker", stack.environment) as docker:
        docker("login", stack.registry, "-u", "admin", "--password-stdin", input=harness.PASSWORD)
        assert "hello from homeport" in docker("run", "--rm", "--network", "none", name).stdout


def test_containerd_pulls_and_pushes_over_its_own_ca(stack, pushed, tmp_path, short_path):
    name, digest = pushed
    hosts = tmp_path / "hosts" / stack.registry
    hosts.mkdir(parents=True)
    (hosts / "hosts.toml").write_text(
        f'server = "https://{stack.registry}"\n[host."https://{stack.registry}"]\n'
        f'capabilities = ["pull", "resolve", "push"]\nca = "{stack.ca}"\n'
    )
    own = ("--hosts-dir", tmp_path / "hosts", "--user", credentials(stack))
    with daemons.containerd(short_path / "containerd", stack.environment) as ctr:
        ctr("images", "pull", "--snapshotter", "native", *own, name)
        assert digest in ctr("images", "ls").stdout
        copy = f"{stack.registry}/by/ctr:1"
        ctr("images", "tag", name, copy)
        ctr("images", "push", *own, copy)
    target = f"docker://{stack.registry}/by/ctr:1"
    seen = skopeo(
        stack, "inspect", "--creds", credentials(stack), "--format", "{{.Digest}}", target
    )
    assert seen.stdout.strip() == digest
