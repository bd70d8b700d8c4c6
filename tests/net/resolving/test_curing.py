"""The lines that change what a machine does."""

import pytest
from tests.net.resolving import machines

from homeport.net.resolving import curing, judging, mac, resolved
from homeport.net.resolving.judging import Asked

DOMAIN, NAME = "homelab.local", "registry.homelab.local"
PIHOLE = curing.Server("192.168.1.2")
OWN = curing.Server("127.0.0.1", 5300)


def cured(machine, server, domain=DOMAIN):
    return curing.cure(machine, domain, f"registry.{domain}", server)


@pytest.mark.parametrize(
    "machine", [machines.UBUNTU_SERVER, machines.UBUNTU_DESKTOP, machines.FEDORA]
)
def test_systemd_resolved_gets_a_file_that_cures_it(machine):
    text = cured(machine, OWN)
    assert "sudo systemctl restart systemd-resolved" in text
    drop_in = "\n".join(line.strip() for line in text.splitlines()[1:4])
    assert drop_in == "[Resolve]\nDNS=127.0.0.1:5300\nDomains=~homelab.local"
    its = resolved.configured({curing.DROP_IN: drop_in})
    route = resolved.route(NAME, [*resolved.scopes(machine.resolved), its])
    assert route.scopes == (its,)


def test_a_link_that_has_the_server_can_be_tried_at_once():
    text = cured(machines.UBUNTU_SERVER, PIHOLE)
    assert "sudo resolvectl domain enp3s0 '~homelab.local'" in text
    assert "resolvectl domain" not in cured(machines.UBUNTU_SERVER, OWN)


def test_servers_of_the_network_where_none_is_known():
    assert "DNS=192.168.1.2 fd00::2 10.8.0.1" in cured(machines.UBUNTU_SERVER, curing.Server())
    silent = machines.UBUNTU_SERVER._replace(resolved="")
    assert "DNS=ADDRESS-OF-YOUR-DNS-SERVER" in cured(silent, curing.Server())


def test_ipv6_with_a_port():
    assert "DNS=[::1]:5300" in cured(machines.FEDORA, curing.Server("::1", 5300))


def test_macos_gets_a_file_that_cures_it():
    text = cured(machines.MACOS, OWN)
    command = next(line for line in text.splitlines() if "tee" in line).strip()
    assert (
        command
        == r"printf 'nameserver 127.0.0.1\nport 5300\n' | sudo tee /etc/resolver/homelab.local"
    )
    written = command.split("'")[1].replace("\\n", "\n")
    after = machines.MACOS._replace(resolvers={DOMAIN: written})
    assert mac.resolver_of(NAME, after.resolvers) == mac.Resolver(DOMAIN, ("127.0.0.1",), 5300)
    assert judging.way(after, NAME).asked is Asked.SERVERS


def test_two_labels_need_three_or_another_line():
    text = cured(machines.DEBIAN_DESKTOP, PIHOLE, "local")
    assert "take [NOTFOUND=return] away after mdns4_minimal" in text
    line = machines.DEBIAN_DESKTOP.switch.replace("[NOTFOUND=return] ", "")
    after = machines.DEBIAN_DESKTOP._replace(switch=line)
    assert judging.way(after, "registry.local").asked is Asked.SERVERS


def test_mdns_allow():
    allowing = machines.DEBIAN_DESKTOP._replace(
        switch="hosts: files mdns4 [NOTFOUND=return] dns", allowed=".local"
    )
    assert "/etc/mdns.allow" in cured(allowing, PIHOLE)


@pytest.mark.parametrize(
    ("server", "text"),
    [
        (PIHOLE, "write nameserver 192.168.1.2 as the first line of /etc/resolv.conf"),
        (OWN, "dns.port = 53"),
        (curing.Server("192.168.1.1"), "must have the records: homeport dns check asks it"),
        (curing.Server(), "must have the records: homeport dns print"),
    ],
)
def test_a_machine_that_asks_its_servers(server, text):
    assert text in cured(machines.DEBIAN_SERVER, server)
