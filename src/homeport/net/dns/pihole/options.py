"""Which Pi-hole, and with what it is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import urllib3

from homeport import errors

PAGES = ("/login", "/admin")
"""What stands at the end of an address that was copied from a browser; the API is beside it."""


@dataclass(frozen=True, slots=True)
class Options:
    """One Pi-hole."""

    url: str
    """Where its web interface is; `/admin` at its end may be there or not."""
    password: str = field(repr=False)
    """Its password or an app password; empty where it has none."""
    totp: str = field(repr=False)
    """The six digits of the moment, or empty."""
    ca: Path | None
    """The CA of its certificate, PEM; None for those that the system trusts."""
    dns_address: str
    """Where it answers DNS; empty for the host of `url`."""
    dns_port: int
    timeout_s: float
    """How long to wait for it while it restarts itself."""

    @property
    def base(self) -> str:
        """The address before `/api`, without a user and password that somebody wrote into it."""
        found = urllib3.util.parse_url(self.url)
        if found.scheme not in {"http", "https"} or not found.host:
            raise errors.HomeportError(
                "The address of the Pi-hole is not one of HTTP.",
                hint="pihole.url is such as http://pi.hole",
            )
        port = "" if found.port is None else f":{found.port}"
        path = (found.path or "").rstrip("/")
        for page in PAGES:
            path = path.removesuffix(page).rstrip("/")
        return f"{found.scheme}://{found.host}{port}{path}"

    @property
    def host(self) -> str:
        """The host of `url`; an IPv6 address without its brackets."""
        return (urllib3.util.parse_url(self.base).host or "").strip("[]")

    @property
    def dns(self) -> str:
        """Whom DNS is asked."""
        return self.dns_address or self.host
