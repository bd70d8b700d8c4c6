"""Where the components are reached, and whom to trust there."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """Where a name is reached. The name itself is what is asked for: in TLS and in `Host`."""

    host: str
    address: str
    """What to connect to: an IP address, or a name; empty for the host itself."""
    port: int = 443
    plain_port: int = 80
    ca: str = ""
    """The CA to trust, PEM; empty for those of the system."""
    is_encrypted: bool = True
    """Whether TLS is spoken at `port`."""
