"""How a client is told to send a credential: Basic, or Bearer with the address of the token server.

https://www.rfc-editor.org/rfc/rfc9110#name-www-authenticate, https://distribution.github.io/distribution/spec/auth/token/#how-to-authenticate
"""

from __future__ import annotations

import re

from homeport.edge import http
from homeport.registry import errors
from homeport.registry.options import Options

TOKEN_PATH = "/v2/token"  # noqa: S105 - a path

INVALID_TOKEN, INSUFFICIENT_SCOPE = "invalid_token", "insufficient_scope"
"""https://www.rfc-editor.org/rfc/rfc6750#section-3.1"""

LOG_IN, WRONG = "log in first", "the user's name or password is wrong"
"""What a person reads: of a code with its own message, docker shows the code alone."""

_HOST = re.compile(r"[A-Za-z0-9._~-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")
"""https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2, but for what no registry is called"""


class Challenges:
    """Makes the 401 of a registry. With `has_bearer`, clients are sent for a token."""

    def __init__(self, options: Options, *, has_bearer: bool) -> None:
        self._basic = f"Basic realm={_quoted(options.realm)}"
        self._service = _quoted(options.realm)
        self._url = options.url.rstrip("/")
        self._has_bearer = has_bearer

    def ask(
        self,
        request: http.Request,
        *,
        scope: str = "",
        error: str = "",
        description: str = "",
        message: str = "",
    ) -> errors.Failure:
        """What a client gets that has to send a credential, or another one.

        Of a challenge with an error, docker, podman and skopeo show the description:
        https://github.com/distribution/distribution/blob/main/internal/client/errors.go (HandleErrorResponse)
        """
        base = self._base(request) if self._has_bearer else ""
        if not base:
            return self.basic(message)
        fields = [f"realm={_quoted(base + TOKEN_PATH)}", f"service={self._service}"]
        if scope:
            fields.append(f"scope={_quoted(scope)}")
        if error:
            fields.append(f"error={_quoted(error)}")
        if description:
            fields.append(f"error_description={_quoted(description)}")
        return _unauthorized("Bearer " + ",".join(fields), message)

    def basic(self, message: str = "") -> errors.Failure:
        """What a client gets that has to send a user's name and password."""
        return _unauthorized(self._basic, message)

    def _base(self, request: http.Request) -> str:
        """Where the client reaches this registry; empty where its request does not tell. Clients take no relative address."""
        if self._url:
            return self._url
        headers = request.headers
        # https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Forwarded-Host; the first is what the client asked for
        scheme = headers.get("x-forwarded-proto", "").partition(",")[0].strip().lower()
        host = headers.get("x-forwarded-host", "").partition(",")[0].strip()
        if scheme not in {"http", "https"}:
            scheme = request.scheme
        host = host or headers.get("host", "")
        return f"{scheme}://{host}" if _HOST.fullmatch(host) else ""


def _unauthorized(challenge: str, message: str) -> errors.Failure:
    return errors.Failure("UNAUTHORIZED", message, headers=[("WWW-Authenticate", challenge)])


def _quoted(text: str) -> str:
    """https://www.rfc-editor.org/rfc/rfc9110#name-quoted-strings"""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
