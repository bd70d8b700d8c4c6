"""Event source mappings in the database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping as Tags
from typing import Any

from homeport.aws.lambda_.mappings.model import Mapping

_SELECT = "SELECT id, account, region, name, source, body, tags FROM mappings"


def _mapping(row: tuple[Any, ...]) -> Mapping:
    id_, account, region, name, source, body, tags = row
    return Mapping(
        id=id_,
        account=account,
        region=region,
        name=name,
        source=source,
        tags=json.loads(tags),
        **json.loads(body),
    )


def find(connection: sqlite3.Connection, account: str, region: str, id_: str) -> Mapping | None:
    """The mapping of a UUID."""
    if not id_.isascii():
        # SQLite cannot look for a surrogate.
        return None
    row = connection.execute(
        f"{_SELECT} WHERE id = ? AND account = ? AND region = ?", (id_, account, region)
    ).fetchone()
    return None if row is None else _mapping(row)


def by_id(connection: sqlite3.Connection, id_: str) -> Mapping | None:
    """The mapping of a UUID, whose ever it is."""
    row = connection.execute(f"{_SELECT} WHERE id = ?", (id_,)).fetchone()
    return None if row is None else _mapping(row)


def every(connection: sqlite3.Connection) -> list[Mapping]:
    """All mappings of all accounts and regions."""
    return [_mapping(row) for row in connection.execute(f"{_SELECT} ORDER BY id")]


def same(connection: sqlite3.Connection, mapping: Mapping) -> Mapping | None:
    """Another mapping of the same source to the same function."""
    rows = connection.execute(
        f"{_SELECT} WHERE source = ? AND account = ? AND region = ? AND name = ? AND id <> ?",
        (mapping.source, mapping.account, mapping.region, mapping.name, mapping.id),
    )
    found = (_mapping(row) for row in rows)
    return next((each for each in found if each.function_arn == mapping.function_arn), None)


def save(connection: sqlite3.Connection, mapping: Mapping) -> None:
    """Keeps a mapping."""
    body = {
        "function_arn": mapping.function_arn,
        "is_enabled": mapping.is_enabled,
        "modified_ms": mapping.modified_ms,
        "members": dict(mapping.members),
        "result": mapping.result,
    }
    connection.execute(
        "INSERT OR REPLACE INTO mappings VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            mapping.id,
            mapping.account,
            mapping.region,
            mapping.name,
            mapping.source,
            json.dumps(body),
            json.dumps(dict(mapping.tags)),
        ),
    )


def set_tags(connection: sqlite3.Connection, mapping: Mapping, tags: Tags[str, str]) -> None:
    """Keeps tags."""
    connection.execute(
        "UPDATE mappings SET tags = ? WHERE id = ?", (json.dumps(dict(tags)), mapping.id)
    )


def delete(connection: sqlite3.Connection, mapping: Mapping) -> None:
    """Forgets a mapping."""
    connection.execute("DELETE FROM mappings WHERE id = ?", (mapping.id,))


def page(
    connection: sqlite3.Connection,
    place: tuple[str, str],
    source: str | None,
    name: str | None,
    after: str,
    limit: int,
) -> list[Mapping]:
    """Mappings of an account and region behind one, of a source and of a function where these are given."""
    rows = connection.execute(
        f"{_SELECT} WHERE account = ? AND region = ? AND id > ?"
        " AND source = coalesce(?, source) AND name = coalesce(?, name) ORDER BY id LIMIT ?",
        (*place, after, source, name, limit),
    )
    return [_mapping(row) for row in rows]
