"""/etc/resolv.conf: which DNS servers are asked.

https://man7.org/linux/man-pages/man5/resolv.conf.5.html
"""

from __future__ import annotations

_STUBS = frozenset({"127.0.0.53", "127.0.0.54"})
"""https://www.freedesktop.org/software/systemd/man/latest/systemd-resolved.service.html"""
_MOST = 3
"""MAXNS"""


def listed(text: str) -> tuple[str, ...]:
    """The addresses of the servers, in order; this machine's own where none is named."""
    words = [line.split() for line in text.splitlines()]
    found = tuple(word[1] for word in words if len(word) > 1 and word[0] == "nameserver")
    return found[:_MOST] or ("127.0.0.1",)


def is_stub(servers: tuple[str, ...]) -> bool:
    """Whether they are systemd-resolved, which decides by itself whom to ask."""
    return bool(servers) and servers[0] in _STUBS
