"""homeport doctor, of a cluster and of this machine."""

import json
import os
import pty
import socket
import subprocess
import sys

import pytest
from tests.apiserver.cluster import Cluster
from tests.cli.kubernetes.seeing import Shell

BUILTIN = ("--cloud-engine", "builtin", "--cloud-edge", "off")


@pytest.fixture
def cluster():
    with Cluster() as made:
        yield made


@pytest.fixture
def shell(cluster, tmp_path):
    return Shell(tmp_path, cluster.kubeconfig(tmp_path / "kubeconfig"))


def rules(done):
    return {row["id"]: row for row in json.loads(done.stdout)["rules"]}


def test_the_data_model_to_the_letter_on_k3s(shell):
    done = shell.run("doctor")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert "context stand-in (https://127.0.0.1:" in lines[0]
    assert "failed  cloud-auth-token" in done.stdout
    assert 'cloud.engine = "builtin"' in done.stdout
    assert lines[-1].endswith("2 failed")


def test_what_helps_helps(shell):
    done = shell.run("doctor", *BUILTIN)
    assert done.returncode == 0, done.stdout
    assert "failed" not in done.stdout


def test_what_is_accepted(shell):
    accepted = ("--accept", "cloud-auth-token", "--accept", "cloud-docker-socket")
    done = shell.run("doctor", *accepted)
    assert done.returncode == 0, done.stdout
    assert "warned  cloud-auth-token" in done.stdout


def test_json(shell):
    done = shell.run("doctor", "-o", "json")
    its = json.loads(done.stdout)
    assert (done.returncode, its["target"], its["passed"]) == (1, "kubernetes", False)
    row = rules(done)["cloud-docker-socket"]
    assert (row["outcome"], row["findings"][0]["level"]) == ("failed", "error")
    assert rules(done)["registry-https-only"]["outcome"] == "passed"


def test_names_and_local(shell):
    found = rules(shell.run("doctor", "-o", "json"))
    assert "registry-ui.homelab.local are not known on this machine" in str(found["ingress-names"])
    assert 'domain = "homelab.home.arpa"' in found["ingress-multicast"]["findings"][0]["hint"]
    known = ("--domain", "localhost", "--ui-enabled", "false", "-o", "json")
    named = ("--registry-hostname", "localhost", "--cloud-hostname", "127.0.0.1")
    row = rules(shell.run("doctor", *BUILTIN, *known, *named))["ingress-names"]
    assert row["outcome"] == "passed", row


def test_nothing_is_written_and_nothing_is_applied(shell, cluster):
    shell.run("doctor")
    assert not (shell.folder / "data").exists()
    assert cluster.get("Namespace", None, "registry") is None


def test_expired_credentials_are_said_and_the_plan_is_checked_all_the_same(shell, cluster):
    cluster.expire_credentials()
    done = shell.run("doctor", "-o", "json")
    assert done.returncode == 1
    found = rules(done)
    assert found["cluster-version"]["outcome"] == "failed"
    assert found["registry-https-only"]["outcome"] == "passed"
    assert "cluster-nodes" not in found


def test_on_a_terminal(shell):
    ours, theirs = pty.openpty()
    environment = shell.environment | {"TERM": "xterm", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "homeport", "doctor"]
    with subprocess.Popen(command, env=environment, stdout=theirs, cwd=shell.folder) as process:
        os.close(theirs)
        said = b"".join(iter(lambda: read(ours), b"")).decode()
    os.close(ours)
    assert process.returncode == 1
    for mark in ("✓ registry-https-only", "! cluster-storage-class", "✗ cloud-auth-token"):
        assert mark in said


def read(descriptor):
    try:
        return os.read(descriptor, 65_536)
    except OSError:  # Linux says EIO where the other end is closed
        return b""


# This machine


@pytest.fixture
def machine(tmp_path):
    return Shell(tmp_path, target="local")


def test_a_new_machine(machine):
    done = machine.run("doctor", "--registry-port", str(free()), "--cloud-port", str(free()))
    assert done.returncode == 0, done.stdout
    assert "passed  machine-folder" in done.stdout
    assert "skipped machine-certificate" in done.stdout
    assert "--target kubernetes looks at the cluster" in done.stdout


def test_a_port_that_is_taken(machine):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = machine.run("doctor", "-o", "json", "--registry-port", str(port))
    assert done.returncode == 1
    assert f"Port {port} of 127.0.0.1" in str(rules(done)["machine-ports"])


def free():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
