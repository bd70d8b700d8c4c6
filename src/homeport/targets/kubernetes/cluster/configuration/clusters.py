"""Reads a `cluster` of a kubeconfig: where it is, and how it is known.

https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#Cluster
"""

from __future__ import annotations

import base64
import ipaddress
import urllib.parse
from typing import Any, NamedTuple

from homeport import errors as homeport_errors
from homeport.targets.kubernetes.cluster.configuration.access import Trust
from homeport.targets.kubernetes.cluster.configuration.fields import Fields

_EXTENSION = "client.authentication.k8s.io/exec"
"""https://kubernetes.io/docs/reference/config-api/client-authentication.v1/#client-authentication-k8s-io-v1-Cluster"""


class Location(NamedTuple):
    """What is told of a cluster."""

    server: str
    trust: Trust
    proxy_url: str
    """As it is written: it may hold a password."""


def read(fields: Fields) -> Location:
    """Raises `Unconfigured`."""
    server = _server(fields)
    is_verified = not fields.flag("insecure-skip-tls-verify")
    authority = _authority(fields)
    if authority and not is_verified:
        raise fields.wrong(
            "insecure-skip-tls-verify",
            "is set beside a certificate-authority",
            "Remove it: the certificate of the API server can be verified.",
        )
    trust = Trust(authority, is_verified, fields.text("tls-server-name"))
    return Location(server, trust, fields.text("proxy-url"))


def notes(location: Location, name: str) -> tuple[str, ...]:
    """What a person should know of it."""
    if location.server.startswith("http:"):
        return (f"Cluster {name!r} is asked without TLS: {location.server}",)
    if not location.trust.is_verified:
        return (
            f"The certificate of cluster {name!r} is not verified: its kubeconfig has insecure-skip-tls-verify.",
        )
    return ()


def told(fields: Fields, location: Location) -> dict[str, Any]:
    """What a credential plugin is told of the cluster, where it asks (provideClusterInfo)."""
    everything = {
        "server": location.server,
        "tls-server-name": location.trust.server_name,
        "insecure-skip-tls-verify": not location.trust.is_verified,
        "certificate-authority-data": base64.b64encode(location.trust.authority.encode()).decode(),
        "proxy-url": location.proxy_url,
        "disable-compression": fields.flag("disable-compression"),
        "config": _config(fields),
    }
    return {name: value for name, value in everything.items() if value}


def is_loopback(host: str) -> bool:
    """Whether it is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _config(fields: Fields) -> Any:
    """What the kubeconfig holds for plugins; they alone know what it is."""
    for item in fields.list("extensions"):
        if isinstance(item, dict) and item.get("name") == _EXTENSION:
            return item.get("extension")
    return None


def _server(fields: Fields) -> str:
    """Its URL, with the path before all others and no slash at the end."""
    text = fields.text("server")
    if not text:
        raise fields.wrong("server", "is missing", "It is the URL of the API server.")
    text = text if "://" in text else f"https://{text}"
    try:
        url = urllib.parse.urlsplit(text)
        is_url = url.scheme in {"https", "http"} and bool(url.hostname) and url.port != 0
    except ValueError:
        is_url = False
    if not is_url or "@" in url.netloc or url.query or url.fragment:
        raise fields.wrong("server", "is no URL of an API server", "Such as https://10.0.0.2:6443")
    return urllib.parse.urlunsplit((url.scheme, url.netloc, url.path.rstrip("/"), "", ""))


def _authority(fields: Fields) -> str:
    """The CAs, as PEM. What the file holds itself goes before a file that it names."""
    key = "certificate-authority-data"
    content = fields.bytes(key)
    path = fields.file("certificate-authority")
    if not content and path is not None:
        key = "certificate-authority"
        try:
            content = path.read_bytes()
        except OSError as error:
            why = homeport_errors.reason(error)
            raise fields.wrong(key, f"names {path}, which can not be read: {why}") from error
    text = content.decode("ascii", "replace")
    if content and "-----BEGIN" not in text:
        raise fields.wrong(key, "is not a certificate in PEM")
    return text
