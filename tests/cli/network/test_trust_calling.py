"""The command for root that is shown, the addresses that are meant, and the CA of a cluster."""

from __future__ import annotations

import shlex
import sys

import pytest
from tests.cli.kubernetes.seeing import Shell
from tests.targets.kubernetes.watching.living import living

from homeport.cli import arguments
from homeport.cli.network import trust
from homeport.cli.network.trusting import calling, choosing
from homeport.net.trust.hosts import Host
from homeport.stack.lifecycle import State

NAME = "registry.homelab.local"


def given(*words):
    parser = arguments.Parser(words, prog="homeport trust")
    trust.configure(parser)
    return parser.given()


def hosts(*words, folder):
    words = ("--data", str(folder), *words)
    return choosing.wanted(given("--undo", *words), given(*words).load().settings).hosts


ADDRESSES = [
    ((), [Host(NAME), Host(NAME, 8443), Host("localhost", 5000)]),
    (("--ingress-port", "9443"), [Host(NAME, 9443), Host("localhost", 5000)]),
    (("--ingress-enabled", "false"), [Host("localhost", 5000), Host(NAME, 5000)]),
    (("--registry-tls", "off"), [Host(NAME), Host(NAME, 8443)]),
    (
        ("--ingress-port", "443", "--registry-host", "10.0.0.5", "--registry-port", "7000"),
        [Host(NAME), Host("10.0.0.5", 7000)],
    ),
    (
        ("--domain", "home.arpa", "--ingress-port", "443", "--registry-host", "0.0.0.0"),
        [Host("registry.home.arpa"), Host("localhost", 5000)],
    ),
]


@pytest.mark.parametrize(("words", "wanted"), ADDRESSES)
def test_addresses(words, wanted, tmp_path):
    assert list(hosts(*words, folder=tmp_path)) == wanted


def test_an_address_of_version_6_is_named_as_clients_do():
    assert (Host("fd00::1", 5000).key, Host("fd00::1").url) == (
        "[fd00::1]:5000",
        "https://[fd00::1]",
    )


def sudo(monkeypatch, *words, called="/opt/venv/bin/homeport"):
    monkeypatch.setattr(sys, "argv", [called, "trust", *words])
    taken = given(*words)
    loaded = taken.load()
    wanted = choosing.wanted(taken, loaded.settings)
    return shlex.split(calling.sudo(taken, loaded, wanted)(("system", "docker")))


def test_root_is_told_all_that_was_said(monkeypatch, tmp_path):
    config = tmp_path / "homeport.toml"
    config.write_text('domain = "home.arpa"\n')
    monkeypatch.setenv("HOMEPORT_REGISTRY_PORT", "7000")
    found = sudo(monkeypatch, "--undo", "--data", str(tmp_path), "--config", str(config))
    head = ["sudo", "/opt/venv/bin/homeport", "trust", "--undo", "--store", "system"]
    assert found[:8] == [*head, "--store", "docker"]
    rest = dict(zip(found[8::2], found[9::2], strict=True))
    assert rest == {
        "--data": str(tmp_path),
        "--config": str(config),
        "--domain": "home.arpa",
        "--registry-port": "7000",
    }


def test_a_cluster_is_found_by_root_too(monkeypatch, tmp_path):
    monkeypatch.setenv("KUBECONFIG", "/home/ann/k")
    monkeypatch.setattr(choosing, "_authority", lambda *_: None)
    words = ("--target", "kubernetes", "--data", str(tmp_path))
    found = sudo(monkeypatch, *words, called="python")
    words = ["sudo", "env", "KUBECONFIG=/home/ann/k", sys.executable, "-P", "-m"]
    assert found[:6] == words
    assert "--target" in found


def test_the_parser_takes_each_store_again():
    assert given("--store", "k3s", "--store", "java")["store"] == ["k3s", "java"]
    with pytest.raises(arguments.UsageError):
        given("--undo", "--print")


def test_the_ca_of_a_cluster(tmp_path):
    with living(tmp_path) as live:
        live.apply("registry")
        live.until("registry", State.READY)
        done = Shell(tmp_path, tmp_path / "kubeconfig").run("trust", "--pem")
    assert done.stdout.startswith("-----BEGIN CERTIFICATE-----"), done.stderr


def test_no_certificate_in_the_cluster_yet(tmp_path):
    with living(tmp_path):
        done = Shell(tmp_path, tmp_path / "kubeconfig").run("trust", "--pem")
    assert done.returncode == 1
    assert "no Secret registry/registry-tls" in done.stderr
