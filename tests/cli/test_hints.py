"""What `up` tells to type next."""

import dataclasses
import os
from pathlib import Path

import pytest

from homeport.cli.view import hints
from homeport.net.trust.stores import system
from homeport.stack import load
from homeport.targets.local import status
from homeport.targets.local.lifecycle import State

NAMES = "https://registry.homelab.local and https://localstack.homelab.local"
LOGIN = "docker login registry.homelab.local -u admin"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A home and a folder to be in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in [*os.environ]:
        if name.startswith(("HOMEPORT_", "XDG_")):
            monkeypatch.delenv(name)
    return tmp_path


def found(text="", only=(), *, port=443, **loading):
    """The hints of the settings file of this folder."""
    Path("homeport.toml").write_text(text)
    loaded = load.load({"ingress.enabled": "true"}, os.environ, **loading)
    settled = load.load({"ingress.port": str(port)}, load.environment(loaded.settings)).settings
    made = hints.of(loaded, settled, only)
    return [line.replace(made.command, "homeport") for line in made.named]


@pytest.mark.parametrize(
    ("provider", "command"),
    [("builtin", "check"), ("pihole", "apply"), ("hosts", "apply"), ("print", "print")],
)
def test_what_there_is_to_do_for_the_names(folder, provider, command):
    lines = found(f'[dns]\nprovider = "{provider}"\n')
    assert lines == [f"homeport dns {command}", "homeport trust", LOGIN]


def test_nobody_has_the_names(folder):
    assert found('[dns]\nprovider = "none"\n') == ["homeport trust", LOGIN]


def test_the_port_is_named_where_it_is_another(folder):
    assert found(port=8443)[-1] == "docker login registry.homelab.local:8443 -u admin"


def test_who_trusts_the_ca_is_not_told_to(folder, monkeypatch):
    ca = folder / ".local/share/homeport/certs/ca.crt"
    ca.parent.mkdir(parents=True)
    ca.write_text("-----BEGIN CERTIFICATE-----\nMIIB\nYWJj\n-----END CERTIFICATE-----\n")
    assert "homeport trust" in found()
    monkeypatch.setattr(system, "is_bundled", lambda pem: pem == ca.read_text())
    assert "homeport trust" not in found()


def test_a_certificate_of_ones_own_is_trusted_already(folder):
    text = '[tls]\ncertificate = "/c.pem"\nkey = "/k.pem"\n'
    assert found(text) == ["homeport dns print", LOGIN]


def test_another_terminal_is_told_what_it_has_no_variable_for(folder, monkeypatch):
    monkeypatch.setenv("HOMEPORT_DNS_PROVIDER", "pihole")
    monkeypatch.setenv("HOMEPORT_PIHOLE_PASSWORD", "hunter2")
    monkeypatch.setenv("HOMEPORT_DATA", "/srv/a b")
    assert found() == [
        "homeport dns apply '--data=/srv/a b' --dns-provider=pihole",
        "homeport trust '--data=/srv/a b'",
        LOGIN,
    ]


def test_a_settings_file_that_is_elsewhere_is_named(folder):
    (folder / "other.toml").write_text('[dns]\nprovider = "hosts"\n')
    lines = found(config="other.toml")
    assert lines[0] == f"homeport dns apply --config={folder}/other.toml"


def test_names_are_those_of_what_the_ingress_leads_to(folder):
    assert found(only=["registry"]) == []
    assert found(only=["ingress"]) == []
    assert found(only=["ingress", "cloud"]) == ["homeport dns print", "homeport trust"]


def test_an_ingress_that_has_failed_is_not_spoken_of(folder):
    loaded = load.load({"ingress.enabled": "true"}, os.environ)
    made = hints.of(loaded, loaded.settings, ())
    row = status.Row("ingress", State.READY, "", None, 0.0, 0, None, "")
    failed = dataclasses.replace(row, state=State.FAILED)
    assert f"By name, {NAMES}:" in hints.text(made, [row])
    assert f"By name, {NAMES}:" not in hints.text(made, [failed])


# The console


def browsed(only=(), *rows, **given):
    """Where a browser is told to go."""
    flags = {key.replace("_", ".", 1): text for key, text in given.items()}
    loaded = load.load({"ingress.enabled": "false", "ui.port": "5081", **flags}, os.environ)
    return hints.browsed(hints.of(loaded, loaded.settings, only), rows)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({}, "https://localhost:5081"),
        ({"ui_tls": "off"}, "http://localhost:5081"),
        ({"ui_host": "192.0.2.1"}, "https://192.0.2.1:5081"),
        ({"ui_enabled": "false"}, None),
        ({"ingress_enabled": "true", "ingress_port": "443"}, "https://registry-ui.homelab.local"),
        (
            {"ingress_enabled": "true", "ingress_port": "8443", "ui_hostname": "ui.lan"},
            "https://ui.lan:8443",
        ),
    ],
)
def test_where_a_browser_finds_the_console(folder, given, url):
    assert browsed(**given) == url


def test_a_console_that_is_not_there_is_not_spoken_of(folder):
    assert browsed(["registry", "cloud"]) is None
    failed = status.Row("registry-ui", State.FAILED, "", None, 0.0, 0, None, "")
    assert browsed((), failed) is None
    loaded = load.load({}, os.environ)
    assert not any(
        "browser" in line for line in hints.text(hints.of(loaded, loaded.settings, ["cloud"]), [])
    )
