"""The addresses that the names lead to."""

from __future__ import annotations

from collections.abc import Sequence

from homeport import errors
from homeport.net import names


def chosen(given: str, given6: str, found: Sequence[str]) -> tuple[str, ...]:
    """The addresses of Traefik: the one that was given, else those that were found; the IPv6 one beside them."""
    first = (given,) if given else tuple(found)
    return tuple(dict.fromkeys((*first, *((given6,) if given6 else ()))))


def reached(listening: str) -> str:
    """Where this machine is reached, by others too if it listens for them. Raises `HomeportError` where it has no address."""
    if not names.is_wildcard(listening):
        return listening
    outside = names.outside()
    if not outside:
        raise errors.HomeportError(
            "This machine has no address on a network that the names could lead to.",
            hint="Connect it, or give the address: dns.address in homeport.toml.",
        )
    return outside[0]
