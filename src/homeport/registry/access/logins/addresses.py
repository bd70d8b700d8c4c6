"""Where a request comes from, for counting its failures."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from homeport.edge import http

_PREFIX = 64
"""Bits of an IPv6 address that count: one customer has all the others. https://www.rfc-editor.org/rfc/rfc6177"""
_HOPS = 16
"""Proxies that one request may have come through."""

LOOPBACK = ("127.0.0.0/8", "::1/128")
"""The proxies on this machine: https://www.rfc-editor.org/rfc/rfc6890#section-2.2.2"""

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Addresses:
    """Finds the client behind the proxies that are trusted.

    What a trusted proxy added itself is the last address of `X-Forwarded-For`; where that is a trusted proxy too, it is believed in
    the one before. Anybody else may write there what they like.
    https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Forwarded-For#selecting_an_ip_address
    """

    def __init__(self, trusted: Iterable[str] = LOOPBACK) -> None:
        """`trusted` are networks, such as `10.42.0.0/16`."""
        self._trusted = [ipaddress.ip_network(network) for network in trusted]

    def of(self, request: http.Request) -> str:
        """The address that a request comes from; an IPv6 one as its network."""
        peer = request.peer.rpartition(":")[0].strip("[]")
        near = _parsed(peer)
        if near is None:
            return peer
        if self._is_trusted(near):
            near = self._behind(near, request.headers.get("x-forwarded-for", ""))
        return _counted(near)

    def _behind(self, near: _Address, told: str) -> _Address:
        for claim in reversed(told.rsplit(",", _HOPS)[-_HOPS:]):
            before = _parsed(claim.strip())
            if before is None:
                return near
            near = before
            if not self._is_trusted(near):
                return near
        return near

    def _is_trusted(self, address: _Address) -> bool:
        return any(address in network for network in self._trusted)


def _parsed(text: str) -> _Address | None:
    """An address; one of IPv4 that was mapped into IPv6 is itself. https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2"""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _counted(address: _Address) -> str:
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(address), _PREFIX), strict=False).network_address)
    return str(address)
