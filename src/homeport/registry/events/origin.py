"""Who asked, from where and when, for those who write down what happened. What clients say of themselves is cut."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime

from homeport.edge import http
from homeport.registry.events.journal import Event

AGENT_CHARS = 256
"""Kept of `User-Agent`; a head may have 64 KiB (`homeport.edge.config`)."""
HOST_CHARS = 255
"""https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4"""


def rfc3339(now: float) -> str:
    """A time in UTC, to the millisecond: https://www.rfc-editor.org/rfc/rfc3339#section-5.6"""
    text = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def user(event: Event) -> str:
    """Who did it; empty for who has given no name."""
    return event.user or (event.request.user if event.request is not None else "")


def agent(request: http.Request) -> str:
    """The client's program, as it calls itself."""
    return request.headers.get("user-agent", "")[:AGENT_CHARS]


def host(request: http.Request) -> str:
    """What the client calls this registry."""
    return request.headers.get("host", "")[:HOST_CHARS]


def forwarded_for(request: http.Request) -> str:
    """The client that a proxy says it asks for; empty where none says so. Believe it where only the proxy can be reached.

    https://github.com/distribution/distribution/blob/main/internal/requestutil/util.go
    """
    claimed = request.headers.get("x-forwarded-for", "").partition(",")[0].strip()
    try:
        return str(ipaddress.ip_address(claimed)) if claimed else ""
    except ValueError:
        return ""


def base_url(request: http.Request) -> str:
    """Where the client reaches this registry, behind a proxy too."""
    headers = request.headers
    scheme = headers.get("x-forwarded-proto", "").partition(",")[0].strip().lower()
    name = headers.get("x-forwarded-host", "").partition(",")[0].strip()[:HOST_CHARS]
    if scheme not in {"http", "https"}:
        scheme = request.scheme
    return f"{scheme}://{name or host(request)}"
