"""What is sent along so that an upstream answers: a user and a password, or a token that they are exchanged for.

https://distribution.github.io/distribution/spec/auth/token/
"""

from __future__ import annotations

import base64
import json
import re
import urllib.parse
from typing import Any, NamedTuple

from homeport.clock import Clock
from homeport.registry.options import Upstream
from homeport.registry.upstream import limits
from homeport.registry.upstream.asking import challenge, statuses
from homeport.registry.upstream.asking.errors import Refused, Wrong
from homeport.registry.upstream.asking.redirects import Target
from homeport.registry.upstream.asking.wire import Wire
from homeport.registry.upstream.flights import Flights

# b64token: https://www.rfc-editor.org/rfc/rfc6750#section-2.1
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")


class _Token(NamedTuple):
    header: str
    end: float


class Credentials:
    """The credential of one upstream, and the tokens it was exchanged for: one for each repository."""

    def __init__(self, upstream: Upstream, wire: Wire, clock: Clock) -> None:
        self._upstream = upstream
        self._wire = wire
        self._clock = clock
        self._basic = ""
        if upstream.user:
            joined = f"{upstream.user}:{upstream.password}".encode()
            self._basic = f"Basic {base64.b64encode(joined).decode()}"
        self._is_basic_wanted = False
        self._tokens: dict[str, _Token] = {}
        self._flights = Flights[str]()

    def known(self, repository: str) -> str | None:
        """What to send without being asked for it: what was taken before."""
        token = self._tokens.get(repository)
        if token is not None and self._clock.now() < token.end:
            return token.header
        return self._basic if self._is_basic_wanted else None

    async def answer(self, header: str, repository: str, refused: str | None) -> str:
        """What to send after a 401 that came with that `WWW-Authenticate`. Raises `Refused`, and what asking for a token raises.

        `refused` is what was sent with the request that got it.
        """
        asked = challenge.parse(header)
        if isinstance(asked, challenge.Bearer):
            known = self._tokens.get(repository)
            if known is not None and known.header == refused:
                del self._tokens[repository]
            elif known is not None and self._clock.now() < known.end:
                return known.header
            return await self._flights.share(repository, lambda: self._fetch(asked, repository))
        if asked is None:
            raise Refused("it asks for a way to log in that is not known here")
        if not self._basic:
            raise Refused("it asks for a user and a password; set them for this upstream")
        if refused == self._basic:
            raise Refused(f"it does not take the password of {self._upstream.user}")
        self._is_basic_wanted = True
        return self._basic

    async def _fetch(self, asked: challenge.Bearer, repository: str) -> str:
        """A token to pull from a repository, which is remembered until shortly before its end."""
        reply = await self._wire.ask(
            "GET", self._target(asked, repository), limits.TOKEN_BYTES, hops=0
        )
        statuses.check(reply, "its token server")
        body = _load(reply.body)
        token = body.get("token") or body.get("access_token")
        if not isinstance(token, str) or _TOKEN.fullmatch(token) is None:
            raise Wrong("its token server gave no token")
        header = f"Bearer {token}"
        holds = _duration(body.get("expires_in"))
        if len(self._tokens) >= limits.TOKENS:
            del self._tokens[next(iter(self._tokens))]
        end = self._clock.now() + max(holds - limits.TOKEN_MARGIN_S, holds / 2)
        self._tokens[repository] = _Token(header, end)
        return header

    def _target(self, asked: challenge.Bearer, repository: str) -> Target:
        realm, upstream = asked.realm, self._upstream.url
        host = _host(realm)
        if not challenge.may_ask(realm, upstream):
            raise Refused(f"its token server {host} can not be asked safely")
        if self._basic and not challenge.may_have_credential(realm, upstream):
            raise Refused(
                f"its token server {host} is of another domain, and is not told the password"
            )
        fields = {"service": asked.service} if asked.service else {}
        fields["scope"] = f"repository:{repository}:pull"
        joint = "&" if "?" in realm else "?"
        headers = {"Authorization": self._basic} if self._basic else {}
        return Target(f"{realm}{joint}{urllib.parse.urlencode(fields)}", headers)

    async def close(self) -> None:
        """Gives up what is under way."""
        await self._flights.close()


def _host(realm: str) -> str:
    try:
        return urllib.parse.urlsplit(realm).hostname or "without a name"
    except ValueError:
        return "without a name"


def _load(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Wrong("its token server did not answer with JSON") from error
    if not isinstance(body, dict):
        raise Wrong("its token server did not answer with an object")
    return body


def _duration(said: object) -> float:
    is_number = isinstance(said, int | float) and not isinstance(said, bool)
    return float(said) if is_number and 0 < said < float("inf") else limits.TOKEN_S  # type: ignore[operator,arg-type]  # a number
