"""Rows of uploads that are under way, so that they survive a restart."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from homeport.storage.db import Database


class Upload(NamedTuple):
    """An upload as it was last acknowledged."""

    repository: str
    algorithm: str
    staged: str | None
    """Name of the staged file; None before the first bytes."""
    size: int


def find(db: Database, upload: str) -> Upload | None:
    """An upload by its id."""
    row = db.query_one(
        "SELECT repository, algorithm, staged, size FROM upload WHERE id = ?", (upload,)
    )
    return Upload(*row) if row else None


def count(connection: sqlite3.Connection, repository: str) -> tuple[int, int]:
    """How many are under way, in all and in a repository."""
    row = connection.execute(
        "SELECT count(*), coalesce(sum(repository = ?), 0) FROM upload", (repository,)
    ).fetchone()
    return int(row[0]), int(row[1])


def add(connection: sqlite3.Connection, upload: str, new: Upload, now: float) -> None:
    """Starts one."""
    connection.execute(
        "INSERT INTO upload (id, repository, algorithm, staged, size, touched) VALUES (?, ?, ?, ?, ?, ?)",
        (upload, *new, now),
    )


def grow(connection: sqlite3.Connection, upload: str, staged: str, size: int, now: float) -> None:
    """Notes what is acknowledged."""
    connection.execute(
        "UPDATE upload SET staged = ?, size = ?, touched = ? WHERE id = ?",
        (staged, size, now, upload),
    )


def remove(connection: sqlite3.Connection, upload: str) -> None:
    """Ends one."""
    connection.execute("DELETE FROM upload WHERE id = ?", (upload,))


def older(db: Database, touched: float, count: int) -> list[str]:
    """Ids of uploads that nothing was added to since."""
    rows = db.query(
        "SELECT id FROM upload WHERE touched <= ? ORDER BY touched LIMIT ?", (touched, count)
    )
    return [upload for (upload,) in rows]


def named(connection: sqlite3.Connection, files: Sequence[str]) -> set[str]:
    """Those of the staged files that an upload names; for the sweep."""
    rows = connection.execute(
        "SELECT staged FROM upload WHERE staged IN (SELECT value FROM json_each(?))",
        (json.dumps(files),),
    )
    return {file for (file,) in rows}
