"""Where a request comes from, for counting its failures."""

from __future__ import annotations

import ipaddress

from homeport.edge import http

_PREFIX = 64
"""Bits of an IPv6 address that count: one customer has all the others. https://www.rfc-editor.org/rfc/rfc6177"""


def of(request: http.Request) -> str:
    """The address that a request comes from.

    A proxy on this machine is believed in what it added itself, the last address of `X-Forwarded-For`; anybody else may write
    there what they like. https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Forwarded-For#security_and_privacy_concerns
    """
    peer = request.peer.rpartition(":")[0].strip("[]")
    near = _parsed(peer)
    if near is None:
        return peer
    if near.is_loopback:
        told = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        near = _parsed(told) or near
    return _counted(near)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _counted(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), _PREFIX), strict=False).network_address)
    return str(address)
