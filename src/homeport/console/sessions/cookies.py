"""The cookie of a session, and what a page has to bring to change anything.

https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie
"""

from __future__ import annotations

import base64
import hmac
import secrets
import urllib.parse

from homeport.console.asking import scope as scopes
from homeport.console.asking.scope import Scope
from homeport.edge import http

SECURE, PLAIN = "__Host-homeport", "homeport"
"""By HTTPS a browser lets no other host, and no plain page, set a cookie of this name."""
SCOPE_SECURE, SCOPE_PLAIN = "__Host-homeport-in", "homeport-in"
"""Remembers which account and region were looked at last, over logins. No secret, and yet nobody else's to say."""
SCOPE_S = 365 * 86400


def name(*, is_secure: bool) -> str:
    """What the cookie is called."""
    return SECURE if is_secure else PLAIN


def read(request: http.Request, *, is_secure: bool) -> str:
    """The id that a request brings; empty where it brings none."""
    return _value(request, name(is_secure=is_secure))


def scope_name(*, is_secure: bool) -> str:
    """What the cookie of an account and a region is called."""
    return SCOPE_SECURE if is_secure else SCOPE_PLAIN


def read_scope(request: http.Request, *, is_secure: bool) -> Scope:
    """The account and region that were looked at last."""
    account, _, region = _value(request, scope_name(is_secure=is_secure)).partition("/")
    return scopes.read(account, region) or Scope()


def scope_field(scope: Scope, *, is_secure: bool) -> tuple[str, str]:
    """The `Set-Cookie` that remembers an account and a region."""
    named = scope_name(is_secure=is_secure)
    return _set(named, "/".join(scope), is_secure=is_secure, age_s=SCOPE_S)


def _value(request: http.Request, wanted: str) -> str:
    # A comma parts nothing: browsers take it as part of a value, which a host of the same domain may have set.
    for part in request.headers.get("cookie", "").split(";"):
        key, _, value = part.strip().partition("=")
        if key == wanted:
            return value
    return ""


def field(value: str, *, is_secure: bool, age_s: float | None) -> tuple[str, str]:
    """The `Set-Cookie` of a session; `age_s` 0 takes it away. Lax: a link from elsewhere leads to a page, a form from elsewhere to none."""
    return _set(name(is_secure=is_secure), value, is_secure=is_secure, age_s=age_s)


def _set(named: str, value: str, *, is_secure: bool, age_s: float | None) -> tuple[str, str]:
    parts = [f"{named}={value}", "Path=/", "HttpOnly", "SameSite=Lax"]
    if age_s is not None:
        parts.append(f"Max-Age={int(age_s)}")
    return "Set-Cookie", "; ".join([*parts, "Secure"] if is_secure else parts)


def mask(token: str) -> str:
    """The token as a page shows it, other each time: what is compressed with it tells nothing of it (http://breachattack.com/)."""
    value = token.encode()
    salt = secrets.token_bytes(len(value))
    return base64.urlsafe_b64encode(salt + _mixed(salt, value)).decode()


def is_right(shown: str, token: str) -> bool:
    """Whether a page brings the token of its session."""
    value = token.encode()
    try:
        given = base64.urlsafe_b64decode(shown.encode())
    except ValueError:
        return False
    salt, rest = given[: len(value)], given[len(value) :]
    return len(rest) == len(value) and hmac.compare_digest(_mixed(salt, rest), value)


def _mixed(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def is_from_here(request: http.Request, hosts: tuple[str, ...]) -> bool:
    """Whether a page of this console sent it, as far as the browser tells.

    https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True
    # Of `null`, which hides where a page is from, it is empty.
    try:
        host = urllib.parse.urlsplit(origin).netloc
    except ValueError:
        return False
    return bool(host) and host in hosts
