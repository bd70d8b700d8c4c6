"""Bodies: small ones inline, larger ones as segments of content files."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from homeport.aws.s3.store.records import ObjectPart, Segment
from homeport.storage.db import Database


def add_inline(connection: sqlite3.Connection, data: bytes) -> int:
    """Keeps a small body; returns its number."""
    row = connection.execute("INSERT INTO bodies (data) VALUES (?)", (data,)).lastrowid
    assert row is not None  # noqa: S101 an INSERT into a rowid table has one
    return row


def add_segments(connection: sqlite3.Connection, segments: Iterable[Segment]) -> int:
    """Keeps a body that is in content files; returns its number."""
    row = connection.execute("INSERT INTO bodies (data) VALUES (NULL)").lastrowid
    assert row is not None  # noqa: S101 an INSERT into a rowid table has one
    connection.executemany(
        "INSERT INTO segments (body, at, file, start, length) VALUES (?, ?, ?, ?, ?)",
        [(row, *segment) for segment in segments],
    )
    return row


def join(connection: sqlite3.Connection, parts: Sequence[tuple[int, int]]) -> int:
    """Makes one body out of the segments of several, given as (body, offset in the new one); the old ones are gone."""
    row = add_segments(connection, ())
    connection.executemany(
        "UPDATE segments SET body = ?, at = at + ? WHERE body = ?",
        [(row, at, body) for body, at in parts],
    )
    connection.executemany("DELETE FROM bodies WHERE id = ?", [(body,) for body, _ in parts])
    return row


def add_parts(connection: sqlite3.Connection, body: int, parts: Iterable[ObjectPart]) -> None:
    """Remembers the parts that a body was uploaded in."""
    connection.executemany(
        "INSERT INTO object_parts (body, number, at, size, checksum) VALUES (?, ?, ?, ?, ?)",
        [(body, *part) for part in parts],
    )


def remove(connection: sqlite3.Connection, body: int) -> list[str]:
    """Forgets a body; returns the content files that nothing names any more."""
    gone = connection.execute(
        "DELETE FROM bodies WHERE id = ? RETURNING data IS NULL", (body,)
    ).fetchone()
    if gone is None or not gone[0]:
        return []
    files = connection.execute(
        "DELETE FROM segments WHERE body = ? RETURNING file", (body,)
    ).fetchall()
    connection.execute("DELETE FROM object_parts WHERE body = ?", (body,))
    return sorted({file for (file,) in files if not is_named(connection, file)})


def is_named(connection: sqlite3.Connection, file: str) -> bool:
    """Whether any body has bytes in this content file."""
    found = connection.execute("SELECT 1 FROM segments WHERE file = ? LIMIT 1", (file,))
    return found.fetchone() is not None


def named(connection: sqlite3.Connection, files: Sequence[str]) -> set[str]:
    """Those of the content files that some body has bytes in."""
    return {file for file in files if is_named(connection, file)}


def segments(db: Database, body: int, first: int, last: int) -> list[Segment]:
    """The segments that hold the bytes `first` to `last` (included) of a body, in order."""
    rows = db.query(
        "SELECT at, file, start, length FROM segments WHERE body = ? AND at <= ? AND at >= "
        "(SELECT COALESCE(MAX(at), 0) FROM segments WHERE body = ? AND at <= ?) ORDER BY at",
        (body, last, body, first),
    )
    return [Segment._make(row) for row in rows]


def inline(db: Database, body: int) -> bytes | None:
    """The bytes of a small body; None where it is in files, or gone."""
    row = db.query_one("SELECT data FROM bodies WHERE id = ?", (body,))
    return None if row is None else row[0]


def part(db: Database, body: int, number: int) -> ObjectPart | None:
    """One part of a finished object."""
    row = db.query_one(
        "SELECT number, at, size, checksum FROM object_parts WHERE body = ? AND number = ?",
        (body, number),
    )
    return None if row is None else ObjectPart._make(row)


def parts(db: Database, body: int, after: int, limit: int) -> list[ObjectPart]:
    """The parts of a finished object with numbers above `after`."""
    rows = db.query(
        "SELECT number, at, size, checksum FROM object_parts WHERE body = ? AND number > ? "
        "ORDER BY number LIMIT ?",
        (body, after, limit),
    )
    return [ObjectPart._make(row) for row in rows]
