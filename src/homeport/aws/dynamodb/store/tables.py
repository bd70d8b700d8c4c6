"""Tables as rows: their definitions as JSON."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from homeport.aws.dynamodb.tables.model import Index, KeySchema, Recovery, Stream, Table

_SAVE = (
    "INSERT INTO tables (id, account, region, name, definition) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET definition = excluded.definition"
)

SCOPES = "SELECT account, region, count(*) FROM tables GROUP BY account, region"
"""How many there are, by account and region."""


def save(connection: sqlite3.Connection, table: Table) -> None:
    """Writes a table down, new or changed."""
    text = json.dumps(definition(table))
    connection.execute(_SAVE, (table.id, table.account, table.region, table.name, text))


def find(connection: sqlite3.Connection, number: int) -> Table | None:
    """The table of this id, as it is in the connection's transaction."""
    row = connection.execute("SELECT definition FROM tables WHERE id = ?", (number,)).fetchone()
    return None if row is None else read(json.loads(row[0]))


def definition(table: Table) -> dict[str, Any]:
    """All of a table as JSON has it."""
    return dataclasses.asdict(table)


def remove(connection: sqlite3.Connection, table: Table) -> None:
    """Forgets a table; its spaces are dropped by whoever calls."""
    connection.execute("DELETE FROM tables WHERE id = ?", (table.id,))


def load(connection: sqlite3.Connection) -> Iterator[Table]:
    """All tables."""
    for (text,) in connection.execute("SELECT definition FROM tables ORDER BY id"):
        yield read(json.loads(text))


def read(fields: dict[str, Any]) -> Table:
    """The table of a definition, which is used up."""
    stream, recovery = fields.pop("stream"), fields.pop("recovery")
    return Table(
        **{
            **fields,
            "keys": _keys(fields["keys"]),
            "indexes": tuple(_index(index) for index in fields["indexes"]),
            "stream": None if stream is None else Stream(**stream),
            "recovery": None if recovery is None else Recovery(**recovery),
        }
    )


def _index(fields: dict[str, Any]) -> Index:
    return Index(**{**fields, "keys": _keys(fields["keys"]), "included": tuple(fields["included"])})


def _keys(fields: dict[str, Any]) -> KeySchema:
    return KeySchema(tuple(fields["partition"]), tuple(fields["sort"]))
