"""Bearer tokens, for registries that have logins done by another server: the visitor's name and password are exchanged there.

https://distribution.github.io/distribution/spec/auth/token/
"""

from __future__ import annotations

import hashlib
import re
import urllib.parse
from typing import NamedTuple

from homeport.clock import Clock
from homeport.console.asking.elsewhere import Elsewhere
from homeport.console.asking.memory import Memory
from homeport.console.asking.troubles import NotLoggedIn, Trouble
from homeport.console.asking.wire import Reply
from homeport.registry.upstream.asking import challenge

TOKENS = 2000
"""Kept at most, for all visitors and repositories."""
TOKEN_BYTES = 64 * 1024
"""Of an answer of a token server."""
LEAST_S, MOST_S = 60.0, 3600.0
"""Without `expires_in` a token is good for 60 seconds; none is kept for longer than an hour.
https://distribution.github.io/distribution/spec/auth/token/#token-response-fields"""
EARLY_S = 10.0
"""A token is no longer used so long before its end: it has to live until the registry has read it."""

# b64token: https://www.rfc-editor.org/rfc/rfc6750#section-2.1
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_REPOSITORY = re.compile(r"/v2/(.+)/(?:manifests|blobs|tags|referrers)/[^?]*")


class Asked(NamedTuple):
    """What is asked for, and by whom."""

    authorization: str
    scope: str

    @property
    def key(self) -> tuple[str, str]:
        """Without the password in it."""
        return hashlib.sha256(self.authorization.encode()).hexdigest(), self.scope


def scope(method: str, path: str) -> str:
    """What a request needs: https://distribution.github.io/distribution/spec/auth/scope/"""
    if path.startswith("/v2/_catalog"):
        return "registry:catalog:*"
    found = _REPOSITORY.fullmatch(path.partition("?")[0])
    if found is None:
        return ""
    actions = {"DELETE": "pull,delete", "GET": "pull", "HEAD": "pull"}.get(method, "pull,push")
    return f"repository:{urllib.parse.unquote(found[1])}:{actions}"


class Tokens:
    """Tokens of all visitors, in memory only."""

    def __init__(self, elsewhere: Elsewhere, clock: Clock) -> None:
        self._elsewhere = elsewhere
        self._memory = Memory(clock, TOKENS)

    def known(self, asked: Asked) -> str:
        """What to send; empty where no token is known."""
        return str(self._memory.get(asked.key) or "")

    async def answer(self, header: str, asked: Asked) -> str:
        """What to send after a 401 with that `WWW-Authenticate`; empty where it asks for no token.

        Raises `NotLoggedIn` where the token server does not take the password, `Trouble` where it can not be asked.
        """
        wanted = challenge.parse(header)
        if not isinstance(wanted, challenge.Bearer):
            return ""
        self._memory.drop(asked.key)
        self._check(wanted.realm)
        token, seconds = _read(await self._ask(wanted, asked), wanted.realm)
        sent = f"Bearer {token}"
        self._memory.put(asked.key, sent, len(sent), max(seconds - EARLY_S, 1.0))
        return sent

    def _check(self, realm: str) -> None:
        own = self._elsewhere.home.url
        if challenge.may_ask(realm, own) and challenge.may_have_credential(realm, own):
            return
        raise Trouble(
            f"The registry wants logins done at {realm[:200]}, which is not of its own domain, or not encrypted as it is.",
            hint="Passwords are not sent there. The registry's auth.token.realm names it.",
            status=502,
        )

    async def _ask(self, wanted: challenge.Bearer, asked: Asked) -> Reply:
        given = {"service": wanted.service, "scope": asked.scope, "client_id": "homeport-console"}
        text = urllib.parse.urlencode({name: value for name, value in given.items() if value})
        url = wanted.realm + ("&" if "?" in wanted.realm else "?") + text
        headers = {"Authorization": asked.authorization} if asked.authorization else {}
        return await self._elsewhere.ask("the token server", url, headers, TOKEN_BYTES)


def _read(reply: Reply, realm: str) -> tuple[str, float]:
    if reply.status in {400, 401, 403}:
        raise NotLoggedIn("The token server does not take this login. Log in again.")
    said = reply.json() if reply.status == 200 else None
    given = said if isinstance(said, dict) else {}
    token = given.get("token") or given.get("access_token")
    if not isinstance(token, str) or _TOKEN.fullmatch(token) is None:
        raise Trouble(
            f"The token server at {realm[:200]} gave no token (it says {reply.status}).",
            hint="The registry's auth.token.realm names it.",
            status=502,
        )
    seconds = given.get("expires_in")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return token, LEAST_S
    return token, min(max(float(seconds), 1.0), MOST_S)
