"""macOS: servers of their own for single domains, in files of /etc/resolver that have the domain's name.

https://www.manpagez.com/man/5/resolver/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

FOLDER = "/etc/resolver"
_USUAL = 53


class Resolver(NamedTuple):
    """The servers of a domain."""

    domain: str
    servers: tuple[str, ...]
    port: int = _USUAL


def resolver_of(name: str, texts: Mapping[str, str]) -> Resolver | None:
    """The file that is for a name: that of the longest domain; None where there is none."""
    fitting = [each for each in texts if name == each or name.endswith(f".{each}")]
    if not fitting:
        return None
    domain = max(fitting, key=len)
    words = [line.split() for line in texts[domain].splitlines()]
    pairs = [(word[0], word[1]) for word in words if len(word) > 1]
    given = [value for key, value in pairs if key == "port" and value.isdigit()]
    servers = tuple(value for key, value in pairs if key == "nameserver")
    return Resolver(domain, servers, int(given[-1]) if given else _USUAL)
