"""What the console is told, handed in when it is made. Durations are seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from homeport.console.stack.view import Stack

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S


@dataclass(frozen=True, slots=True)
class Place:
    """Where a back end is, and whom it has to prove to be."""

    url: str
    """Such as `https://127.0.0.1:5000`, without a slash at the end."""
    ca: Path | None = None
    """A CA to trust beside those of the system; read when the first question is asked."""
    name: str = ""
    """The name that its certificate must have, where that is not the host of the URL."""
    is_verified: bool = True
    """Whether its certificate is looked at: one of the user's own need not name this machine."""


@dataclass(frozen=True, slots=True)
class Options:
    """All that can be set."""

    registry: Place
    cloud: Place | None = None
    """None where the console shows no local AWS."""
    registry_host: str = ""
    """What pull commands name, with the port where it needs one."""
    cloud_url: str = ""
    """By which people and programs reach the local AWS, such as `https://localstack.homelab.local`."""
    title: str = "Homeport"
    """What stands at the top of each page."""
    theme: str = "auto"
    """`auto` follows the system's setting; `light` or `dark`."""
    page: int = 100
    """Rows of a page of a table."""
    tag_sort: str = "pushed"
    tag_order: str = "desc"
    """How tags are sorted where nothing else is asked for."""
    session_idle_s: float = 12 * HOUR_S
    """A session that nobody used for so long ends."""
    session_s: float = 7 * DAY_S
    """A session ends after so long in any case."""
    cloud_writers: str = "users"
    """Who may change the local AWS: `users` who may push somewhere, or `admins`."""
    trusted_proxies: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    """The networks whose `X-Forwarded-For` is believed."""
    stack: Stack | None = field(default=None, compare=False)
    """What there is to say of the stack; None where nobody here knows."""
