"""Who comes in: users, robots, bearers of tokens and the owner, with the cost of looking paid once per credential and not per request.

https://www.rfc-editor.org/rfc/rfc7617, https://www.rfc-editor.org/rfc/rfc6750
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import secrets
from collections.abc import Awaitable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

from homeport.clock import Clock
from homeport.edge import http
from homeport.registry import errors, limits
from homeport.registry.access import caller, control, htpasswd
from homeport.registry.access.bearer import scopes
from homeport.registry.access.bearer.tokens import Claims, Tokens
from homeport.registry.access.challenges import INVALID_TOKEN, LOG_IN, WRONG, Challenges
from homeport.registry.access.logins.addresses import Addresses
from homeport.registry.access.logins.passwords import Passwords
from homeport.registry.access.robots import PREFIX, Robot, Robots
from homeport.registry.access.rules import Holder, Rules
from homeport.registry.access.users import Users
from homeport.registry.events.watch import Watch

_KEY_BYTES = 32
V = TypeVar("V")


class Entry(NamedTuple):
    """A credential that was found to be good."""

    caller: caller.Caller
    until: float = math.inf
    robot: str = ""
    """The name of the robot whose use has to be noted."""


class Gate:
    """Tells users from strangers.

    What was verified is remembered under a keyed hash, so that memory holds no password, until its user changes. The key lives
    as long as the process. Wrong ones are remembered too: a client that retries with an old password costs bcrypt only once.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock,
        rules: Rules,
        robots: Robots,
        tokens: Tokens,
        challenges: Challenges,
        watch: Watch,
        owner: control.Control | None = None,
        addresses: Addresses | None = None,
    ) -> None:
        self._clock = clock
        self._rules = rules
        self._robots = robots
        self._tokens = tokens
        self._challenges = challenges
        self._watch = watch
        self._owner = owner
        self._addresses = addresses or Addresses()
        self._key = secrets.token_bytes(_KEY_BYTES)
        self._users = Users(path)
        self._passwords = Passwords(clock, lambda: self._users.hashes)
        self._holders: dict[str, Holder] = {}
        self._hashes = self._users.hashes
        self._verified: dict[bytes, Holder] = {}
        self._granted: dict[bytes, Entry] = {}
        self._refused: dict[bytes, None] = {}
        robots.listen(self._forget)

    def admit(self, request: http.Request) -> Awaitable[None] | None:
        """Notes in the request who sends it; where that takes time, when it is awaited.

        Raises UNAUTHORIZED for a wrong credential, TOOMANYREQUESTS where too many passwords are to be checked already. Who brings
        none is let in as nobody, for the rights of anybody.
        """
        header = request.headers.get("authorization")
        if header is None:
            request.caller = self._rules.anonymous
            return None
        return self._enter(request, header)

    def _enter(self, request: http.Request, header: str) -> Awaitable[None] | None:
        if self._users.refresh():
            self._change()
        key = self._hash(header)
        user = self._verified.get(key)
        if user is not None:
            request.caller = user
            request.user = user.name
            return None
        entry = self._granted.get(key)
        if entry is None or entry.until <= self._clock.now():
            entry = self._look(request, key, header)
            if entry is None:
                return self._verify(request, key, header)
        request.caller = entry.caller
        request.user = entry.caller.name
        if entry.robot:
            self._robots.note_use(entry.robot)
        return None

    async def log_in(self, request: http.Request, user: str, password: str) -> Holder | None:
        """The user or robot of a name and password; None where they are wrong. Otherwise as `admit`."""
        pair = f"{user}:{password}".encode("utf-8", "surrogateescape")
        try:
            waiting = self._enter(request, "Basic " + base64.b64encode(pair).decode())
            if waiting is not None:
                await waiting
        except errors.Failure as failure:
            if failure.status == 401:
                return None
            raise
        return request.caller if isinstance(request.caller, Holder) else None

    def credential(self, name: str) -> bytes | None:
        """What a user's or robot's rights hang on: where it is another one, or none, what was given for it ends."""
        if not name:
            return b"" if self._rules.has_anonymous else None
        if name.startswith(PREFIX):
            found = self._robots.named(name)
            return found[1] if found is not None else None
        return self._users.hashes.get(name)

    def refresh(self) -> None:
        """Takes notice of changed users. Raises `SettingsError` where they can not be read."""
        if self._users.refresh():
            self._change()

    def close(self) -> None:
        """Ends the threads."""
        self._passwords.close()

    # The kinds of credentials

    def _look(self, request: http.Request, key: bytes, header: str) -> Entry | None:
        """What can be told at once; None where a password has to be checked."""
        scheme, _, rest = header.partition(" ")
        if scheme.lower() == "bearer":
            entry = self._bearer(request, rest.strip())
        else:
            credential = parse(header)
            if credential is not None and not credential[0]:
                # podman and skopeo send an empty name for who has not logged in.
                raise self._challenges.ask(request, message=LOG_IN)
            if credential is None or key in self._refused:
                self._fail(request, credential[0] if credential else "", "wrong password")
                raise self._challenges.ask(request, message=WRONG)
            if not credential[0].startswith(PREFIX):
                return None
            entry = self._robot(request, *credential)
        _remember(self._granted, key, entry)
        return entry

    def _bearer(self, request: http.Request, token: str) -> Entry:
        if self._owner is not None and self._owner.is_right(token):
            return Entry(control.OWNER)
        claims = self._tokens.read(token, self._clock.now())
        entry = self._of_token(claims) if claims is not None else None
        if entry is None:
            self._fail(request, "", "invalid token")
            raise self._challenges.ask(
                request,
                error=INVALID_TOKEN,
                message="the token is not of this registry, or its time is over",
            )
        return entry

    def _of_token(self, claims: Claims) -> Entry | None:
        credential = self.credential(claims.name)
        if credential is None or self._tokens.stamp(claims.name, credential) != claims.stamp:
            return None
        until, robot = claims.expires, self._robots.named(claims.name)
        if robot is not None and robot[0].expires is not None:
            until = min(until, robot[0].expires)
        if until <= self._clock.now():
            return None
        return Entry(
            scopes.Scoped(self._holder(claims.name), claims.granted),
            until,
            robot[0].name if robot is not None else "",
        )

    def _robot(self, request: http.Request, user: str, password: bytes) -> Entry:
        robot = self._robots.find(user, password)
        if robot is None:
            self._fail(request, user, "wrong secret")
            raise self._challenges.ask(request, message=WRONG)
        if robot.expires is not None and robot.expires <= self._clock.now():
            self._fail(request, user, "expired")
            raise self._challenges.ask(request, message=_expired(robot))
        until = robot.expires if robot.expires is not None else math.inf
        return Entry(self._holder(user), until, robot.name)

    async def _verify(self, request: http.Request, key: bytes, header: str) -> None:
        user, password = parse(header) or ("", b"")
        before = self._users.hashes
        hashed = await self._passwords.check(key, self._addresses.of(request), user, password)
        if hashed is None:
            if self._users.hashes is before:
                _remember(self._refused, key, None)
            self._fail(request, user, "wrong password")
            raise self._challenges.ask(request, message=WRONG)
        holder = self._holder(user)
        if self._users.hashes.get(user) == hashed:
            _remember(self._verified, key, holder)
        request.caller = holder
        request.user = user

    def _fail(self, request: http.Request, user: str, reason: str) -> None:
        self._watch.login_failed(user, self._addresses.of(request), reason)

    # What is remembered

    def _holder(self, name: str) -> Holder:
        """The one of that name; one for all their credentials, so that what was decided is remembered for all."""
        holder = self._holders.get(name)
        if holder is None:
            holder = self._holders[name] = self._new_holder(name)
        return holder

    def _new_holder(self, name: str) -> Holder:
        if not name:
            return self._rules.anonymous
        found = self._robots.named(name)
        return self._rules.user(name) if found is None else self._rules.robot(name, found[0].scopes)

    def _change(self) -> None:
        """Drops what hangs on users that have changed; whoever is as before is not asked to wait for bcrypt again."""
        now, before = self._users.hashes, self._hashes
        same = {name for name, hashed in before.items() if now.get(name) == hashed}
        self._hashes = now
        self._verified = {key: user for key, user in self._verified.items() if user.name in same}
        self._refused = {}
        self._forget()

    def _forget(self) -> None:
        """Drops what hangs on users and robots that may have changed."""
        self._granted = {}
        self._holders = {}

    def _hash(self, header: str) -> bytes:
        return hashlib.blake2b(
            header.encode("utf-8", "surrogateescape"), key=self._key, digest_size=32
        ).digest()


def parse(header: str) -> tuple[str, bytes] | None:
    """User and password of a Basic Authorization header; None for anything else."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(token.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    user, colon, password = text.partition(b":")
    if not colon or len(user) > htpasswd.USER_BYTES:
        # Nobody is called so, and the throttle remembers names: 20,000 of 48 KiB would be all the memory there is.
        return None
    return user.decode("utf-8", "surrogateescape"), password


def _remember(cache: dict[bytes, V], key: bytes, value: V) -> None:
    if len(cache) >= limits.CREDENTIALS:
        del cache[next(iter(cache))]
    cache[key] = value


def _expired(robot: Robot) -> str:
    when = datetime.fromtimestamp(robot.expires or 0, UTC).isoformat(timespec="seconds")
    return f"the time of the robot {robot.name} was over at {when}: a new one is needed"
