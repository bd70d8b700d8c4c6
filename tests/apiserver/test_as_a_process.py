"""`python -m tests.apiserver`: a cluster for use by hand, and by tests of other processes."""

from __future__ import annotations

import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml
from tests.apiserver import __main__ as program
from tests.apiserver.cluster import Cluster
from tests.apiserver.controllers import samples

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def process(tmp_path):
    command = [sys.executable, "-m", "tests.apiserver", "--kubeconfig", str(tmp_path / "config")]
    with subprocess.Popen(
        [*command, "--issuer", "homelab-ca", "--listen"],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as found:
        assert found.stdout.readline().startswith(program.READY)
        yield found
        found.send_signal(signal.SIGTERM)
        assert found.wait(30) == 0


def code(config, path):
    """What the address, the CA and the token of a kubeconfig are answered."""
    read = yaml.safe_load(config.read_text())
    cluster, user = read["clusters"][0]["cluster"], read["users"][0]["user"]
    authority = yaml.safe_load(f"!!binary {cluster['certificate-authority-data']}").decode()
    request = urllib.request.Request(cluster["server"] + path)
    request.add_header("Authorization", f"Bearer {user['token']}")
    context = ssl.create_default_context(cadata=authority)
    try:
        with urllib.request.urlopen(request, context=context, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_it_runs_until_it_is_told_to_stop(process, tmp_path):
    path = "/apis/cert-manager.io/v1/clusterissuers/homelab-ca"
    assert code(tmp_path / "config", path) == 200


def test_it_obeys_lines(process, tmp_path):
    process.stdin.write("expire-credentials\n")
    process.stdin.flush()
    assert process.stdout.readline() == "done: expire-credentials\n"
    assert code(tmp_path / "config", "/api/v1/nodes") == 401


def made(*words):
    return program.made(program.parser().parse_args(["--kubeconfig", "x", *words]))


def test_options():
    found = made("--without", "cert-manager.io", "--no-load-balancer", "--delay", "back-off=2")
    assert found.server.cluster.installed == ("traefik.io",)
    assert not found.world.has_load_balancer
    assert found.world.delay_s == {"back-off": 2.0}


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("", ""),
        ("# nothing", ""),
        ("fail pull registry:2", "done: fail pull registry:2"),
        ("heal", "done: heal"),
        ("stall kubelet", "done: stall kubelet"),
        ("resume", "done: resume"),
        ("endpoint registry web 10.0.0.1 5000", "done: endpoint registry web 10.0.0.1 5000"),
        ("restart", "done: restart"),
        ("drop-watches", "done: drop-watches"),
        ("endpoint registry web 127.0.0.1 5000", "endpoint: an endpoint may not be a loopback"),
        ("stall kublet", "stall: no such controller: {'kublet'}"),
        ("explode", "no such command: explode"),
    ],
)
def test_commands(line, answer):
    with Cluster(is_stepped=True) as cluster:
        assert program.obey(cluster, line).startswith(answer)


def test_a_log_line():
    with Cluster(is_stepped=True) as cluster:
        cluster.apply(samples.namespace(), samples.pod())
        program.obey(cluster, "log registry one app listening on :5000")
        assert list(cluster.logs.read("registry", "one", "", {})) == [b"listening on :5000\n"]
