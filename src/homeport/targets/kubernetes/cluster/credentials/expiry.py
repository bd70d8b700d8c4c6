"""When a credential ends, as far as it says so itself."""

from __future__ import annotations

import base64
import datetime
import importlib
import json
from typing import Any, Protocol, cast

_LATEST = 253402300800
"""The year 10000, which no date of Python reaches."""


class _Certificate(Protocol):
    @property
    def not_valid_after_utc(self) -> datetime.datetime: ...


class _Certificates(Protocol):
    def load_pem_x509_certificate(self, data: bytes) -> _Certificate: ...


def of_certificate(pem: bytes) -> float | None:
    """The end of a certificate, in seconds since the epoch."""
    x509 = cast("_Certificates", importlib.import_module("cryptography.x509"))
    try:
        return x509.load_pem_x509_certificate(pem).not_valid_after_utc.timestamp()
    except ValueError:
        return None


def of_token(token: str) -> float | None:
    """The end of a token, where it is one that says so. https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4"""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims: Any = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return None
    end = claims.get("exp") if isinstance(claims, dict) else None
    if isinstance(end, bool) or not isinstance(end, int | float):
        return None
    return float(end) if 0 < end < _LATEST else None


def date(moment: float) -> str:
    """As a person is told: `2026-11-29 22:40 UTC`."""
    return f"{datetime.datetime.fromtimestamp(moment, datetime.UTC):%Y-%m-%d %H:%M} UTC"
