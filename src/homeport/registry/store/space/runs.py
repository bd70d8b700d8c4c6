"""Rows of work that ran over the whole registry (gc, retention, scrub, import), and what came of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from homeport.storage.db import Database

KEPT = 100
"""Runs of each kind that are remembered."""

_COLUMNS = "SELECT id, kind, started, ended, report FROM run"


class Run(NamedTuple):
    """One that came to its end."""

    id: int
    kind: str
    started: float
    ended: float
    report: Any
    """As its kind reports."""


def add(
    connection: sqlite3.Connection, kind: str, started: float, ended: float, report: Any
) -> None:
    """Notes a run, and forgets the oldest of its kind where there are too many."""
    connection.execute(
        "INSERT INTO run (kind, started, ended, report) VALUES (?, ?, ?, ?)",
        (kind, started, ended, json.dumps(report)),
    )
    connection.execute(
        "DELETE FROM run WHERE id IN"
        " (SELECT id FROM run WHERE kind = ? ORDER BY started DESC, id DESC LIMIT -1 OFFSET ?)",
        (kind, KEPT),
    )


def last(db: Database, kind: str) -> Run | None:
    """The newest of a kind."""
    found = newest(db, kind, 1)
    return found[0] if found else None


def newest(db: Database, kind: str, count: int) -> list[Run]:
    """Those of a kind, the newest first."""
    rows = db.query(
        _COLUMNS + " WHERE kind = ? ORDER BY started DESC, id DESC LIMIT ?", (kind, count)
    )
    return _runs(rows)


def newest_of(connection: sqlite3.Connection, kinds: Collection[str], count: int) -> list[Run]:
    """Those of some kinds, the newest first."""
    rows = connection.execute(
        _COLUMNS + " WHERE kind IN (SELECT value FROM json_each(?))"  # noqa: S608 - columns
        " ORDER BY started DESC, id DESC LIMIT ?",
        (json.dumps(list(kinds)), count),
    )
    return _runs(rows)


def _runs(rows: Iterable[Any]) -> list[Run]:
    return [
        Run(one, kind, started, ended, json.loads(report))
        for one, kind, started, ended, report in rows
    ]
