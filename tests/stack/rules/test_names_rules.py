"""What doctor says of the names, on recorded machines."""

import socket

import pytest
from tests.net.resolving import machines
from tests.stack.rules import examples

from homeport.net import interfaces
from homeport.stack.rules.ingress import multicast, names
from homeport.stack.rules.rule import Level, Planned

NAME = "registry.homelab.local"
HOSTS = (NAME, "localstack.homelab.local", "registry-ui.homelab.local")


def explained(machine, **environment):
    return list(multicast.explained(examples.settings(**environment), machine))


@pytest.mark.parametrize("domain", ["homelab.home.arpa", "homelab.internal", "lan", "mylocal"])
def test_other_domains_have_no_finding(domain):
    assert explained(machines.UBUNTU_SERVER, HOMEPORT_DOMAIN=domain) == []


MACHINES = {
    "debian": (
        machines.DEBIAN_DESKTOP,
        "this one has more and is passed on",
        "Other machines may do otherwise",
    ),
    "ubuntu": (
        machines.UBUNTU_SERVER,
        "systemd-resolved keeps names below .local",
        "Domains=~homelab.local",
    ),
    "macOS": (
        machines.MACOS,
        "macOS asks for .local by multicast",
        "sudo tee /etc/resolver/homelab.local",
    ),
    "hosts file": (
        machines.MACOS._replace(hosts=f"127.0.0.1 {NAME}"),
        "Line 1 of /etc/hosts has it. It is found here.",
        "Other machines may do otherwise",
    ),
}


@pytest.mark.parametrize("case", MACHINES)
def test_a_domain_below_local_is_told_with_what_it_means_here(case):
    machine, text, hint = MACHINES[case]
    (found,) = explained(machine)
    assert found.level is Level.WARNING
    assert f"What this machine does with {NAME}: " in found.text
    assert text in found.text
    assert hint in found.hint


@pytest.mark.parametrize(
    "machine", [machines.DEBIAN_DESKTOP, machines.UBUNTU_SERVER, machines.MACOS]
)
def test_other_domains_are_offered_as_lines_to_write(machine):
    (found,) = explained(machine, HOMEPORT_DOMAIN="my.local")
    lines = [line.strip() for line in found.hint.splitlines() if 'domain = "' in line]
    written = [line.partition("   ")[0].rstrip() for line in lines]
    assert written == [
        'domain = "my.home.arpa"',
        'domain = "my.internal"',
        'domain = "my.localhost"',
    ]
    for line in written:
        examples.settings(HOMEPORT_DOMAIN=line.split('"')[1])


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        ({"HOMEPORT_DNS_PROVIDER": "builtin", "HOMEPORT_DNS_PORT": "5300"}, "DNS=127.0.0.1:5300"),
        ({"HOMEPORT_DNS_PROVIDER": "builtin", "HOMEPORT_DNS_HOST": "0.0.0.0"}, "DNS=127.0.0.1"),
        ({"HOMEPORT_DNS_PROVIDER": "pihole", "HOMEPORT_PIHOLE_DNS": "10.0.0.3"}, "DNS=10.0.0.3"),
        (
            {"HOMEPORT_DNS_PROVIDER": "pihole", "HOMEPORT_PIHOLE_URL": "http://10.0.0.4"},
            "DNS=10.0.0.4",
        ),
        ({"HOMEPORT_DNS_PROVIDER": "pihole"}, "DNS=192.168.1.2 fd00::2 10.8.0.1"),
    ],
)
def test_the_cure_names_who_has_the_records(environment, line):
    (found,) = explained(machines.UBUNTU_SERVER, **environment)
    assert line in [each.strip() for each in found.hint.splitlines()]


# Whether they are known


def judged(found, machine=machines.DEBIAN_SERVER, objects=(), **environment):
    planned = Planned(examples.settings(**environment), objects)
    return list(names.judged(planned, dict(zip(HOSTS, found, strict=False)), machine))


def test_names_that_lead_here_have_no_finding():
    assert judged([["127.0.0.1"]] * 3) == []
    assert judged([["::1", "127.0.0.1"]] * 3) == []


def test_unknown_names_are_told_at_once():
    (found,) = judged([[], ["127.0.0.1"], []])
    assert found.text == f"{NAME}, registry-ui.homelab.local are not known on this machine."
    assert f"127.0.0.1 {NAME} registry-ui.homelab.local" in found.hint


@pytest.mark.parametrize(
    ("provider", "hint"),
    [
        ("hosts", "homeport dns apply writes them in /etc/hosts"),
        ("builtin", "write nameserver 127.0.0.1 as the first line"),
        ("print", 'dns.provider = "hosts"'),
    ],
)
def test_what_helps_is_that_of_the_provider(provider, hint):
    (found,) = judged([[]], HOMEPORT_DNS_PROVIDER=provider)
    assert hint in found.hint


def test_a_name_that_leads_elsewhere():
    (found,) = judged([["203.0.113.9"], ["203.0.113.9"], ["127.0.0.1"]])
    assert found.text == (
        f"{NAME} leads to 203.0.113.9, and the components are reached at 127.0.0.1 (ingress.host)."
        " So do localstack.homelab.local."
    )
    assert 'ingress.host = "0.0.0.0"' in found.hint


def test_a_hosts_file_that_says_something_else_is_named():
    machine = machines.DEBIAN_SERVER._replace(hosts=f"127.0.0.1 localhost\n10.0.0.9 {NAME}\n")
    (found,) = judged([["10.0.0.9"]], machine, HOMEPORT_DNS_ADDRESS="10.0.0.5")
    assert "10.0.0.5 (dns.address)" in found.text
    assert found.hint.startswith("Line 2 of /etc/hosts says so.")


def test_every_address_of_a_machine_that_listens_on_all(monkeypatch):
    monkeypatch.setattr(interfaces, "addresses", lambda: ["192.168.1.5", "fd00::5"])
    opened = {"HOMEPORT_INGRESS_HOST": "0.0.0.0"}
    assert judged([["192.168.1.5"], ["127.0.0.1"], ["fd00::5"]], **opened) == []
    (found,) = judged([["192.168.1.6"]], **opened)
    assert "the addresses of this machine (127.0.0.1, 192.168.1.5, ::1, fd00::5)" in found.text


def test_of_a_cluster_only_a_given_address_is_known_here():
    stack = examples.planned()
    assert judged([["203.0.113.9"]], objects=stack.objects) == []
    (found,) = judged([["203.0.113.9"]], objects=stack.objects, HOMEPORT_DNS_ADDRESS="10.0.0.1")
    assert "10.0.0.1 (dns.address)" in found.text


def test_names_are_looked_up_as_programs_do():
    found = names.looked_up(["localhost", "no.such.name.invalid"])
    assert found["no.such.name.invalid"] == []
    assert {"127.0.0.1", "::1"} & set(found["localhost"])
    assert names.looked_up([]) == {}


def test_a_lookup_that_fails_in_any_way_is_no_address(monkeypatch):
    def fail(*_args, **_more):
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert not names.resolves("registry.homelab.local")
