"""Parameters and their versions in the database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

Connection = sqlite3.Connection
Query = Callable[[str, tuple[Any, ...]], list[tuple[Any, ...]]]
"""A bounded read: `Database.query`, or that of a connection."""


class Parameter(NamedTuple):
    """A parameter, without its values."""

    id: int
    account: str
    region: str
    path: str
    """The name with a slash in front."""
    name: str
    """As it was first written."""
    current: int
    """The number of the newest version."""
    is_advanced: bool
    tags: dict[str, str]


class Version(NamedTuple):
    """One version of a parameter."""

    number: int
    modified_at: float
    type: str
    value: str
    settings: dict[str, Any]
    """`Description`, `KeyId`, `AllowedPattern`, `Tier`, `Policies`, `DataType`, `LastModifiedUser`, where there are any."""
    labels: list[str]


class Found(NamedTuple):
    """A parameter with one of its versions."""

    parameter: Parameter
    version: Version


_PARAMETER = "id, account, region, path, name, current, is_advanced, tags"
_VERSION = "number, modified_at, type, value, settings, labels"


def reader(connection: Connection) -> Query:
    """Reads with a connection, so that a write sees what it changes."""
    return lambda sql, values: connection.execute(sql, values).fetchall()


def _parameter(row: tuple[Any, ...]) -> Parameter:
    number, account, region, path, name, current, is_advanced, tags = row
    return Parameter(
        *(number, account, region, path, name, current), bool(is_advanced), json.loads(tags)
    )


def _version(row: tuple[Any, ...]) -> Version:
    number, modified_at, kind, value, settings, labels = row
    return Version(number, modified_at, kind, value, json.loads(settings), json.loads(labels))


def find(query: Query, account: str, region: str, path: str) -> Parameter | None:
    """The parameter of this path."""
    rows = query(
        f"SELECT {_PARAMETER} FROM parameter WHERE account = ? AND region = ? AND path = ?",  # noqa: S608
        (account, region, path),
    )
    return _parameter(rows[0]) if rows else None


def version(query: Query, parameter: int, number: int) -> Version | None:
    """One version of a parameter."""
    rows = query(
        f"SELECT {_VERSION} FROM version WHERE parameter = ? AND number = ?",  # noqa: S608
        (parameter, number),
    )
    return _version(rows[0]) if rows else None


def versions(query: Query, parameter: int, after: int = 0, limit: int = -1) -> list[Version]:
    """Versions of a parameter behind one of them, the oldest first."""
    rows = query(
        f"SELECT {_VERSION} FROM version WHERE parameter = ? AND number > ? ORDER BY number LIMIT ?",  # noqa: S608
        (parameter, after, limit),
    )
    return [_version(row) for row in rows]


def every(
    query: Query, account: str, region: str, prefix: str, after: str, at_once: int
) -> Iterator[Found]:
    """Parameters whose path has a prefix, behind `after`, in the order of their paths, with their newest versions."""
    columns = ", ".join(f"p.{name}" for name in _PARAMETER.split(", "))
    while True:
        rows = query(
            f"SELECT {columns}, {_VERSION}"  # noqa: S608
            " FROM parameter AS p JOIN version ON version.parameter = p.id AND version.number = p.current"
            " WHERE p.account = ? AND p.region = ? AND p.path >= ? AND p.path < ? AND p.path > ?"
            " ORDER BY p.path LIMIT ?",
            (account, region, prefix, prefix + "\U0010ffff", after, at_once),
        )
        for row in rows:
            yield Found(_parameter(row[:8]), _version(row[8:]))
        if len(rows) < at_once:
            return
        after = rows[-1][3]


def count(query: Query, account: str, region: str, *, is_advanced: bool) -> int:
    """How many parameters of a tier there are."""
    ((found,),) = query(
        "SELECT count(*) FROM parameter WHERE account = ? AND region = ? AND is_advanced = ?",
        (account, region, is_advanced),
    )
    return int(found)


def insert(connection: Connection, parameter: Parameter) -> int:
    """Keeps a new parameter; its id."""
    made = connection.execute(
        "INSERT INTO parameter (account, region, path, name, current, is_advanced, tags)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*parameter[1:7], json.dumps(parameter.tags)),
    )
    return made.lastrowid or 0


def add_version(connection: Connection, parameter: int, new: Version, *, is_advanced: bool) -> None:
    """Adds a version to a parameter, and makes it the newest."""
    connection.execute(
        "INSERT INTO version (parameter, number, modified_at, type, value, settings, labels)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (parameter, *new[:4], json.dumps(new.settings), json.dumps(new.labels)),
    )
    connection.execute(
        "UPDATE parameter SET current = ?, is_advanced = ? WHERE id = ?",
        (new.number, is_advanced, parameter),
    )


def remove_version(connection: Connection, parameter: int, number: int) -> None:
    """Forgets one version."""
    connection.execute(
        "DELETE FROM version WHERE parameter = ? AND number = ?", (parameter, number)
    )


def set_labels(connection: Connection, parameter: int, number: int, labels: list[str]) -> None:
    """Replaces the labels of a version."""
    connection.execute(
        "UPDATE version SET labels = ? WHERE parameter = ? AND number = ?",
        (json.dumps(labels), parameter, number),
    )


def set_tags(connection: Connection, parameter: int, tags: dict[str, str]) -> None:
    """Replaces the tags of a parameter."""
    connection.execute("UPDATE parameter SET tags = ? WHERE id = ?", (json.dumps(tags), parameter))


def delete(connection: Connection, account: str, region: str, path: str) -> bool:
    """Forgets a parameter with all its versions; False where there is none."""
    return (
        connection.execute(
            "DELETE FROM parameter WHERE account = ? AND region = ? AND path = ?",
            (account, region, path),
        ).rowcount
        > 0
    )


def total(connection: Connection) -> int:
    """Bytes of all values, as they count towards the quota."""
    ((size,),) = connection.execute("SELECT bytes FROM totals").fetchall()
    return int(size)


def secret(query: Query) -> bytes:
    """A value that was made with the database."""
    ((value,),) = query("SELECT value FROM secret WHERE name = 'sealing'", ())
    return bytes(value)
