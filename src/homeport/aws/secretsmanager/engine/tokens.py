"""`NextToken`: where a list goes on. It names a place and no count, so that what comes or goes meanwhile moves nothing else.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, NamedTuple

from homeport.aws.secretsmanager import errors

VERSIONS = "versions"
_KEYS: dict[str, type] = {
    VERSIONS: int,
    "created-date": int,
    "last-accessed-date": float,
    "last-changed-date": float,
    "name": str,
}
"""What each order goes by."""
_ROWS = 2**63
"""No row has this number, nor could SQLite be asked for it."""


class Place(NamedTuple):
    """Where something stands in an order: by its key, then by its number."""

    key: Any
    number: int


def write(order: str, place: Place) -> str:
    """The token for what stands behind a place."""
    return base64.b64encode(json.dumps([order, *place]).encode()).decode()


def read(token: str | None, order: str) -> Place | None:
    """The place in an order behind which to go on; None for its beginning. Raises for what no list in this order gave."""
    if token is None:
        return None
    try:
        found = json.loads(base64.b64decode(token, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise errors.INVALID_NEXT_TOKEN() from None
    match found:
        case [named, key, int(number)] if named == order and isinstance(key, _KEYS[order]):
            if _can_be(key) and _can_be(number):
                return Place(key, number)
    raise errors.INVALID_NEXT_TOKEN()


def _can_be(key: Any) -> bool:
    return key.isascii() if isinstance(key, str) else abs(key) < _ROWS
