"""Recorded machines: what their files and `resolvectl status` say."""

from homeport.net.resolving.machine import MAC, Machine

DEBIAN_DESKTOP = Machine(
    switch="passwd: files systemd\nhosts:          files mdns4_minimal [NOTFOUND=return] dns\nnetworks: files\n",
    servers="search lan\nnameserver 192.168.1.1\n",
    hosts="127.0.0.1\tlocalhost\n127.0.1.1\tbox.lan box\n::1\tlocalhost ip6-localhost\n",
    has_avahi=True,
)
"""Debian 12 with GNOME: libnss-mdns and avahi-daemon, NetworkManager writes resolv.conf."""

DEBIAN_SERVER = DEBIAN_DESKTOP._replace(switch="hosts:          files dns\n", has_avahi=False)

STATUS = """\
Global
           Protocols: -LLMNR -mDNS -DNSOverTLS DNSSEC=no/unsupported
    resolv.conf mode: stub

Link 2 (enp3s0)
    Current Scopes: DNS
         Protocols: +DefaultRoute -LLMNR -mDNS -DNSOverTLS DNSSEC=no/unsupported
Current DNS Server: 192.168.1.2
       DNS Servers: 192.168.1.2
                    fd00::2
        DNS Domain: lan

Link 3 (wg0)
    Current Scopes: DNS
         Protocols: -DefaultRoute -LLMNR -mDNS -DNSOverTLS DNSSEC=no/unsupported
       DNS Servers: 10.8.0.1
        DNS Domain: ~corp.example
"""
"""systemd 255."""

UBUNTU_SERVER = Machine(
    switch="hosts:          files dns\n",
    servers="# This is /run/systemd/resolve/stub-resolv.conf\nnameserver 127.0.0.53\noptions edns0 trust-ad\nsearch lan\n",
    resolved=STATUS,
    configured={"/etc/systemd/resolved.conf": "[Resolve]\n#DNS=\n#Domains=\n"},
    has_resolved=True,
)
UBUNTU_DESKTOP = UBUNTU_SERVER._replace(
    switch="hosts:          files mdns4_minimal [NOTFOUND=return] dns mymachines\n", has_avahi=True
)
FEDORA = UBUNTU_SERVER._replace(
    switch="hosts:      files myhostname mdns4_minimal [NOTFOUND=return] resolve [!UNAVAIL=return] dns\n",
    has_avahi=True,
)
MACOS = Machine(platform=MAC, servers="nameserver 192.168.1.1\n", hosts="127.0.0.1 localhost\n")
ALPINE = Machine(servers="nameserver 192.168.1.1\n")


def with_domain(machine: Machine, domain: str) -> Machine:
    """The machine with a routing domain on its first link."""
    return machine._replace(resolved=machine.resolved.replace(": lan", f": lan {domain}"))


def with_multicast(machine: Machine) -> Machine:
    """The machine with multicast DNS on its first link."""
    before, link, after = machine.resolved.partition("Link 2")
    return machine._replace(resolved=before + link + after.replace("-mDNS", "+mDNS", 1))
