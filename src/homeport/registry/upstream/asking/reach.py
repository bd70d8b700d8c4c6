"""Where connections for an upstream may end: not on this machine, unless the upstream itself is there.

An upstream names the addresses of its blobs and tokens. It could name a service that trusts whoever asks from this machine, or the
cloud's metadata service at 169.254.169.254, and what that answers would be passed on to clients.
https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
"""

from __future__ import annotations

import ipaddress
import socket
import urllib.parse
from typing import Any

import urllib3
from urllib3 import connection, connectionpool

from homeport.registry.upstream.asking.errors import Wrong


class Reach:
    """Looks at the address of each connection before anything is sent to it: a name may have any address."""

    def __init__(self, url: str) -> None:
        self._own = urllib.parse.urlsplit(url).hostname
        self._is_own_here = False

    def guard(self, pool: urllib3.PoolManager) -> None:
        """Has a pool ask for each of its connections."""
        pool.pool_classes_by_scheme = {
            "http": _pool(connectionpool.HTTPConnectionPool, _Plain, self),
            "https": _pool(connectionpool.HTTPSConnectionPool, _Encrypted, self),
        }

    def check(self, host: str, address: str) -> None:
        """Raises `Wrong` for an address that the upstream has no business to lead to."""
        if host.strip("[]").lower() == self._own:
            self._is_own_here = is_here(address)
        elif is_here(address) and not self._is_own_here:
            raise Wrong(f"it leads to {host}, an address of this machine")


def is_here(address: str) -> bool:
    """Whether it is of this machine or its link, where who asks is trusted."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return ip.is_loopback or ip.is_link_local or ip.is_unspecified


class _Plain(connection.HTTPConnection):
    reach: Reach

    def _new_conn(self) -> socket.socket:
        return _checked(self.reach, self.host, super()._new_conn())


class _Encrypted(connection.HTTPSConnection):
    reach: Reach

    def _new_conn(self) -> socket.socket:
        return _checked(self.reach, self.host, super()._new_conn())


def _checked(reach: Reach, host: str, sock: socket.socket) -> socket.socket:
    try:
        reach.check(host, sock.getpeername()[0])
    except BaseException:
        sock.close()
        raise
    return sock


def _pool(base: type[Any], its: type[Any], reach: Reach) -> type[Any]:
    return type(
        base.__name__, (base,), {"ConnectionCls": type(its.__name__, (its,), {"reach": reach})}
    )
