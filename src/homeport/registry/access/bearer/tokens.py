"""Tokens of our own: JSON Web Tokens, signed with a key of this registry, that nobody else needs to understand.

https://distribution.github.io/distribution/spec/auth/jwt/, https://www.rfc-editor.org/rfc/rfc7519, https://www.rfc-editor.org/rfc/rfc8725
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import secrets
from collections.abc import Callable
from typing import Any, NamedTuple

from homeport.registry.access.bearer import scopes
from homeport.registry.store import credentials
from homeport.storage.db import Database

KEY = "token"
"""The key's name in the table of secrets."""

KEY_BYTES = 32
"""As long as the hash, at least: https://www.rfc-editor.org/rfc/rfc7518#section-3.2"""

LEEWAY_S = 60
"""A clock may have been set back by so much: https://github.com/distribution/distribution/blob/main/registry/auth/token/token.go (Leeway)"""

TOKEN_BYTES = 32 * 1024
"""A longer one is not ours: `limits.SCOPES` of the longest names take less."""


class Claims(NamedTuple):
    """What a token says."""

    name: str
    """The user or robot that it was made for; empty for who gave no credential."""
    stamp: str
    """Tells whether their credential is still the same."""
    granted: scopes.Granted
    expires: float


class Tokens:
    """Makes and reads tokens. The key is made with the first of them, and survives restarts."""

    def __init__(self, db: Database, audience: str, ids: Callable[[], str]) -> None:
        self._db = db
        self._audience = audience
        self._ids = ids
        self._key = credentials.find_key(db, KEY)

    async def prepare(self) -> None:
        """Makes the key where there is none; to be called before the first token is made."""
        if self._key is None:
            fresh = secrets.token_bytes(KEY_BYTES)
            self._key = await self._db.write(
                lambda connection: credentials.keep_key(connection, KEY, fresh)
            )

    def stamp(self, name: str, credential: bytes) -> str:
        """What a token carries of its holder's credential: nobody can tell from it what that is, or make another with the same."""
        text = name.encode("utf-8", "surrogateescape") + b"\0" + credential
        return _encode(hmac.digest(self._known_key(), b"stamp\0" + text, hashlib.sha256)[:16])

    def make(self, claims: Claims, now: float) -> str:
        """A token that is good from `now` on."""
        body = {
            "iss": self._audience,
            "sub": claims.name,
            "aud": self._audience,
            "exp": math.ceil(claims.expires),
            "nbf": int(now),
            "iat": int(now),
            "jti": self._ids(),
            "access": claims.granted.claim(),
            "stamp": claims.stamp,
        }
        signed = f"{_HEADER}.{_encode(json.dumps(body, separators=(',', ':')).encode())}"
        return f"{signed}.{self._sign(signed)}"

    def read(self, token: str, now: float) -> Claims | None:
        """What a token of ours says while it is good; None for any other.

        Its header has to be our own to the letter, so nothing in it chooses how the signature is checked:
        https://www.rfc-editor.org/rfc/rfc8725#section-3.1
        """
        if self._key is None or len(token) > TOKEN_BYTES or not token.isascii():
            return None
        signed, _, signature = token.rpartition(".")
        header, _, body = signed.partition(".")
        if header != _HEADER or not hmac.compare_digest(signature, self._sign(signed)):
            return None
        claims = json.loads(_decode(body))
        is_good = claims["nbf"] - LEEWAY_S <= now < claims["exp"]
        if not is_good or claims["aud"] != self._audience or claims["iss"] != self._audience:
            return None
        return _claims(claims)

    def _known_key(self) -> bytes:
        if self._key is None:
            raise RuntimeError("No token can be made before its key.")
        return self._key

    def _sign(self, signed: str) -> str:
        return _encode(hmac.digest(self._known_key(), signed.encode(), hashlib.sha256))


def _claims(claims: dict[str, Any]) -> Claims:
    granted = scopes.of_claim(claims["access"])
    return Claims(claims["sub"], claims["stamp"], granted, claims["exp"])


def _encode(data: bytes) -> str:
    """https://www.rfc-editor.org/rfc/rfc7515#section-2 (Base64url)"""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


_HEADER = _encode(b'{"typ":"JWT","alg":"HS256"}')
