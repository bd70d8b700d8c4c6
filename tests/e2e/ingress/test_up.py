"""`homeport up` starts the ingress too, keeps it, and goes without where it must."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import harness
import pytest
from tests.apiserver import neighbours
from tests.serve import standing

pytestmark = pytest.mark.e2e

NOT_BELOW_1024 = ["setpriv", "--bounding-set=-net_bind_service"]
"""As an ordinary user may not."""
ALONE = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$0" "$@"']
"""On a machine of its own, as far as ports go."""


def made(tmp_path, **extra):
    neighbours.traefik()
    with standing.held_port() as port, standing.held_port() as plain:
        given = {
            "HOMEPORT_INGRESS_ENABLED": "auto",
            "HOMEPORT_INGRESS_PORT": str(port),
            "HOMEPORT_INGRESS_PLAIN_PORT": str(plain),
        }
        return harness.Stack(tmp_path / "data", extra=given | extra)


def status(stack):
    """The components by name, whatever their state is."""
    done = stack.homeport("status", "-o", "json", check=False)
    return {row["name"]: row for row in json.loads(done.stdout)["components"]}


def ingress(stack):
    return status(stack).get("ingress", {})


def is_ready(stack):
    return ingress(stack).get("state") == "ready"


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_traefik_that_was_killed_comes_back_and_nobody_else_notices(tmp_path):
    with made(tmp_path).running() as stack:
        standing.until(lambda: is_ready(stack), "the ingress")
        before = status(stack)
        (traefik,) = children(before["ingress"]["pid"])
        os.kill(traefik, signal.SIGKILL)
        standing.until(lambda: ingress(stack).get("restarts"), "its end")
        standing.until(lambda: is_ready(stack), "the ingress again")
        after = status(stack)
        assert "Traefik has ended by SIGKILL" in after["ingress"]["problem"]
        assert [after[name]["pid"] for name in ("registry", "cloud")] == [
            before[name]["pid"] for name in ("registry", "cloud")
        ]
        assert children(after["ingress"]["pid"]) != [traefik]


def test_what_traefik_takes_is_shown(tmp_path):
    with made(tmp_path).running() as stack:
        standing.until(lambda: is_ready(stack), "the ingress")
        assert ingress(stack)["memory"] > 60 * 2**20


def test_auto_goes_without_a_traefik_that_is_broken(tmp_path):
    broken = tmp_path / "traefik"
    broken.write_text("#!/bin/sh\necho cannot run here; exit 3\n")
    broken.chmod(0o755)
    with made(tmp_path, HOMEPORT_INGRESS_TRAEFIK=str(broken)).running() as stack:
        standing.until(lambda: "Type next" in stack.said, "the stack")
        found = status(stack)
        assert [row["state"] for row in found.values()] == ["ready", "ready", "failed"]
        assert "Traefik has ended with exit code 3" in found["ingress"]["problem"]
        assert "exit code 3" in stack.homeport("status", check=False).stderr
    assert "ingress      failed     Traefik has ended" in stack.said
    assert "By name" not in stack.said


def test_without_auto_a_traefik_that_is_broken_is_an_error(tmp_path):
    stack = made(tmp_path, HOMEPORT_INGRESS_TRAEFIK="/nowhere", HOMEPORT_INGRESS_ENABLED="true")
    done = stack.homeport("up", check=False)
    assert done.returncode == 1
    assert "/nowhere is no program that can be run." in done.stderr


def test_a_port_that_is_taken(tmp_path):
    stack = made(tmp_path, HOMEPORT_INGRESS_PORT="1")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        stack.extra["HOMEPORT_INGRESS_PORT"] = str(port)
        done = stack.homeport("up", check=False)
    assert done.returncode == 1
    assert f"port {port} of 127.0.0.1 is taken by " in done.stderr
    assert f"(pid {os.getpid()})" in done.stderr
    assert f"ss -ltnp 'sport = :{port}'" in done.stderr
    assert not (stack.data / "run" / "state.json").exists()


def alone(folder, prefix):
    """What `up` says on a machine of its own, and what a client is told there."""
    script = (
        '"$0" -m homeport up --detach && "$0" -m homeport status -o json >&2; '
        'curl -si -H "Host: registry.homelab.local" http://127.0.0.1:$PLAIN/v2/ >&2; '
        '"$0" -m homeport down'
    )
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "HOMEPORT_DATA": str(folder / "data"),
        "HOMEPORT_CONFIG": os.devnull,
        "PLAIN": "8080" if prefix else "80",
    }
    return subprocess.run(
        [*ALONE, *prefix, "sh", "-c", script, sys.executable],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd="/",
    )


@pytest.fixture
def machine():
    """A folder; skips where there is no machine of its own."""
    for program in ("unshare", "setpriv", "curl", "ip"):
        if shutil.which(program) is None:
            pytest.skip(f"needs {program}")
    if os.getuid() != 0 or subprocess.run([*ALONE, "true"], check=False).returncode != 0:
        pytest.skip("only root can make a network namespace")
    neighbours.traefik()
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def test_root_has_the_usual_ports(machine):
    done = alone(machine, [])
    assert "ingress      ready      https://registry.homelab.local\n" in done.stdout
    assert "Location: https://registry.homelab.local/v2/" in done.stderr
    assert "note: HTTPS" not in done.stderr
    assert "  docker login registry.homelab.local -u admin" in done.stdout


def test_an_ordinary_user_has_others_and_is_told_so(machine):
    done = alone(machine, NOT_BELOW_1024)
    assert "ingress      ready      https://registry.homelab.local:8443\n" in done.stdout
    assert "note: HTTPS is on port 8443: port 443 of 127.0.0.1 is for root" in done.stderr
    assert "Location: https://registry.homelab.local:8443/v2/" in done.stderr
    assert json.loads(done.stderr[done.stderr.index("{") : done.stderr.rindex("}") + 1])["running"]
