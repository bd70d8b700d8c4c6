"""Clients of registries log in and pull once they are told whom to trust at the registry's address, and not before and after."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import harness
import images
import pytest
from tests.e2e.trust.conftest import PASSWORD, Served

pytestmark = pytest.mark.e2e
LOGIN = ("login", "-u", "admin", "--password-stdin")
LIMIT_S = 30.0


@pytest.fixture(scope="module")
def image(served: Served, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An image in the registry."""
    layout = tmp_path_factory.mktemp("layout")
    images.image(layout, [20_000])
    name = f"{served.host}/team/app:1"
    flags = ("--dest-creds", f"admin:{PASSWORD}", "--dest-tls-verify=false")
    words = ("copy", *flags, f"oci:{layout}:latest", f"docker://{name}")
    served.apart.run(harness.tool("skopeo"), "--insecure-policy", *words)
    return name


def is_content(served: Served, words: Sequence[str | Path], **options: str) -> bool:
    """Whether a client got what it wanted; where it did not, for want of trust."""
    done = served.apart.run(*words, check=False, **options)
    assert done.returncode == 0 or "unknown authority" in done.stderr, done.stdout + done.stderr
    return done.returncode == 0


def check(served: Served, store: str, words: Sequence[str | Path], **options: str) -> None:
    """Refused, then trusted, then refused."""
    assert not is_content(served, words, **options)
    assert served.trust(store) == {store: "done"}
    assert is_content(served, words, **options)
    assert served.trust(store) == {store: "unchanged"}
    assert served.trust(store, undo=True) == {store: "done"}
    assert not is_content(served, words, **options)


def test_skopeo(served: Served, image: str) -> None:
    creds = f"--creds=admin:{PASSWORD}"
    check(served, "podman", (harness.tool("skopeo"), "inspect", creds, f"docker://{image}"))


@pytest.mark.parametrize("name", ["podman", "buildah"])
def test_podman(served: Served, name: str, short_path: Path) -> None:
    flags = ("--root", short_path / "root", "--runroot", short_path / "run")
    words = (harness.tool(name), *flags, "--storage-driver", "vfs", *LOGIN, served.host)
    check(served, "podman", words, input=PASSWORD)


@contextlib.contextmanager
def daemon(served: Served, ready: Sequence[str | Path], *words: str | Path) -> Iterator[None]:
    """A daemon that sees the stores of the part."""
    process = subprocess.Popen(
        served.apart.command(*words),
        env=served.apart.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + LIMIT_S
        while served.apart.run(*ready, check=False).returncode != 0:
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.skip(f"{words[0]} cannot run here")
            time.sleep(0.3)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(LIMIT_S)


def test_docker(served: Served, short_path: Path) -> None:
    client = (harness.tool("docker"), "--host", f"unix://{short_path}/docker.sock")
    flags = "--iptables=false --ip6tables=false --ip-masq=false --bridge=none --storage-driver=vfs"
    places = [f"--{name}={short_path}/{name}" for name in ("data-root", "exec-root", "pidfile")]
    (short_path / "empty.json").write_text("{}")
    places += [f"--config-file={short_path}/empty.json", f"--host=unix://{short_path}/docker.sock"]
    with daemon(served, (*client, "version"), harness.tool("dockerd"), *flags.split(), *places):
        check(served, "docker", (*client, *LOGIN, served.host), input=PASSWORD)


CONTAINERD = """\
version = 2
root = "{0}/root"
state = "{0}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "{0}/containerd.sock"
[ttrpc]
address = "{0}/ttrpc.sock"
"""


def test_containerd(served: Served, image: str, short_path: Path) -> None:
    (short_path / "config.toml").write_text(CONTAINERD.format(short_path))
    client = (harness.tool("ctr"), "--address", short_path / "containerd.sock")
    flags = ("--snapshotter", "native", "--user", f"admin:{PASSWORD}")
    pull = ("images", "pull", "--hosts-dir", "/etc/containerd/certs.d", *flags, image)
    words = (harness.tool("containerd"), "--config", short_path / "config.toml")
    with daemon(served, (*client, "version"), *words):
        check(served, "containerd", (*client, *pull))
