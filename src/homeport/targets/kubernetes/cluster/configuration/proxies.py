"""The proxy that requests go through, where there is one: that of the kubeconfig, else that of the environment.

https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#Cluster
https://github.com/golang/net/blob/master/http/httpproxy/proxy.go
"""

from __future__ import annotations

import ipaddress
import urllib.parse
from collections.abc import Mapping

from homeport.targets.kubernetes.cluster import errors
from homeport.targets.kubernetes.cluster.configuration import clusters
from homeport.targets.kubernetes.cluster.configuration.access import Proxy
from homeport.targets.kubernetes.cluster.credentials import presented


def choose(url: str, server: str, environ: Mapping[str, str], where: str) -> Proxy | None:
    """The proxy for a server. `url` is that of the kubeconfig, `where` tells where it stands. Raises `Unconfigured`."""
    target = urllib.parse.urlsplit(server)
    if url and target.scheme == "http":
        raise errors.Unconfigured(
            f"proxy-url in {where} is for a cluster without TLS, which is asked directly only."
        )
    if not url:
        url = environ.get("HTTPS_PROXY") or environ.get("https_proxy") or ""
        where = "HTTPS_PROXY"
        excepted = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
        if not url or target.scheme == "http" or _is_excepted(target, excepted):
            return None
    return _proxy(url if "://" in url else f"http://{url}", where)


def _proxy(url: str, where: str) -> Proxy:
    try:
        parts = urllib.parse.urlsplit(url)
        host, port = parts.hostname, parts.port or 80
    except ValueError:
        host, port = None, 0
    if not host:
        raise errors.Unconfigured(f"The proxy in {where} is not a URL.")
    if parts.scheme != "http":
        raise errors.Unconfigured(
            f"The proxy in {where} is one of {parts.scheme}; only http proxies can be used here.",
            hint="Name an http proxy there (what goes through it stays encrypted), or go without: NO_PROXY",
        )
    shown = f"[{host}]" if ":" in host else host
    authorization = ""
    if parts.username is not None:
        name, password = (
            urllib.parse.unquote(part or "") for part in (parts.username, parts.password)
        )
        authorization = presented.basic(name, password)
    return Proxy(f"http://{shown}:{port}", authorization)


def _is_excepted(target: urllib.parse.SplitResult, excepted: str) -> bool:
    """Whether NO_PROXY names it: `*`, a domain with all below it, an address, a network, each with a port or without."""
    host = (target.hostname or "").lower()
    port = target.port or 443
    if clusters.is_loopback(host):
        return True
    return any(_matches(part.strip().lower(), host, port) for part in excepted.split(","))


def _matches(pattern: str, host: str, port: int) -> bool:
    if not pattern or pattern == "*":
        return pattern == "*"
    name, _, number = pattern.rpartition(":")
    if name and number.isdigit() and ":" not in name:
        if int(number) != port:
            return False
        pattern = name
    address = _network(host)
    if address is not None:
        network = _network(pattern)
        return network is not None and address[0] in network
    domain = pattern.removeprefix("*").removeprefix(".")
    return host.endswith(f".{domain}") or (host == domain and not pattern.startswith((".", "*")))


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text.strip("[]"), strict=False)
    except ValueError:
        return None
