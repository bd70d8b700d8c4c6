"""Layers and their versions in the database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple


class Place(NamedTuple):
    """Which layer."""

    account: str
    region: str
    name: str

    @property
    def arn(self) -> str:
        """Without a version."""
        return f"arn:aws:lambda:{self.region}:{self.account}:layer:{self.name}"


class LayerVersion(NamedTuple):
    """One version of a layer."""

    place: Place
    number: int
    file: str
    size: int
    body: dict[str, Any]
    """`unzipped`, `sha256`, `created`, `members` as they are answered, `policy` where there is one."""

    @property
    def arn(self) -> str:
        """With its number."""
        return f"{self.place.arn}:{self.number}"


def next_number(connection: sqlite3.Connection, place: Place) -> tuple[int, int]:
    """The layer, made where it is not there, and the number of its next version: none is given twice."""
    connection.execute(
        "INSERT INTO layers (account, region, name, published) VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING",
        place,
    )
    row = connection.execute(
        "UPDATE layers SET published = published + 1 WHERE account = ? AND region = ? AND name = ?"
        " RETURNING id, published",
        place,
    ).fetchall()
    return row[0][0], row[0][1]


def save(connection: sqlite3.Connection, layer: int, version: LayerVersion) -> None:
    """Keeps a new version."""
    connection.execute(
        "INSERT INTO layer_versions VALUES (?, ?, ?, ?, ?)",
        (layer, version.number, version.file, version.size, json.dumps(version.body)),
    )


_SELECT = "SELECT account, region, name, number, file, size, body FROM layer_versions JOIN layers ON layers.id = layer"


def _version(row: tuple[Any, ...]) -> LayerVersion:
    account, region, name, number, file, size, body = row
    return LayerVersion(Place(account, region, name), number, file, size, json.loads(body))


def find(connection: sqlite3.Connection, place: Place, number: int) -> LayerVersion | None:
    """One version of a layer."""
    if number.bit_length() > 63:
        return None
    row = connection.execute(
        f"{_SELECT} WHERE account = ? AND region = ? AND name = ? AND number = ?", (*place, number)
    ).fetchone()
    return None if row is None else _version(row)


def set_body(connection: sqlite3.Connection, version: LayerVersion, body: dict[str, Any]) -> None:
    """Replaces what is kept of a version."""
    connection.execute(
        "UPDATE layer_versions SET body = ? WHERE number = ? AND layer ="
        " (SELECT id FROM layers WHERE account = ? AND region = ? AND name = ?)",
        (json.dumps(body), version.number, *version.place),
    )


def delete(connection: sqlite3.Connection, version: LayerVersion) -> None:
    """Forgets a version; the layer stays, so that its numbers go on."""
    connection.execute(
        "DELETE FROM layer_versions WHERE number = ? AND layer ="
        " (SELECT id FROM layers WHERE account = ? AND region = ? AND name = ?)",
        (version.number, *version.place),
    )


def versions(
    connection: sqlite3.Connection, place: Place, before: int | None
) -> Iterator[LayerVersion]:
    """Versions of a layer, the newest first, before one of a number; read as far as they are taken."""
    end = before if before is not None else 2**62
    rows = connection.execute(
        f"{_SELECT} WHERE account = ? AND region = ? AND name = ? AND number < ? ORDER BY number DESC",
        (*place, end),
    )
    return map(_version, rows)


def names(connection: sqlite3.Connection, account: str, region: str, after: str) -> Iterator[Place]:
    """Layers that have versions, by name, behind one; read as far as they are taken."""
    rows = connection.execute(
        "SELECT account, region, name FROM layers WHERE account = ? AND region = ? AND name > ?"
        " AND EXISTS (SELECT 1 FROM layer_versions WHERE layer = layers.id) ORDER BY name",
        (account, region, after),
    )
    return (Place(*row) for row in rows)
