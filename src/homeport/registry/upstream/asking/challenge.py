"""What a registry asks for by `WWW-Authenticate`, and whether a credential may go there.

https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
https://distribution.github.io/distribution/spec/auth/token/#how-to-authenticate
"""

from __future__ import annotations

import ipaddress
import re
import urllib.parse
from typing import NamedTuple

from homeport.registry.upstream import limits

_BEARER = re.compile(r"(?:^|,)\s*bearer\s+(.*)", re.IGNORECASE | re.DOTALL)
_BASIC = re.compile(r"(?:^|,)\s*basic(?:\s|,|$)", re.IGNORECASE)
# Begins where a name does and never goes back: whatever an upstream sends is read in time that grows with its length.
_PARAMETER = re.compile(
    r'(?<![A-Za-z0-9_-])([A-Za-z0-9_-]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"|([^\s,"]+))'
)
_ESCAPED = re.compile(r"\\(.)")


class Basic(NamedTuple):
    """A user and a password are asked for: https://www.rfc-editor.org/rfc/rfc7617"""


class Bearer(NamedTuple):
    """A token is asked for, to be had from the realm."""

    realm: str
    service: str


def parse(header: str) -> Basic | Bearer | None:
    """The challenge to answer; a token is preferred where both are offered. None where it is no known one."""
    header = header[: limits.FIELD_CHARS]
    bearer = _BEARER.search(header)
    if bearer is not None:
        # The first of a name counts: what follows may belong to another challenge.
        parameters: dict[str, str] = {}
        for name, quoted, plain in _PARAMETER.findall(bearer[1]):
            parameters.setdefault(name.lower(), _ESCAPED.sub(r"\1", quoted) or plain)
        if parameters.get("realm"):
            return Bearer(parameters["realm"], parameters.get("service", ""))
    return Basic() if _BASIC.search(header) is not None else None


def may_ask(realm: str, upstream: str) -> bool:
    """Whether a token may be asked for at that address at all: never in the clear where the upstream itself is encrypted."""
    asked, own = urllib.parse.urlsplit(realm), urllib.parse.urlsplit(upstream)
    if not asked.hostname or "@" in asked.netloc:
        return False
    return asked.scheme == "https" or (asked.scheme == "http" and own.scheme == "http")


def may_have_credential(realm: str, upstream: str) -> bool:
    """Whether the upstream's credential may be sent there: to its own host, or to one of the same domain.

    `auth.docker.io` belongs to `registry-1.docker.io`, and `gitlab.com` to `registry.gitlab.com`. An upstream that could name any
    host could have the credential sent to anybody: https://nvd.nist.gov/vuln/detail/CVE-2026-33540
    """
    asked = urllib.parse.urlsplit(realm).hostname or ""
    own = urllib.parse.urlsplit(upstream).hostname or ""
    if asked == own or not asked:
        return bool(asked)
    if _is_address(own) or _is_address(asked):
        return False
    domain = own.partition(".")[2]
    if "." not in domain:
        domain = own
    return asked == domain or asked.endswith("." + domain)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
