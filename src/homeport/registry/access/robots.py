"""Robots: credentials for programs, with rights of their own and an end. Their secrets are random, so no slow hash is needed.

https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
import secrets
import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from homeport import errors
from homeport.clock import Clock
from homeport.registry import limits
from homeport.registry.access import rules
from homeport.registry.store import credentials
from homeport.storage.db import Database

PREFIX = "robot+"
"""In front of a robot's name, where users have theirs."""

SECRET_PREFIX = "hprobot_"  # noqa: S105 - what scanners of leaked secrets can look for
"""https://docs.github.com/en/code-security/secret-scanning/introduction/about-secret-scanning"""

SECRET_BYTES = 24
"""192 random bits, beyond all guessing: https://www.rfc-editor.org/rfc/rfc4086#section-8 (112 are enough)"""

USED_S = 60.0
"""Time between two notes of a robot's use: a write for each request would cost more than the request."""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?")
"""As names of hosts and repositories are: it goes into Basic credentials, which allow no colon."""

_PATTERN = re.compile(rf"[a-z0-9._/*?-]{{1,{limits.NAME_BYTES}}}")
"""As in the rules of the settings: of other characters no name of a repository consists."""

_log = logging.getLogger(__name__)

Scope = tuple[str, tuple[str, ...]]
"""A pattern of repository names, and the actions that are let there."""


@dataclass(frozen=True, slots=True)
class Robot:
    """A robot, without its secret."""

    name: str
    scopes: tuple[Scope, ...]
    created: float
    created_by: str
    expires: float | None
    used: float | None


class Robots:
    """All robots, kept in memory as they are in the database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._robots: dict[str, Robot] = {}
        self._hashes: dict[str, bytes] = {}
        self._names: dict[bytes, str] = {}
        self._listeners: list[Callable[[], None]] = []
        self._notes: set[asyncio.Task[None]] = set()
        for row in credentials.robots(db):
            self._keep(row)

    def listen(self, changed: Callable[[], None]) -> None:
        """Has `changed` called when a robot came or went."""
        self._listeners.append(changed)

    async def create(
        self,
        name: str,
        scopes: Sequence[tuple[str, Collection[str]]],
        expires: float | None,
        by: str,
    ) -> str:
        """Makes a robot and returns its secret, which is shown this once and not kept.

        `scopes` are patterns of repositories with what is let there, `expires` seconds since the epoch or None. Raises
        `HomeportError` for what can be no robot, nothing changed.
        """
        now = self._clock.now()
        _check(name, scopes, expires, now)
        secret = SECRET_PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        text = json.dumps(
            [{"repositories": pattern, "allow": sorted(allow)} for pattern, allow in scopes]
        )
        row = credentials.Robot(name, hash_of(secret.encode()), text, now, by, expires, None)

        def add(connection: sqlite3.Connection) -> None:
            if credentials.count(connection) >= limits.ROBOTS:
                raise errors.HomeportError(
                    f"There are {limits.ROBOTS} robots already.",
                    hint="Remove some that are used no more.",
                )
            if not credentials.add(connection, row):
                raise errors.HomeportError(
                    f"There is a robot {name!r} already.",
                    hint="Remove it first, or give the new one another name.",
                )

        await self._db.write(add)
        self._keep(row)
        self._tell()
        return secret

    def all(self) -> list[Robot]:
        """All robots by name, those whose time is over too."""
        return [self._robots[name] for name in sorted(self._robots)]

    async def remove(self, name: str) -> None:
        """Removes a robot; what it was given ends at once. Raises `HomeportError` where there is none of that name."""
        if not await self._db.write(lambda connection: credentials.remove(connection, name)):
            raise errors.HomeportError(
                f"There is no robot {name!r}.", hint="The list of robots shows those there are."
            )
        del self._robots[name], self._names[self._hashes.pop(name)]
        self._tell()

    def find(self, user: str, password: bytes) -> Robot | None:
        """The robot that a user's name and password stand for. Its time may be over."""
        name = self._names.get(hash_of(password))
        return self._robots[name] if name is not None and user == PREFIX + name else None

    def named(self, user: str) -> tuple[Robot, bytes] | None:
        """The robot that a user's name stands for, and the hash of its secret."""
        name = user.removeprefix(PREFIX)
        if name == user or name not in self._robots:
            return None
        return self._robots[name], self._hashes[name]

    def note_use(self, name: str) -> None:
        """Notes that a robot was used, at most once a minute. It may be lost where the process ends just now."""
        robot, now = self._robots.get(name), self._clock.now()
        if robot is None:
            return
        if robot.used is not None and now - robot.used < USED_S:
            return
        self._robots[name] = replace(robot, used=now)
        task = asyncio.get_running_loop().create_task(self._note_use(name, now))
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    async def close(self) -> None:
        """Waits for what is being noted."""
        if self._notes:
            await asyncio.wait(self._notes)

    async def _note_use(self, name: str, now: float) -> None:
        try:
            await self._db.write_later(
                lambda connection: credentials.note_use(connection, name, now)
            )
        except errors.StorageError as error:
            _log.warning("The use of the robot %s could not be noted: %s", name, error)

    def _keep(self, row: credentials.Robot) -> None:
        scopes = tuple(
            (scope["repositories"], tuple(scope["allow"])) for scope in json.loads(row.scopes)
        )
        self._robots[row.name] = Robot(
            row.name, scopes, row.created, row.created_by, row.expires, row.used
        )
        self._hashes[row.name], self._names[row.secret] = row.secret, row.name

    def _tell(self) -> None:
        for changed in self._listeners:
            changed()


def hash_of(secret: bytes) -> bytes:
    """What is kept of a secret. Looked up as a whole: who can not turn SHA-256 round learns nothing from the time it takes."""
    return hashlib.sha256(secret).digest()


def _check(
    name: str,
    scopes: Sequence[tuple[str, Collection[str]]],
    expires: float | None,
    now: float,
) -> None:
    if _NAME.fullmatch(name) is None:
        raise errors.HomeportError(
            f"{name!r} can not be the name of a robot.",
            hint="Take 1 to 63 lower-case letters, digits, dots, hyphens and underscores, a letter or digit at both ends.",
        )
    if expires is not None and expires <= now:
        raise errors.HomeportError(
            f"The robot {name!r} would be at its end before it is made.",
            hint="Give a time that is still to come, or none.",
        )
    if not 0 < len(scopes) <= limits.SCOPES:
        raise errors.HomeportError(
            f"A robot has 1 to {limits.SCOPES} scopes, not {len(scopes)}.",
            hint="Patterns take in many repositories: team/**.",
        )
    for pattern, allow in scopes:
        if _PATTERN.fullmatch(pattern) is None:
            raise errors.HomeportError(
                f"{pattern[:80]!r} is no pattern of repositories.",
                hint=f"1 to {limits.NAME_BYTES} lower-case letters, digits, . _ - / and * ** ?, such as team/**.",
            )
        if not allow or not rules.ACTIONS.issuperset(allow):
            raise errors.HomeportError(
                f"A robot can not be let {', '.join(sorted(allow)) or 'nothing'} in {pattern}.",
                hint="Give one or more of pull, push and delete.",
            )
