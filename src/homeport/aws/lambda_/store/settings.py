"""What is set for a function or one of its qualifiers, by kind: one JSON document each."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

POLICY = "policy"
EVENT = "event"
PROVISIONED = "provisioned"
RUNTIME = "runtime"


def find(connection: sqlite3.Connection, function: int, kind: str, qualifier: str) -> Any:
    """What is set; None where nothing is."""
    row = connection.execute(
        "SELECT body FROM settings WHERE function = ? AND kind = ? AND qualifier = ?",
        (function, kind, qualifier),
    ).fetchone()
    return None if row is None else json.loads(row[0])


def save(
    connection: sqlite3.Connection, function: int, kind: str, qualifier: str, body: Any
) -> None:
    """Sets it."""
    connection.execute(
        "INSERT OR REPLACE INTO settings VALUES (?, ?, ?, ?)",
        (function, kind, qualifier, json.dumps(body)),
    )


def delete(connection: sqlite3.Connection, function: int, kind: str, qualifier: str) -> bool:
    """Takes it away; False where nothing was set."""
    return (
        connection.execute(
            "DELETE FROM settings WHERE function = ? AND kind = ? AND qualifier = ?",
            (function, kind, qualifier),
        ).rowcount
        > 0
    )


def page(
    connection: sqlite3.Connection, function: int, kind: str, after: str, limit: int
) -> list[tuple[str, Any]]:
    """What is set of a kind, by qualifier, behind one."""
    rows = connection.execute(
        "SELECT qualifier, body FROM settings WHERE function = ? AND kind = ? AND qualifier > ?"
        " ORDER BY qualifier LIMIT ?",
        (function, kind, after, limit),
    )
    return [(qualifier, json.loads(body)) for qualifier, body in rows]


def provisioned(
    connection: sqlite3.Connection, account: str, region: str
) -> list[tuple[str, int | None, Any]]:
    """All provisioned concurrency of a place: the function's name, its reserved concurrency, and what is set."""
    rows = connection.execute(
        "SELECT name, reserved, body FROM settings JOIN functions ON functions.id = function"
        " WHERE kind = ? AND account = ? AND region = ?",
        (PROVISIONED, account, region),
    )
    return [(name, reserved, json.loads(body)) for name, reserved, body in rows]
