"""The addresses of this machine by which others reach it. No packet is sent."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterator
from pathlib import Path

MOST = 64
"""A node of a cluster may have thousands; a certificate that names them all would be refused by clients as too large."""

LARGEST = 2**20
"""Signs of a file that are read."""

_LOCAL = re.compile(r"\|-- ([0-9.]+)\n\s+/32 host LOCAL\n")
"""The kernel's own addresses among its routes: https://www.kernel.org/doc/html/latest/networking/fib_trie.html"""
_UNLASTING = 0x01 | 0x08 | 0x20 | 0x40
"""Temporary, refused as a duplicate, deprecated, not yet settled: none that is named to anybody.
https://github.com/torvalds/linux/blob/master/include/uapi/linux/if_addr.h"""


def addresses(proc: Path = Path("/proc")) -> list[str]:
    """Those of all networks, IPv4 first. Loopback and link-local ones are none: they mean something else on each machine."""
    found = [*outward(), *_ipv4(_read(proc / "net/fib_trie")), *_ipv6(_read(proc / "net/if_inet6"))]
    usable = [address for address in dict.fromkeys(found) if is_for_others(address)]
    return sorted(usable, key=lambda address: ":" in address)[:MOST]


def outward() -> list[str]:
    """The addresses from which this machine speaks to others, of each version of IP."""
    # https://www.rfc-editor.org/rfc/rfc5737#section-3 and https://www.rfc-editor.org/rfc/rfc3849
    tried = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
    return [found for family, elsewhere in tried if (found := _towards(family, elsewhere))]


def _towards(family: socket.AddressFamily, elsewhere: str) -> str:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((elsewhere, 9))
            return str(probe.getsockname()[0])
    except OSError:  # a machine without a network has no such address
        return ""


def is_for_others(address: str) -> bool:
    """Whether other machines can reach it."""
    found = ipaddress.ip_address(address)
    return not (found.is_loopback or found.is_link_local or found.is_unspecified)


def _ipv4(text: str) -> Iterator[str]:
    for match in _LOCAL.finditer(text):
        yield match[1]


def _ipv6(text: str) -> Iterator[str]:
    """https://www.tldp.org/HOWTO/Linux+IPv6-HOWTO/ch11s04.html"""
    for line in text.splitlines(keepends=True):
        if not line.endswith("\n"):  # cut off
            return
        number, _, _, _, flags, *_ = line.split()
        if not int(flags, 16) & _UNLASTING:
            yield str(ipaddress.IPv6Address(int(number, 16)))


def _read(path: Path) -> str:
    """Nothing where the system keeps no such file. A router has a million routes; this machine's own are not behind them all."""
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            return file.read(LARGEST)
    except OSError:
        return ""
