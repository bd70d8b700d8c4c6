"""Functions and their versions in the database."""

from __future__ import annotations

import json
import sqlite3
from typing import NamedTuple

from homeport.aws.lambda_.model import Function, Version
from homeport.aws.lambda_.store import records

_COLUMNS = "id, account, region, name, published, fingerprint, reserved, recursion, tags"
_TABLES = ("versions", "uses", "aliases", "settings", "urls")

SCOPES = "SELECT account, region, count(*) FROM functions GROUP BY account, region"
"""How many there are, by account and region."""


class Row(NamedTuple):
    """A function, without its versions."""

    id: int
    account: str
    region: str
    name: str
    published: int
    fingerprint: str
    reserved: int | None
    recursion: str
    tags: dict[str, str]

    @property
    def function(self) -> Function:
        """Which function it is."""
        return Function(self.account, self.region, self.name)


def find(connection: sqlite3.Connection, function: Function) -> Row | None:
    """The function of a name."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM functions WHERE account = ? AND region = ? AND name = ?",  # noqa: S608 - columns
        function,
    ).fetchone()
    return None if row is None else Row._make((*row[:-1], json.loads(row[-1])))


def insert(connection: sqlite3.Connection, function: Function, tags: dict[str, str]) -> int | None:
    """Makes a function; None where the name is taken."""
    made = connection.execute(
        "INSERT INTO functions (account, region, name, published, fingerprint, recursion, tags)"
        " VALUES (?, ?, ?, 0, '', 'Terminate', ?) ON CONFLICT DO NOTHING",
        (*function, json.dumps(tags)),
    )
    return made.lastrowid if made.rowcount else None


def delete(connection: sqlite3.Connection, row: Row) -> None:
    """Forgets a function with all that belongs to it."""
    for table in _TABLES:
        connection.execute(f"DELETE FROM {table} WHERE function = ?", (row.id,))  # noqa: S608 - our own names
    connection.execute("DELETE FROM functions WHERE id = ?", (row.id,))


def set_published(connection: sqlite3.Connection, row: Row, number: int, fingerprint: str) -> None:
    """Notes which version was published last, and of what."""
    connection.execute(
        "UPDATE functions SET published = ?, fingerprint = ? WHERE id = ?",
        (number, fingerprint, row.id),
    )


def set_reserved(connection: sqlite3.Connection, row: Row, reserved: int | None) -> None:
    """Reserves concurrency, or gives it back."""
    connection.execute("UPDATE functions SET reserved = ? WHERE id = ?", (reserved, row.id))


def set_recursion(connection: sqlite3.Connection, row: Row, recursion: str) -> None:
    """Says what is done with loops."""
    connection.execute("UPDATE functions SET recursion = ? WHERE id = ?", (recursion, row.id))


def set_tags(connection: sqlite3.Connection, row: Row, tags: dict[str, str]) -> None:
    """Keeps tags."""
    connection.execute("UPDATE functions SET tags = ? WHERE id = ?", (json.dumps(tags), row.id))


def reserved_by_others(connection: sqlite3.Connection, function: Function) -> int:
    """Concurrency that other functions of the same place have reserved."""
    (total,) = connection.execute(
        "SELECT coalesce(sum(reserved), 0) FROM functions WHERE account = ? AND region = ? AND name <> ?",
        function,
    ).fetchone()
    return int(total)


def count(connection: sqlite3.Connection, account: str, region: str) -> int:
    """How many functions there are."""
    (found,) = connection.execute(
        "SELECT count(*) FROM functions WHERE account = ? AND region = ?", (account, region)
    ).fetchone()
    return int(found)


def code_size(connection: sqlite3.Connection, account: str, region: str) -> int:
    """Bytes of the archives of all versions and layers of a place, each counted as often as it is named."""
    (found,) = connection.execute(
        "SELECT (SELECT coalesce(sum(size), 0) FROM versions JOIN functions ON functions.id = function"
        " WHERE account = ? AND region = ?) + (SELECT coalesce(sum(size), 0) FROM layer_versions"
        " JOIN layers ON layers.id = layer WHERE account = ? AND region = ?)",
        (account, region, account, region),
    ).fetchone()
    return int(found)


# Versions


def save_version(connection: sqlite3.Connection, function: int, version: Version) -> None:
    """Keeps a version, and which archives it needs."""
    number = records.number(version.version)
    connection.execute(
        "INSERT OR REPLACE INTO versions (function, number, size, body) VALUES (?, ?, ?, ?)",
        (function, number, version.code_size, records.encode(version)),
    )
    connection.execute("DELETE FROM uses WHERE function = ? AND number = ?", (function, number))
    files = {layer.file for layer in version.layer_files} | (
        {version.file} if version.file else set()
    )
    connection.executemany(
        "INSERT INTO uses VALUES (?, ?, ?)", [(function, number, file) for file in sorted(files)]
    )


def version(connection: sqlite3.Connection, row: Row, name: str) -> Version | None:
    """A version of a function; `name` is `$LATEST` or a number."""
    number = records.number(name)
    if number.bit_length() > 63:
        return None
    found = connection.execute(
        "SELECT body FROM versions WHERE function = ? AND number = ?", (row.id, number)
    ).fetchone()
    return None if found is None else records.decode(row.function, number, found[0])


def delete_version(connection: sqlite3.Connection, row: Row, name: str) -> None:
    """Forgets a published version, with what is set for it."""
    key = (row.id, records.number(name))
    connection.execute("DELETE FROM versions WHERE function = ? AND number = ?", key)
    connection.execute("DELETE FROM uses WHERE function = ? AND number = ?", key)
    connection.execute("DELETE FROM settings WHERE function = ? AND qualifier = ?", (row.id, name))


def versions(connection: sqlite3.Connection, row: Row, after: int, limit: int) -> list[Version]:
    """Versions of a function in their order, `$LATEST` first, behind the one of a number."""
    rows = connection.execute(
        "SELECT number, body FROM versions WHERE function = ? AND number > ? ORDER BY number LIMIT ?",
        (row.id, after, limit),
    )
    return [records.decode(row.function, number, body) for number, body in rows]


def page(
    connection: sqlite3.Connection,
    place: tuple[str, str],
    after: tuple[str, int],
    limit: int,
    *,
    is_all: bool,
) -> list[Version]:
    """Versions of all functions of an account and region, by name and number; the latest of each unless `is_all`."""
    only = "" if is_all else "AND number = 0"
    rows = connection.execute(
        "SELECT account, region, name, number, body FROM functions JOIN versions ON function = functions.id"  # noqa: S608
        f" WHERE account = ? AND region = ? AND (name, number) > (?, ?) {only} ORDER BY name, number LIMIT ?",
        (*place, *after, limit),
    )
    return [
        records.decode(Function(account, region, name), number, body)
        for account, region, name, number, body in rows
    ]
