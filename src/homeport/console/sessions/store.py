"""Sessions, in memory: a password that a browser gave is nowhere else, and ends with the process.

https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any

from homeport.clock import Clock
from homeport.console.asking.scope import Scope

SESSIONS = 1000
"""Kept at most; the one that was used longest ago goes for a new one."""
OWN = 100
"""Of one name at most: who logs in again and again sends nobody else away. Where nobody has a name, all of them are one."""
FLASHES = 8
ID_BYTES = 32
"""https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#session-id-entropy asks for 8 at least."""


@dataclass(slots=True)
class Session:
    """One login."""

    name: str
    """Empty where the registry has no users."""
    authorization: str = field(repr=False)
    """What the registry is asked with; empty where it wants none."""
    is_admin: bool
    may_push: bool
    may_delete: bool
    """Whether anywhere at all."""
    has_extension: bool
    csrf: str = field(repr=False)
    started: float
    used: float
    asked: float
    """When the registry was last asked whether it still takes this credential."""
    scope: Scope = field(default_factory=Scope)
    """Which account and region was looked at last: there the menu leads from pages that are about none."""
    said: list[str] = field(default_factory=list)
    """What the next page says."""
    kept: dict[str, Any] = field(default_factory=dict, repr=False)
    """What a section keeps for this login, under a name of its own; each section sees to its bounds."""

    def say(self, text: str) -> None:
        """Has the next page say something, once."""
        self.said = [*self.said, text][-FLASHES:]


class Sessions:
    """All sessions. Only a digest of each id is kept."""

    def __init__(self, clock: Clock, idle_s: float, longest_s: float) -> None:
        self._clock = clock
        self._idle_s = idle_s
        self._longest_s = longest_s
        self._by_digest: dict[bytes, Session] = {}

    def start(
        self,
        name: str,
        authorization: str,
        *,
        is_admin: bool,
        may_push: bool,
        may_delete: bool,
        has_extension: bool,
    ) -> tuple[str, Session]:
        """A new session with its id, for the cookie."""
        now = self._clock.now()
        self._forget(now, name)
        made, session = (
            secrets.token_urlsafe(ID_BYTES),
            Session(
                name,
                authorization,
                is_admin=is_admin,
                may_push=may_push,
                may_delete=may_delete,
                has_extension=has_extension,
                csrf=secrets.token_urlsafe(ID_BYTES),
                started=now,
                used=now,
                asked=now,
            ),
        )
        self._by_digest[_digest(made)] = session
        return made, session

    def find(self, given: str) -> Session | None:
        """The session of an id, which counts as used; None where it is over."""
        key, now = _digest(given), self._clock.now()
        session = self._by_digest.get(key)
        if session is None:
            return None
        if self._is_over(session, now):
            del self._by_digest[key]
            return None
        session.used = now
        # The one used last stands last.
        self._by_digest[key] = self._by_digest.pop(key)
        return session

    def end(self, given: str) -> None:
        """Ends the session of an id."""
        self._by_digest.pop(_digest(given), None)

    def _is_over(self, session: Session, now: float) -> bool:
        return now - session.used > self._idle_s or now - session.started > self._longest_s

    def _forget(self, now: float, name: str) -> None:
        over = [key for key, each in self._by_digest.items() if self._is_over(each, now)]
        own = [key for key, each in self._by_digest.items() if name and each.name == name]
        over += [key for key in own[: max(0, len(own) - OWN + 1)] if key not in over]
        for key in over:
            del self._by_digest[key]
        while len(self._by_digest) >= SESSIONS:
            del self._by_digest[next(iter(self._by_digest))]


def basic(name: str, password: str) -> str:
    """https://www.rfc-editor.org/rfc/rfc7617#section-2"""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def _digest(given: str) -> bytes:
    return hashlib.sha256(given.encode(errors="replace")).digest()


def name_of(authorization: str) -> str:
    """The name in a Basic credential."""
    text = authorization.partition(" ")[2]
    return (
        base64.b64decode(text.encode()).decode(errors="replace").partition(":")[0] if text else ""
    )
