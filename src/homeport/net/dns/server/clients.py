"""Who is answered, and how often."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Iterable

from homeport.clock import Clock
from homeport.net.dns.server import limits

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@functools.lru_cache(maxsize=1024)
def address(client: str) -> Address:
    """The address of a client; one of IPv4 that came over IPv6 is one of IPv4. https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2"""
    found = ipaddress.ip_address(client.partition("%")[0])
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


class Clients:
    """The networks whose questions are answered."""

    def __init__(self, networks: Iterable[str]) -> None:
        self._networks = tuple(ipaddress.ip_network(network) for network in networks)

    def has(self, client: str) -> bool:
        """Whether a client is in one of them."""
        its = address(client)
        return any(its in network for network in self._networks)


class Rate:
    """Counts the answers of this second to each network."""

    def __init__(self, time: Clock, most: int = limits.ANSWERS_PER_S) -> None:
        self._time = time
        self._most = most
        self._second = 0
        self._counts: dict[int, int] = {}

    def is_over(self, client: str) -> bool:
        """Counts one more; whether that is too many."""
        second = int(self._time.now())
        if second != self._second:
            self._second, self._counts = second, {}
        network = _network(client)
        count = self._counts.get(network, 0)
        if not count and len(self._counts) >= limits.NETWORKS_COUNTED:
            return True
        self._counts[network] = count + 1
        return count >= self._most


def _network(client: str) -> int:
    its = address(client)
    if its.version == 4:
        return int(its) >> (32 - limits.NETWORK_BITS)
    return (1 << 64) | int(its) >> (128 - limits.NETWORK_BITS_6)
