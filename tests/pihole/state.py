"""What a stand-in has stored."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass
class State:
    """Settings, by the names that FTL has for them; the first two are lists."""

    hosts: list[str] = dataclasses.field(default_factory=list)
    aliases: list[str] = dataclasses.field(default_factory=list)
    password: str = ""
    app_pwhash: str = ""
    app_sudo: bool = False
    totp: int | None = None
    """The code of the moment, where two-factor authentication is on."""
    max_sessions: int = 16
    restore: bool = True
    """Whether sessions outlive a restart (webserver.session.restore)."""
    allow_destructive: bool = True
    read_only: bool = False
    forced: frozenset[str] = frozenset()
    """Settings that stand in the environment, such as `dns.hosts`."""


VALIDITY_S = 1800
"""webserver.session.timeout."""
ATTEMPTS = 3
"""Wrong passwords in one second."""
DOWN_AFTER_S, UP_AFTER_S = 0.29, 1.05
"""When it is away after a change that restarts it; measured on FTL 6.4.1."""
