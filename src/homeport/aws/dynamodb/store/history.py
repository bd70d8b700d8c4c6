"""What items were before they changed, for tables under point-in-time recovery."""

from __future__ import annotations

import sqlite3

from homeport.aws.dynamodb.store.rows import Key

_APPEND = "INSERT INTO history (space, changed_ms, pk, sk, before, after) VALUES (?, ?, ?, ?, ?, ?)"


def append(
    connection: sqlite3.Connection,
    space: int,
    now_ms: int,
    key: Key,
    before: bytes | None,
    after: bytes | None,
) -> None:
    """Remembers one change."""
    connection.execute(_APPEND, (space, now_ms, key.pk, key.sk, before, after))
