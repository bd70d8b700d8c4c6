"""What doctor looks at on this machine."""

import dataclasses
import datetime
import errno
import os
import socket
import sys

import pytest
from tests.stack.rules import examples, serving

from homeport.clock import SystemClock, VirtualClock
from homeport.net import ports as net_ports
from homeport.net.ingress import program
from homeport.stack import load
from homeport.stack.rules import checking
from homeport.stack.rules.checking import Outcome
from homeport.stack.rules.rule import Planned
from homeport.targets.local import component, examining

DAY_S = 86_400


def checked(name, chosen, time=None):
    its = [each for each in examining.rules(time or SystemClock()) if each.id == name]
    (found,) = checking.on_here(Planned(chosen, ()), its)
    return found


def settings(folder, **environment):
    return load.load({}, {"HOMEPORT_DATA": str(folder)} | environment).settings


def test_a_folder_that_is_to_be_made(tmp_path):
    found = checked("machine-folder", settings(tmp_path / "a" / "b"))
    assert found.outcome is Outcome.PASSED
    assert list(tmp_path.iterdir()) == []


def test_a_folder_below_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    found = checked("machine-folder", settings(tmp_path / "file" / "data"))
    assert found.outcome is Outcome.FAILED
    assert "--data" in examples.said(found)


def test_room(tmp_path):
    chosen = settings(tmp_path, HOMEPORT_REGISTRY_QUOTA="1MiB", HOMEPORT_CLOUD_QUOTA="1MiB")
    assert checked("machine-room", chosen).outcome is Outcome.PASSED
    its = dataclasses.replace(chosen.registry, quota=2**60)
    found = checked("machine-room", dataclasses.replace(chosen, registry=its))
    assert found.outcome is Outcome.WARNED
    assert "registry.quota and cloud.quota" in examples.said(found)


@pytest.mark.parametrize(
    ("days", "outcome"), [(0, Outcome.PASSED), (380, Outcome.WARNED), (398, Outcome.FAILED)]
)
def test_certificates(tmp_path, days, outcome):
    served = serving.Served(tmp_path)
    later = VirtualClock(datetime.datetime.now(datetime.UTC).timestamp() + days * DAY_S)
    assert checked("machine-certificate", served.chosen, later).outcome is outcome


def test_a_certificate_that_is_none(tmp_path):
    served = serving.Served(tmp_path)
    (tmp_path / "certs/server.crt").write_text("nothing")
    found = checked("machine-certificate", served.chosen)
    assert found.outcome is Outcome.FAILED
    assert "server.crt is not a certificate in PEM form. Remove server.crt" in examples.said(found)


def test_a_key_that_others_can_read(tmp_path):
    served = serving.Served(tmp_path)
    (tmp_path / "certs/ca.key").chmod(0o640)
    found = checked("machine-certificate", served.chosen)
    assert found.outcome is Outcome.FAILED
    assert "ca.key can be read by others" in examples.said(found)


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (-1, "and the clock of this machine says"),
        (-30_000, "it says 19"),
        (4000, "no longer valid since"),
    ],
)
def test_a_clock_that_is_wrong(tmp_path, days, text):
    served = serving.Served(tmp_path)
    wrong = VirtualClock(datetime.datetime.now(datetime.UTC).timestamp() + days * DAY_S)
    found = checked("machine-certificate", served.chosen, wrong)
    assert found.outcome is Outcome.FAILED
    assert text in examples.said(found)


def test_names_that_the_next_start_adds(tmp_path):
    served = serving.Served(tmp_path)
    served.rename(HOMEPORT_DOMAIN="other.lan")
    found = checked("machine-certificate", served.chosen)
    assert found.outcome is Outcome.WARNED
    assert "It does not name localstack.other.lan and 29 more names." in examples.said(found)


def test_a_certificate_of_one_s_own(tmp_path):
    served = serving.Served(tmp_path / "other")
    own = {
        "HOMEPORT_TLS_CERTIFICATE": str(tmp_path / "other/certs/server.crt"),
        "HOMEPORT_TLS_KEY": str(tmp_path / "other/certs/server.key"),
    }
    assert checked("machine-certificate", settings(tmp_path, **own)).outcome is Outcome.PASSED
    found = checked("machine-certificate", settings(tmp_path, HOMEPORT_DOMAIN="a.lan", **own))
    assert found.outcome is Outcome.WARNED
    assert "not for localstack.a.lan, registry.a.lan" in examples.said(found)
    later = VirtualClock(datetime.datetime.now(datetime.UTC).timestamp() + 398 * DAY_S)
    found = checked("machine-certificate", settings(tmp_path, **own), later)
    assert (found.outcome, "is over since" in examples.said(found)) == (Outcome.FAILED, True)
    served.stop()


