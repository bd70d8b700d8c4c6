"""A repository on its way out: which manifests go, a few at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from homeport.registry.store import manifests


def there(connection: sqlite3.Connection, name: str) -> list[int]:
    """Ids of the manifests of a repository, the latest first: so an index goes before what it names. For a thread."""
    rows = connection.execute(
        "SELECT id FROM manifest WHERE repository = (SELECT id FROM repository WHERE name = ?) ORDER BY id DESC",
        (name,),
    )
    return [manifest for (manifest,) in rows]


def tags(connection: sqlite3.Connection, name: str, ids: Sequence[int]) -> int:
    """How many tags lead to those manifests."""
    (count,) = connection.execute(
        "SELECT count(*) FROM tag WHERE repository = (SELECT id FROM repository WHERE name = ?)"
        " AND manifest IN (SELECT value FROM json_each(?))",
        (name, json.dumps(ids)),
    ).fetchone()
    return int(count)


def remove(
    connection: sqlite3.Connection, name: str, ids: Sequence[int], until: float
) -> list[manifests.Gone]:
    """Removes those of the manifests that were not pushed later, with their tags."""
    rows = connection.execute(
        "SELECT digest FROM manifest WHERE id IN (SELECT value FROM json_each(?)) AND pushed <= ?"
        " AND repository = (SELECT id FROM repository WHERE name = ?) ORDER BY id DESC",
        (json.dumps(ids), until, name),
    ).fetchall()
    removed = (manifests.remove(connection, name, digest) for (digest,) in rows)
    return [gone for gone in removed if gone is not None]
