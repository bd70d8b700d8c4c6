"""Header fields of all pages: nothing from other hosts, nothing inline, no frame around it.

https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP
"""

from __future__ import annotations

from homeport.edge import http

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SANDBOX = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"
"""For what somebody has stored, shown as it is: no script of it runs, and nothing of it is of this origin."""

_ALL: http.Headers = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]


def protect(response: http.Response) -> http.Response:
    """Adds what is missing."""
    there = {name.lower() for name, _ in response.headers}
    wanted = [("Content-Security-Policy", POLICY), ("Cache-Control", "no-store"), *_ALL]
    response.headers += [field for field in wanted if field[0].lower() not in there]
    return response
