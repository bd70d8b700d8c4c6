"""How Traefik itself is started: where it listens, for how long it waits, where it gets certificates.

https://doc.traefik.io/traefik/reference/install-configuration/configuration-options/
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

PLAIN, SECURE = "web", "websecure"
"""The names that Traefik's chart gives to its entry points, and so K3s."""
RESOLVER = "homeport"

IDLE_S = 180
"""Between two requests of a client: Traefik's own.
https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/"""

_ENCODED = (
    "Slash",
    "BackSlash",
    "NullCharacter",
    "Semicolon",
    "Percent",
    "QuestionMark",
    "Hash",
)
_LEVELS = {"debug": "DEBUG", "info": "INFO", "warning": "WARN", "error": "ERROR"}


class Acme(NamedTuple):
    """Where a certificate is got, and how a domain is proved to be the user's.

    https://doc.traefik.io/traefik/reference/install-configuration/tls/certificate-resolvers/acme/
    """

    email: str
    provider: str
    server: str
    """Empty for Traefik's own choice, Let's Encrypt."""
    storage: Path


class Listening(NamedTuple):
    """Where clients come in."""

    host: str
    port: int
    plain_port: int


def configuration(
    listening: Listening,
    dynamic: Path,
    *,
    read_timeout_s: float | None,
    grace_s: float,
    level: str,
    acme: Acme | None = None,
) -> dict[str, Any]:
    """All of it. There is no dashboard, no API and no ping, and nobody outside is asked or told anything."""
    options = _http()
    transport = _transport(read_timeout_s, grace_s)
    made: dict[str, Any] = {
        # https://doc.traefik.io/traefik/contributing/data-collection/
        "global": {"checkNewVersion": False, "sendAnonymousUsage": False},
        "log": {"level": _LEVELS[level], "format": "json"},
        "entryPoints": {
            PLAIN: {
                "address": _address(listening.host, listening.plain_port),
                "http": options,
                "transport": transport,
            },
            SECURE: {
                "address": _address(listening.host, listening.port),
                "http": options | {"tls": {}},
                "transport": transport,
            },
        },
        "providers": {"file": {"filename": str(dynamic), "watch": True}},
    }
    if acme is not None:
        made["certificatesResolvers"] = {RESOLVER: {"acme": _acme(acme)}}
    return made


def _http() -> dict[str, Any]:
    """A path goes on as it came: S3 has keys with `//`, `..` and every sign, and signs what was sent.

    Routes look at the host alone, so that a path cannot lead past one.
    https://doc.traefik.io/traefik/security/request-path/
    """
    return {
        "sanitizePath": False,
        "encodedCharacters": {f"allowEncoded{name}": True for name in _ENCODED},
        # The components read names of headers as they are written, and sign those of S3's metadata.
        "aliasHeadersStrategy": "keep",
    }


def _transport(read_timeout_s: float | None, grace_s: float) -> dict[str, Any]:
    """What a component sends may take as long as it takes: the component cuts a client that takes nothing."""
    return {
        "respondingTimeouts": {
            "readTimeout": _duration(read_timeout_s or 0),
            "writeTimeout": "0s",
            "idleTimeout": _duration(IDLE_S),
        },
        "lifeCycle": {"graceTimeOut": _duration(grace_s)},
    }


def _acme(given: Acme) -> dict[str, Any]:
    made: dict[str, Any] = {
        "email": given.email,
        "storage": str(given.storage),
        "dnsChallenge": {"provider": given.provider},
    }
    if given.server:
        made["caServer"] = given.server
    return made


def _duration(seconds: float) -> str:
    """https://pkg.go.dev/time#ParseDuration"""
    return f"{seconds:g}s" if seconds < 1e6 else f"{int(seconds)}s"


def _address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
