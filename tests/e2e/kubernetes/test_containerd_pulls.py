"""A real containerd pulls from our registry, whose certificate a private CA signed, by the files that node-config makes for a node."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import images
import pytest
from tests.e2e.registry_clients import clients, served
from tests.e2e.registry_clients.served import ADMIN, ADMINS_PASSWORD

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Registry]:
    with served.serving(tmp_path_factory.mktemp("registry")) as made:
        yield made


@pytest.fixture(scope="module")
def containerd() -> Iterator[clients.Ctr]:
    with clients.ctr() as made:
        yield made


@pytest.fixture
def image(registry: served.Registry, tmp_path: Path) -> str:
    """An image in the registry that no node has yet."""
    images.image(tmp_path / "in", [20_000])
    name = f"{registry.host}/team/{uuid.uuid4().hex}:1"
    with clients.skopeo() as skopeo:
        login = ("--dest-creds", f"{ADMIN}:{ADMINS_PASSWORD}")
        skopeo(registry, "copy", *login, f"oci:{tmp_path}/in:latest", f"docker://{name}")
    return name


def node_config(registry: served.Registry, root: Path, *words: str, trust: str = "ca") -> Path:
    """Installs a node's files below a root; the folder that containerd looks in."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(root),
        "HOMEPORT_REGISTRY_HOSTNAME": "localhost",
        "HOMEPORT_KUBERNETES_NODE_TRUST": trust,
        "HOMEPORT_ADMIN_PASSWORD": ADMINS_PASSWORD,
    }
    command = [sys.executable, "-m", "homeport", "node-config", "--form", "containerd", "--install"]
    places = ["--ca-file", str(registry.ca), "--port", str(registry.port), "--root", str(root)]
    subprocess.run(
        [*command, *places, *words],
        env=environment,
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return root / "etc/containerd/certs.d"


def pull(
    containerd: clients.Ctr, hosts: Path, image: str, *words: str, **options: object
) -> clients.Done:
    """`ctr images pull` as a node has it."""
    own = ("--hosts-dir", hosts, "--snapshotter", "native")
    return containerd._run("images", "pull", *own, *words, image, **options)


LOGIN = ("--user", f"{ADMIN}:{ADMINS_PASSWORD}")


@pytest.mark.parametrize("trust", ["ca", "insecure"])
def test_pulls_with_the_password_of_the_file(
    containerd: clients.Ctr, registry: served.Registry, image: str, tmp_path: Path, trust: str
) -> None:
    hosts = node_config(registry, tmp_path, "--with-password", trust=trust)
    pull(containerd, hosts, image)
    listed = containerd._run("images", "list", "--quiet").stdout
    assert image in listed.splitlines()


def test_pulls_with_the_password_of_the_pod(
    containerd: clients.Ctr, registry: served.Registry, image: str, tmp_path: Path
) -> None:
    hosts = node_config(registry, tmp_path)
    pull(containerd, hosts, image, *LOGIN)
    assert image in containerd._run("images", "list", "--quiet").stdout.splitlines()


def test_without_a_password_the_registry_refuses(
    containerd: clients.Ctr, registry: served.Registry, image: str, tmp_path: Path
) -> None:
    done = pull(containerd, node_config(registry, tmp_path), image, check=False)
    assert done.returncode != 0
    assert "401" in done.stderr or "authorization failed" in done.stderr, done.stderr


def test_what_the_system_trusts_is_not_enough_for_a_private_authority(
    containerd: clients.Ctr, registry: served.Registry, image: str, tmp_path: Path
) -> None:
    hosts = node_config(registry, tmp_path, trust="system")
    done = pull(containerd, hosts, image, *LOGIN, check=False)
    assert done.returncode != 0
    assert "x509" in done.stderr, done.stderr


def test_an_image_that_is_not_there_is_said_to_be_so(
    containerd: clients.Ctr, registry: served.Registry, tmp_path: Path
) -> None:
    """By the host, and by `server`, which has the last word."""
    hosts = node_config(registry, tmp_path, "--with-password")
    done = pull(containerd, hosts, f"{registry.host}/team/none:1", check=False)
    assert done.returncode != 0
    assert "not found" in done.stderr, done.stderr
