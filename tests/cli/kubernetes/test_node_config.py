"""homeport node-config: what is printed, and what is installed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import yaml
from tests.cli.kubernetes.seeing import Shell
from tests.targets.kubernetes.watching.living import living

from homeport.stack.lifecycle import State

HOST = "registry.homelab.local"


@pytest.fixture
def shell(tmp_path):
    made = Shell(tmp_path)
    (tmp_path / "ca.crt").write_text(
        "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n"
    )
    return made


def run(shell, *words):
    return shell.run("node-config", "--ca-file", "ca.crt", *words)


def documents(said):
    """The files that were printed, by the path in the comment above each."""
    parts = said.split("# /")[1:]
    return {
        f"/{path.partition(',')[0]}": text for path, _, text in (p.partition("\n") for p in parts)
    }


def test_prints_the_files_and_the_secret(shell):
    done = run(shell)
    found = documents(done.stdout)
    assert done.returncode == 0, done.stderr
    assert HOST in yaml.safe_load(found["/etc/rancher/k3s/registries.yaml"])["configs"]
    assert "kubernetes.io/dockerconfigjson" in done.stdout
    assert "PASSWORD" in done.stdout


def test_says_what_comes_next(shell):
    said = run(shell).stderr
    assert "systemctl restart k3s" in said
    assert f"getent hosts {HOST}" in said
    assert f"crictl pull {HOST}/NAME:TAG" in said


def test_the_ca_comes_from_the_cluster(tmp_path):
    with living(tmp_path) as live:
        live.apply("registry")
        live.until("registry", State.READY)
        done = Shell(tmp_path, tmp_path / "kubeconfig").run("node-config")
    found = documents(done.stdout)["/etc/rancher/k3s/homeport-ca.crt"]
    assert found.startswith("-----BEGIN CERTIFICATE-----"), done.stderr


def test_no_certificate_yet(tmp_path):
    with living(tmp_path):
        done = Shell(tmp_path, tmp_path / "kubeconfig").run("node-config")
    assert done.returncode == 1
    assert "no Secret registry/registry-tls" in done.stderr
    assert "--ca-file" in done.stderr


@pytest.mark.parametrize("trust", ["system", "insecure"])
def test_no_cluster_is_asked_where_no_ca_is_needed(shell, trust):
    done = shell.run("node-config", "--kubernetes-node-trust", trust)
    assert done.returncode == 0, done.stderr
    assert "ca.crt" not in done.stdout


def test_a_password_only_on_request(shell):
    shell.environment["HOMEPORT_ADMIN_PASSWORD"] = "lovelace"
    assert "lovelace" not in run(shell).stdout
    done = run(shell, "--with-password")
    config = yaml.safe_load(documents(done.stdout)["/etc/rancher/k3s/registries.yaml"])
    assert config["configs"][HOST]["auth"] == {"username": "admin", "password": "lovelace"}
    assert "only for root (0600)" in done.stdout


def test_a_password_that_nobody_knows(shell):
    done = run(shell, "--with-password")
    assert done.returncode == 1
    assert "HOMEPORT_ADMIN_PASSWORD" in done.stderr


def install(shell, root, *words):
    root.mkdir(exist_ok=True)
    return run(shell, "--root", root, *words)


def test_installs_once_and_takes_away(shell, tmp_path):
    root = tmp_path / "node"
    done = install(shell, root, "--install")
    assert done.stdout.splitlines()[0] == f"create     {root}/etc/rancher/k3s/registries.yaml"
    assert "systemctl restart k3s" in done.stderr
    again = install(shell, root, "--install").stdout
    assert [line.split()[0] for line in again.splitlines()] == ["unchanged", "unchanged"]
    gone = install(shell, root, "--uninstall").stdout
    assert [line.split()[0] for line in gone.splitlines()] == ["remove", "remove"]


def test_says_first_what_it_does_with_the_files_of_others(shell, tmp_path):
    path = tmp_path / "node/etc/rancher/k3s/registries.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("mirrors:\n  docker.io: {endpoint: [https://cache.lan]}\n")
    said = install(shell, tmp_path / "node", "--install").stdout
    assert said.splitlines()[0] == f"change     {path} (as it is now: {path}.before-homeport)"
    assert set(yaml.safe_load(path.read_text())["mirrors"]) == {"docker.io", HOST}


def test_what_it_cannot_read_stays(shell, tmp_path):
    path = tmp_path / "node/etc/rancher/k3s/registries.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("mirrors: [")
    done = install(shell, tmp_path / "node", "--install")
    assert (done.returncode, path.read_text()) == (1, "mirrors: [")
    assert "Nothing was changed." in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("verb", ["--install", "--uninstall"])
def test_only_root_may_install_on_this_machine(shell, verb):
    # Loaded first: the interpreter may lie where nobody else can read.
    code = "import os, sys; from homeport.cli import main; from homeport.cli.kubernetes import node_config; "
    code += "os.setuid(65534); sys.exit(main.main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "node-config", verb],
        env=shell.environment | {"HOME": "/nonexistent"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Only root may" in done.stderr
    assert "sudo " in done.stderr