# Ports


@pytest.fixture
def taken():
    """A port that this very process listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_who_has_a_port_is_told(tmp_path, taken):
    found = checked("machine-ports", settings(tmp_path, HOMEPORT_CLOUD_PORT=str(taken)))
    assert found.outcome is Outcome.FAILED
    assert f"Port {taken} of 127.0.0.1, of the cloud, is taken by " in examples.said(found)
    assert f"(pid {os.getpid()})" in examples.said(found)


def test_an_address_that_is_not_this_machine_s(tmp_path):
    found = checked("machine-ports", settings(tmp_path, HOMEPORT_REGISTRY_HOST="203.0.113.1"))
    assert "Cannot assign requested address" in examples.said(found)


PROGRAM = {"HOMEPORT_INGRESS_TRAEFIK": sys.executable}


def test_a_usual_port_that_is_taken_is_told_with_who_has_it_and_what_is_used_instead(
    tmp_path, monkeypatch, taken
):
    monkeypatch.setattr(component, "SECURE_PORTS", (taken, serving.free_port()))
    monkeypatch.setattr(component, "PLAIN_PORTS", (serving.free_port(),))
    found = checked("machine-ingress", settings(tmp_path, **PROGRAM))
    assert found.outcome is Outcome.WARNED
    said = examples.said(found)
    assert f"HTTPS is on port {component.SECURE_PORTS[1]}" in said
    assert f"Port {taken} is held by " in said


def test_a_given_port_that_is_taken_stands_against_it(tmp_path, taken):
    given = {"HOMEPORT_INGRESS_PORT": str(taken), "HOMEPORT_INGRESS_ENABLED": "true"}
    found = checked("machine-ingress", settings(tmp_path, **PROGRAM, **given))
    assert found.outcome is Outcome.FAILED
    assert "ingress.port chooses another one" in examples.said(found)


def test_a_port_that_is_for_root(tmp_path, monkeypatch):
    refused = PermissionError(errno.EACCES, "Permission denied")
    monkeypatch.setattr(
        net_ports, "trouble", lambda _host, port, **_: refused if port < 1024 else None
    )
    found = checked("machine-ingress", settings(tmp_path, **PROGRAM))
    assert found.outcome is Outcome.WARNED
    assert "is for root" in examples.said(found)
    assert "ip_unprivileged_port_start" in examples.said(found)


def test_traefik_that_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(program, "find", lambda given=None: given)
    found = checked("machine-ingress", settings(tmp_path))
    assert found.outcome is Outcome.WARNED
    assert "pip install 'homeport[ingress]'" in examples.said(found)
    given = settings(tmp_path, HOMEPORT_INGRESS_TRAEFIK="/nowhere", HOMEPORT_INGRESS_ENABLED="true")
    found = checked("machine-ingress", given)
    assert found.outcome is Outcome.FAILED
    assert "/nowhere (ingress.traefik) is no program" in examples.said(found)


def test_without_ingress_and_dns_there_is_nothing_to_ask(tmp_path):
    none = {"HOMEPORT_INGRESS_ENABLED": "false", "HOMEPORT_UI_ENABLED": "false"}
    found = checked("machine-ingress", settings(tmp_path, **none))
    assert found.outcome is Outcome.SKIPPED


def test_a_port_of_the_console_that_is_taken_is_told(tmp_path, monkeypatch, taken):
    monkeypatch.setattr(component, "UI_PORTS", (taken, serving.free_port()))
    found = checked("machine-ingress", settings(tmp_path, HOMEPORT_INGRESS_ENABLED="false"))
    assert found.outcome is Outcome.WARNED
    assert f"The web console is on port {component.UI_PORTS[1]}" in examples.said(found)
    given = {"HOMEPORT_INGRESS_ENABLED": "false", "HOMEPORT_UI_PORT": str(taken)}
    found = checked("machine-ingress", settings(tmp_path, **given))
    assert found.outcome is Outcome.FAILED
    assert "ui.port chooses another one" in examples.said(found)


def test_the_port_that_the_dns_server_would_get(tmp_path, monkeypatch, taken):
    wanted = serving.free_port()
    monkeypatch.setattr(component, "DNS_PORTS", (taken, wanted))
    chosen = settings(tmp_path, HOMEPORT_DNS_PROVIDER="builtin", HOMEPORT_INGRESS_ENABLED="false")
    assert examining.with_ports(chosen).dns.port == wanted
    monkeypatch.setattr(component, "DNS_PORTS", (taken,))
    assert examining.with_ports(chosen) == chosen


def test_ids_and_texts_are_whole():
    for each in examining.rules(SystemClock()):
        assert each.id.startswith("machine-")
        assert each.title.endswith(".")
        assert each.hint
