"""The token server: turns a password, or none, into a token for a while.

https://distribution.github.io/distribution/spec/auth/token/, https://distribution.github.io/distribution/spec/auth/oauth/
"""

from __future__ import annotations

import json
import urllib.parse
from datetime import UTC, datetime
from typing import Any

from homeport.clock import Clock
from homeport.edge import http
from homeport.registry import errors, limits
from homeport.registry.access.bearer import scopes, tokens
from homeport.registry.access.challenges import WRONG, Challenges
from homeport.registry.access.gate import Gate
from homeport.registry.access.rules import Holder
from homeport.registry.options import Options

_HEADERS = [
    ("Content-Type", "application/json"),
    # https://www.rfc-editor.org/rfc/rfc6749#section-5.1
    ("Cache-Control", "no-store"),
    errors.VERSION,
]

_FIELDS = 2 * limits.SCOPES
"""Fields of a request: each scope may have one."""


class TokenServer:
    """The end point of tokens, by GET with Basic credentials or none, and by POST of a form."""

    def __init__(
        self,
        gate: Gate,
        its_tokens: tokens.Tokens,
        challenges: Challenges,
        clock: Clock,
        options: Options,
    ) -> None:
        self._gate = gate
        self._tokens = its_tokens
        self._challenges = challenges
        self._clock = clock
        self._service = options.realm
        self._token_s = int(options.token_s)

    async def get(self, request: http.Request, _name: str, _reference: str) -> http.Response:
        """A token for the scopes of the query, cut to what its holder may."""
        holder = request.caller
        # A token is no credential here: else it could be renewed for ever.
        is_good = isinstance(holder, Holder) and self._gate.credential(holder.name) is not None
        if not is_good:
            raise self._challenges.basic()
        fields = _fields(request.query)
        service = _first(fields, "service")
        if service and service != self._service:
            raise errors.Failure("UNSUPPORTED", self._wrong_service(service), status=400)
        made = await self._make(holder, fields.get("scope", []))
        del made["scope"]
        return http.Response(
            200, list(_HEADERS), json.dumps({"token": made["access_token"], **made}).encode()
        )

    async def post(self, request: http.Request, _name: str, _reference: str) -> http.Response:
        """The same by OAuth 2, for a user's name and password. There are no refresh tokens.

        Clients that get an error of 400 here go on with GET:
        https://github.com/containerd/containerd/blob/main/core/remotes/docker/authorizer.go
        """
        form = await _form(request)
        service = _first(form, "service")
        if _first(form, "grant_type") != "password":
            return _refusal("unsupported_grant_type", "only the grant_type password is known here")
        user, password = _first(form, "username"), _first(form, "password")
        if user is None or password is None:
            return _refusal("invalid_request", "username and password are needed")
        if service and service != self._service:
            return _refusal("invalid_request", self._wrong_service(service))
        holder = await self._gate.log_in(request, user, password)
        if holder is None:
            return _refusal("invalid_grant", WRONG)
        made = await self._make(holder, form.get("scope", []))
        return http.Response(200, list(_HEADERS), json.dumps(made).encode())

    async def _make(self, holder: Holder, asked: list[str]) -> dict[str, Any]:
        await self._tokens.prepare()
        credential = self._gate.credential(holder.name)
        if credential is None:
            raise self._challenges.basic()  # gone in the meantime
        now = self._clock.now()
        granted = scopes.cut(asked, holder)
        stamp = self._tokens.stamp(holder.name, credential)
        claims = tokens.Claims(holder.name, stamp, granted, now + self._token_s)
        return {
            "access_token": self._tokens.make(claims, now),
            "scope": granted.text(),
            "expires_in": self._token_s,
            "issued_at": datetime.fromtimestamp(int(now), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def _wrong_service(self, service: str) -> str:
        return f"this is the token server of {self._service}, not of {service[:255]}"


async def _form(request: http.Request) -> dict[str, list[str]]:
    body = await request.body.read(limits.TOKEN_REQUEST_BYTES)
    return _fields(body.decode("latin-1"))


def _fields(text: str) -> dict[str, list[str]]:
    try:
        return urllib.parse.parse_qs(text, keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError as error:
        raise errors.Failure(
            "UNSUPPORTED", f"a request of more than {_FIELDS} fields", status=400
        ) from error


def _first(fields: dict[str, list[str]], name: str) -> str | None:
    return fields[name][0] if name in fields else None


def _refusal(error: str, description: str) -> http.Response:
    """https://www.rfc-editor.org/rfc/rfc6749#section-5.2"""
    body = json.dumps({"error": error, "error_description": description})
    return http.Response(400, list(_HEADERS), body.encode())
