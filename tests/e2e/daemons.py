"""A real dockerd and a real containerd with everything of their own: root, socket, state; nothing of the machine's is touched."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import harness
import pytest

START_LIMIT_S = 30.0


@contextlib.contextmanager
def _daemon(
    command: list[str], ready: list[str], folder: Path, environment: dict[str, str]
) -> Iterator[None]:
    log = (folder / "daemon.log").open("wb")
    process = subprocess.Popen(
        command, stdout=log, stderr=log, env=environment, start_new_session=True
    )
    try:
        deadline = time.monotonic() + START_LIMIT_S
        while harness.run(*ready, check=False, env=environment).returncode != 0:
            if process.poll() is not None or time.monotonic() > deadline:
                words = (folder / "daemon.log").read_text(errors="replace")[-600:]
                pytest.skip(f"{command[0]} cannot run here: {words}")
            time.sleep(0.3)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.close()
        _unmount_below(folder)


def _unmount_below(folder: Path) -> None:
    """dockerd mounts its own folder onto itself, and leaves that behind where it fails to start."""
    mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for path in sorted(mounted, reverse=True):
        if Path(path).is_relative_to(folder):
            harness.run(harness.tool("umount"), "-l", path)


def _root_only() -> None:
    if os.geteuid() != 0:
        pytest.skip("container daemons need root here")


@contextlib.contextmanager
def dockerd(folder: Path, environment: dict[str, str]) -> Iterator[harness.Client]:
    """A Docker engine; yields its client."""
    _root_only()
    folder.mkdir()
    socket = folder / "docker.sock"
    (folder / "empty.json").write_text("{}")
    flags = [
        "--iptables=false",
        "--ip6tables=false",
        "--ip-masq=false",
        "--bridge=none",
        "--storage-driver",
        "vfs",
    ]
    places = [
        "--data-root",
        "data",
        "--exec-root",
        "exec",
        "--pidfile",
        "pid",
        "--config-file",
        "empty.json",
    ]
    places = [str(folder / part) if not part.startswith("--") else part for part in places]
    command = [harness.tool("dockerd"), "--host", f"unix://{socket}", *places, *flags]
    client = harness.tool("docker")
    own = {
        **environment,
        "DOCKER_HOST": f"unix://{socket}",
        "DOCKER_CONFIG": str(folder / "config"),
    }
    with _daemon(command, [client, "version"], folder, own):
        yield lambda *arguments, **options: harness.run(client, *arguments, env=own, **options)


CONTAINERD = """\
version = 2
root = "{folder}/root"
state = "{folder}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "{folder}/containerd.sock"
[ttrpc]
address = "{folder}/ttrpc.sock"
"""


@contextlib.contextmanager
def containerd(folder: Path, environment: dict[str, str]) -> Iterator[harness.Client]:
    """A containerd; yields its client ctr."""
    _root_only()
    folder.mkdir()
    (folder / "config.toml").write_text(CONTAINERD.format(folder=folder))
    own = [harness.tool("ctr"), "--address", str(folder / "containerd.sock")]
    command = [harness.tool("containerd"), "--config", str(folder / "config.toml")]
    with _daemon(command, [*own, "version"], folder, environment):
        yield lambda *arguments, **options: harness.run(
            *own, *arguments, env=environment, **options
        )
