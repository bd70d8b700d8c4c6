"""Where a redirect leads, and what may go along: https://www.rfc-editor.org/rfc/rfc9110#section-15.4"""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from typing import NamedTuple

from homeport.registry.upstream.asking.errors import Wrong

STATUSES = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}


class Target(NamedTuple):
    """Where to ask, and with what."""

    url: str
    headers: Mapping[str, str]


def follow(asked: Target, location: str, *, may_be_plain: bool) -> Target:
    """Where `Location` leads. The credential stays behind at the border of the host.

    `may_be_plain`: whether it may lead from https to http, as it may for what is verified by its digest.
    Raises `Wrong` for what is no such address. CVE-2020-15157 is what happens with credentials that follow:
    https://github.com/containerd/containerd/security/advisories/GHSA-742w-89gc-8m9c
    """
    try:
        url = urllib.parse.urldefrag(urllib.parse.urljoin(asked.url, location)).url
        here, there = origin(asked.url), origin(url)
    except ValueError as error:
        raise Wrong("it redirects to an address that is none") from error
    if there[0] not in _PORTS or not there[1]:
        raise Wrong("it redirects to an address that is none")
    if here[0] == "https" and there[0] == "http" and not may_be_plain:
        raise Wrong(f"it redirects from https to http ({there[1]})")
    if here == there:
        return Target(url, asked.headers)
    kept = {name: value for name, value in asked.headers.items() if name.lower() != "authorization"}
    return Target(url, kept)


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port: https://www.rfc-editor.org/rfc/rfc6454#section-4"""
    parts = urllib.parse.urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
