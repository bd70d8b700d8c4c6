"""How many bytes the rows name or hold, for the quota."""

from __future__ import annotations

import sqlite3

from homeport.storage.db import Database


def used(db: Database) -> tuple[int, int]:
    """Bytes of files that rows name, published ones and kept uploads, and bytes of manifests, which are rows."""
    ((blobs, manifests, uploads),) = db.query(
        "SELECT blobs, manifests, (SELECT coalesce(sum(size), 0) FROM upload WHERE staged IS NOT NULL) FROM totals"
    )
    return blobs + uploads, manifests


def manifests(connection: sqlite3.Connection) -> int:
    """Bytes of all manifests, inside a write."""
    (total,) = connection.execute("SELECT manifests FROM totals").fetchone()
    return int(total)
