"""What happens for a name, on recorded machines."""

import pytest
from tests.net.resolving import machines

from homeport.net.resolving import judging
from homeport.net.resolving.judging import Asked

NAME = "registry.homelab.local"
ALLOWING = machines.DEBIAN_DESKTOP._replace(
    switch="hosts: files mdns4 [NOTFOUND=return] dns\n", allowed="# all\n.local.\n.local\n"
)

CASES = {
    "debian desktop": (machines.DEBIAN_DESKTOP, NAME, Asked.SERVERS, "this one has more"),
    "debian desktop, two labels": (
        machines.DEBIAN_DESKTOP,
        "registry.local",
        Asked.MULTICAST,
        "mdns4_minimal [NOTFOUND=return]",
    ),
    "no avahi": (
        machines.DEBIAN_DESKTOP._replace(has_avahi=False),
        "registry.local",
        Asked.SERVERS,
        "while avahi-daemon does not run",
    ),
    "multicast first, and then DNS": (
        machines.DEBIAN_DESKTOP._replace(switch="hosts: files mdns_minimal dns"),
        "registry.local",
        Asked.SERVERS,
        "takes seconds",
    ),
    "mdns.allow": (ALLOWING, NAME, Asked.MULTICAST, "nobody after that."),
    "mdns.allow of other names": (
        ALLOWING._replace(allowed=".example\n"),
        NAME,
        Asked.SERVERS,
        "/etc/resolv.conf",
    ),
    "another domain": (machines.DEBIAN_DESKTOP, "registry.lan", Asked.SERVERS, "any other name"),
    "debian server": (machines.DEBIAN_SERVER, NAME, Asked.SERVERS, "192.168.1.1"),
    "ubuntu": (machines.UBUNTU_SERVER, NAME, Asked.NOBODY, "~local or ~homelab.local"),
    "ubuntu desktop": (machines.UBUNTU_DESKTOP, NAME, Asked.NOBODY, "this one has more"),
    "ubuntu desktop, two labels": (
        machines.UBUNTU_DESKTOP,
        "registry.local",
        Asked.MULTICAST,
        "nss-mdns",
    ),
    "fedora": (machines.FEDORA, NAME, Asked.NOBODY, "systemd-resolved keeps"),
    "ubuntu with a routing domain": (
        machines.with_domain(machines.UBUNTU_SERVER, "~homelab.local"),
        NAME,
        Asked.SERVERS,
        "192.168.1.2, fd00::2 of enp3s0 for its domain ~homelab.local",
    ),
    "ubuntu with all of .local": (
        machines.with_domain(machines.FEDORA, "~local"),
        NAME,
        Asked.SERVERS,
        "for its domain ~local",
    ),
    "a routing domain for everything": (
        machines.with_domain(machines.UBUNTU_SERVER, "~."),
        NAME,
        Asked.SERVERS,
        "for its domain ~.",
    ),
    "that counts less than multicast": (
        machines.with_multicast(machines.with_domain(machines.UBUNTU_SERVER, "~.")),
        NAME,
        Asked.MULTICAST,
        "asks for them by multicast",
    ),
    "multicast of systemd-resolved": (
        machines.with_multicast(machines.UBUNTU_SERVER),
        NAME,
        Asked.MULTICAST,
        "asks for them by multicast",
    ),
    "multicast beside a routing domain": (
        machines.with_multicast(machines.with_domain(machines.UBUNTU_SERVER, "~local")),
        NAME,
        Asked.SERVERS,
        "and by multicast too",
    ),
    "a name of a VPN": (machines.UBUNTU_SERVER, "x.corp.example", Asked.SERVERS, "10.8.0.1 of wg0"),
    "a name of nobody's domain": (
        machines.UBUNTU_SERVER,
        "registry.homelab.internal",
        Asked.SERVERS,
        "192.168.1.2, fd00::2 of enp3s0.",
    ),
    "a resolved that says nothing": (
        machines.UBUNTU_SERVER._replace(resolved=""),
        NAME,
        Asked.NOBODY,
        "systemd-resolved keeps",
    ),
    "a resolved that was told": (
        machines.UBUNTU_SERVER._replace(
            resolved="", configured={"/x": "[Resolve]\nDNS=10.0.0.2\nDomains=~homelab.local\n"}
        ),
        NAME,
        Asked.SERVERS,
        "was told to ask 10.0.0.2",
    ),
    "macOS": (machines.MACOS, NAME, Asked.MULTICAST, "/etc/resolver has no file"),
    "macOS with a file": (
        machines.MACOS._replace(
            resolvers={"local": "nameserver 1.1.1.1", "homelab.local": "nameserver ::1\nport 5300"}
        ),
        NAME,
        Asked.SERVERS,
        "/etc/resolver/homelab.local sends it to ::1, port 5300",
    ),
    "macOS with an empty file": (
        machines.MACOS._replace(resolvers={"homelab.local": "# nothing\n"}),
        NAME,
        Asked.MULTICAST,
        "no file",
    ),
    "macOS, another domain": (machines.MACOS, "registry.lan", Asked.SERVERS, "192.168.1.1"),
    "musl": (machines.ALPINE, NAME, Asked.SERVERS, "192.168.1.1"),
    "nothing at all": (machines.Machine(), NAME, Asked.SERVERS, "127.0.0.1"),
    "no DNS": (machines.Machine(switch="hosts: files"), NAME, Asked.NOBODY, "names no source"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_recorded_machine(case):
    machine, name, asked, text = CASES[case]
    found = judging.way(machine, name)
    assert (found.asked, text in found.why) == (asked, True), found.why


@pytest.mark.parametrize("machine", [machines.DEBIAN_DESKTOP, machines.MACOS, machines.FEDORA])
def test_the_hosts_file_comes_first(machine):
    hosts = "127.0.0.1 localhost\n# 10.0.0.1 registry.homelab.local\n10.0.0.2\tx Registry.Homelab.Local # 1\n"
    written = machine._replace(hosts=hosts)
    assert judging.way(written, NAME) == (Asked.FILE, "Line 3 of /etc/hosts has it.", ())
    assert judging.in_hosts(written, NAME) == [judging.Entry("10.0.0.2", 3)]


def test_a_line_that_says_nothing_is_passed_over():
    odd = machines.DEBIAN_SERVER._replace(
        hosts="registry.homelab.local\nno registry.homelab.local\n\n"
    )
    assert judging.in_hosts(odd, NAME) == []
