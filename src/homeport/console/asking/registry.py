"""The registry, as one visitor may ask it: each question carries that visitor's own credential, so the registry decides.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints
"""

from __future__ import annotations

import hashlib
import json
import urllib.parse
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from homeport.clock import Clock
from homeport.console.asking import tokens, troubles
from homeport.console.asking.elsewhere import Elsewhere
from homeport.console.asking.memory import Memory
from homeport.console.asking.troubles import NotLoggedIn, Trouble
from homeport.console.asking.wire import LIMIT, READ_S, Opened, Reply, Wire
from homeport.registry.events import journal

EXTENSION = "/v2/_homeport/"

Query = Mapping[str, str | int | None]
A = TypeVar("A", Reply, Opened)


class Registries:
    """The registry of all visitors: what they share of it, which is no one's alone."""

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self.wire = wire
        self.elsewhere = Elsewhere(wire)
        self.tokens = tokens.Tokens(self.elsewhere, clock)
        self.memory = Memory(clock)

    def of(self, authorization: str, client: str, *, has_extension: bool = True) -> Registry:
        """The registry as one visitor may ask it."""
        return Registry(self, authorization, client, has_extension=has_extension)

    def close(self) -> None:
        """Lets go of all connections."""
        self.wire.close()
        self.elsewhere.close()


class Registry:
    """The registry of one visitor."""

    def __init__(
        self, shared: Registries, authorization: str, client: str, *, has_extension: bool = True
    ) -> None:
        """`authorization` is the value of that field, empty for nobody; `client` the address for which guesses are counted."""
        self.wire = shared.wire
        self.memory = shared.memory
        self.elsewhere = shared.elsewhere
        self.whose = hashlib.sha256(authorization.encode()).hexdigest()
        """Tells apart what is remembered for one visitor from what is for another."""
        self._tokens = shared.tokens
        self._authorization = authorization
        self._client = client
        self.has_extension = has_extension
        """Whether it is Homeport's own; another has the end points of the distribution spec alone."""

    async def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limit: int = LIMIT,
        timeout_s: float = READ_S,
    ) -> Reply:
        """The answer to any question, whatever its status; 401 raises `NotLoggedIn`."""

        def send(known: Mapping[str, str]) -> Awaitable[Reply]:
            sent = {**known, **(headers or {})}
            return self.wire.ask(
                method, path, headers=sent, body=body, limit=limit, timeout_s=timeout_s
            )

        return await self._authorized(method, path, send)

    async def open(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Opened:
        """The answer with its body as a stream; 401 raises `NotLoggedIn`."""
        return await self._authorized(
            method,
            path,
            lambda known: self.wire.open(
                method, path, headers={**known, **(headers or {})}, body=body
            ),
        )

    async def _authorized(
        self, method: str, path: str, send: Callable[[Mapping[str, str]], Awaitable[A]]
    ) -> A:
        """The answer to a request; where the registry asks for a token, that to the same with one."""
        asked = tokens.Asked(self._authorization, tokens.scope(method, path))
        answer = await send(self._headers(self._tokens.known(asked)))
        if answer.status != 401:
            return answer
        token = await self._tokens.answer(answer.headers.get("WWW-Authenticate", ""), asked)
        if not token:
            raise NotLoggedIn("The registry no longer takes this login. Log in again.")
        answer = await send(self._headers(token))
        if answer.status == 401:
            # The token server knows who it is, and gave a token that is not good for this.
            raise troubles.denied("The registry does not let you do this.")
        return answer

    async def get(self, place: str, query: Query | None = None, timeout_s: float = READ_S) -> Any:
        """What an end point of the extension says, such as `catalog`. Raises `Trouble` with the registry's own words."""
        return await self._json("GET", place, query, None, timeout_s)

    async def send(self, method: str, place: str, value: Any = None) -> Any:
        """Tells the extension something; None where it answers nothing. Raises `Trouble` with the registry's own words."""
        return await self._json(method, place, None, value, READ_S)

    async def _json(
        self, method: str, place: str, query: Query | None, value: Any, timeout_s: float
    ) -> Any:
        given = {name: str(each) for name, each in (query or {}).items() if each is not None}
        text = urllib.parse.urlencode(given)
        path = EXTENSION + urllib.parse.quote(place) + (f"?{text}" if text else "")
        body = None if value is None else json.dumps(value).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        reply = await self.ask(method, path, headers=headers, body=body, timeout_s=timeout_s)
        check(reply)
        return reply.json() if reply.body else None

    def _headers(self, token: str) -> dict[str, str]:
        sent = {"User-Agent": journal.CONSOLE, "X-Forwarded-For": self._client}
        authorization = token or self._authorization
        return {**sent, "Authorization": authorization} if authorization else sent


def check(reply: Reply) -> Reply:
    """The reply, where it is a good one. Raises `Trouble` with the registry's own words.

    https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes
    """
    if reply.status < 400:
        return reply
    said, hint = _said(reply)
    status = reply.status if reply.status in {400, 403, 404, 409, 413, 429, 507} else 502
    if reply.status == 403:
        raise troubles.denied(said or "The registry does not let you do this.", hint)
    raise Trouble(said or f"The registry answered {reply.status}.", hint=hint, status=status)


def _said(reply: Reply) -> tuple[str, str]:
    """The messages of an answer, and what helps."""
    try:
        errors = json.loads(reply.body)["errors"]
        words = [str(each.get("message") or each.get("code")) for each in errors]
        hints = [
            str(each["detail"]["hint"])
            for each in errors
            if isinstance(each.get("detail"), dict) and "hint" in each["detail"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "", ""
    text = "; ".join(words)
    return (text[:1].upper() + text[1:]).rstrip(".") + ".", " ".join(hints)
