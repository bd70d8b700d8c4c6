"""Aliases in the database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Alias:
    """A name for a version, or for two of which one gets a share of the invocations."""

    name: str
    version: str
    revision: str
    description: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)
    """What share the other version gets; at most one."""


def _alias(row: tuple[str, str, str]) -> Alias:
    name, version, body = row
    return Alias(name=name, version=version, **json.loads(body))


def find(connection: sqlite3.Connection, function: int, name: str) -> Alias | None:
    """The alias of a name."""
    row = connection.execute(
        "SELECT name, version, body FROM aliases WHERE function = ? AND name = ?", (function, name)
    ).fetchone()
    return None if row is None else _alias(row)


def save(connection: sqlite3.Connection, function: int, alias: Alias) -> None:
    """Keeps an alias."""
    body = {
        "revision": alias.revision,
        "description": alias.description,
        "weights": dict(alias.weights),
    }
    connection.execute(
        "INSERT OR REPLACE INTO aliases VALUES (?, ?, ?, ?)",
        (function, alias.name, alias.version, json.dumps(body)),
    )


def delete(connection: sqlite3.Connection, function: int, name: str) -> None:
    """Forgets an alias, with what is set for it."""
    connection.execute("DELETE FROM aliases WHERE function = ? AND name = ?", (function, name))
    connection.execute(
        "DELETE FROM settings WHERE function = ? AND qualifier = ?", (function, name)
    )
    connection.execute("DELETE FROM urls WHERE function = ? AND qualifier = ?", (function, name))


def page(connection: sqlite3.Connection, function: int, after: str, limit: int) -> list[Alias]:
    """Aliases of a function by name, behind one."""
    rows = connection.execute(
        "SELECT name, version, body FROM aliases WHERE function = ? AND name > ? ORDER BY name LIMIT ?",
        (function, after, limit),
    )
    return [_alias(row) for row in rows]


def of_version(connection: sqlite3.Connection, function: int, version: str) -> list[Alias]:
    """All aliases that lead to a version, be it with a share."""
    rows = connection.execute(
        "SELECT name, version, body FROM aliases WHERE function = ? ORDER BY name", (function,)
    )
    found = [_alias(row) for row in rows]
    return [alias for alias in found if version in (alias.version, *alias.weights)]
