"""Connections to an API server, kept open and shared by threads.

https://urllib3.readthedocs.io/en/stable/advanced-usage.html#customizing-pool-behavior
"""

from __future__ import annotations

import socket
import ssl
from typing import Any

import urllib3
from urllib3 import connection, connectionpool

from homeport.targets.kubernetes.cluster import errors, limits
from homeport.targets.kubernetes.cluster.configuration.access import Access, Trust
from homeport.targets.kubernetes.cluster.credentials import pem
from homeport.targets.kubernetes.cluster.credentials.presented import Pair


class Pools:
    """Those of one client certificate, or of none. Streams have their own: however many there are, requests get through."""

    def __init__(self, access: Access, pair: Pair | None) -> None:
        self.pair = pair
        context = _context(access, pair)
        self.requests = _pool(access, context, is_bounded=True)
        self.streams = _pool(access, context, is_bounded=False)

    def close(self) -> None:
        """Ends what nobody is using; what is in use ends when it is given back."""
        self.requests.close()
        self.streams.close()


class _Unverified(connection.HTTPSConnection):
    """Of a cluster whose kubeconfig says that its certificate is not to be looked at."""

    def connect(self) -> None:
        """Connects. A person is told of it once (`Access.notes`), and not for each connection by a warning of Python's."""
        super().connect()
        self.is_verified = True


def _pool(
    access: Access, context: ssl.SSLContext, *, is_bounded: bool
) -> connectionpool.HTTPConnectionPool:
    url = urllib3.util.parse_url(access.server)
    host = url.host or ""
    options: dict[str, Any] = {
        "maxsize": limits.CONNECTIONS,
        "block": is_bounded,
        "socket_options": _options(),
    }
    if url.scheme == "http":
        return connectionpool.HTTPConnectionPool(host, url.port, **options)
    options |= {"ssl_context": context, "server_hostname": access.trust.server_name or None}
    pool = _through(access, options) or connectionpool.HTTPSConnectionPool(
        host, url.port, **options
    )
    if not access.trust.is_verified:
        pool.ConnectionCls = _Unverified
    return pool


def _through(access: Access, options: dict[str, Any]) -> connectionpool.HTTPConnectionPool | None:
    """One that goes through a proxy, which sees the name of the API server and nothing else."""
    proxy = access.proxy
    if proxy is None:
        return None
    headers = {"Proxy-Authorization": proxy.authorization} if proxy.authorization else {}
    return urllib3.ProxyManager(proxy.url, proxy_headers=headers, **options).connection_from_url(
        access.server
    )


def _context(access: Access, pair: Pair | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _trust(context, access.trust, access.source)
    if pair is not None:
        pem.load(context, pair, f"user {access.user!r} in {access.source}")
    return context


def _trust(context: ssl.SSLContext, trust: Trust, source: str) -> None:
    if not trust.is_verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return
    if not trust.authority:
        context.load_default_certs()
        return
    # Any certificate of a kubeconfig is an anchor, an intermediate or the server's own too; kubectl takes them so.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(cadata=trust.authority)
    except (ssl.SSLError, ValueError):
        raise errors.Unconfigured(
            f"The certificate-authority in {source} is not a certificate in PEM."
        ) from None


def _options() -> list[tuple[int, int, int]]:
    """Sent at once, and a peer that is gone is noticed. https://man7.org/linux/man-pages/man7/tcp.7.html"""
    chosen = [
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    ]
    for name, value in (("KEEPIDLE", limits.KEEPALIVE_S), ("KEEPINTVL", 10), ("KEEPCNT", 3)):
        if hasattr(socket, f"TCP_{name}"):
            chosen.append((socket.IPPROTO_TCP, getattr(socket, f"TCP_{name}"), value))
    return chosen
