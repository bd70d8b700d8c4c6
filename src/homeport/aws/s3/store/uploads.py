"""Multipart uploads and their parts."""

# ruff: noqa: S608 - only names of columns and tables, constants of this package, are put into statements
from __future__ import annotations

import sqlite3

from homeport.aws.s3.store import bodies
from homeport.aws.s3.store.records import PART_FIELDS, UPLOAD_FIELDS, Part, Upload
from homeport.storage.db import Database

_FIND = f"SELECT {UPLOAD_FIELDS} FROM uploads WHERE bucket = ? AND key = ? AND id = ?"


def add(connection: sqlite3.Connection, bucket: int, upload: Upload) -> None:
    """Begins an upload."""
    connection.execute(
        f"INSERT INTO uploads (bucket, {UPLOAD_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (bucket, *upload),
    )


def find(db: Database, bucket: int, key: str, upload: str) -> Upload | None:
    """An upload that is under way."""
    row = db.query_one(_FIND, (bucket, key, upload))
    return None if row is None else Upload._make(row)


def is_open(connection: sqlite3.Connection, bucket: int, key: str, upload: str) -> bool:
    """Whether the upload is still under way."""
    return connection.execute(_FIND, (bucket, key, upload)).fetchone() is not None


def put_part(connection: sqlite3.Connection, upload: str, part: Part) -> list[str]:
    """Keeps a part in place of the one of its number. Returns the files that nothing names any more."""
    freed = _remove_parts(connection, upload, "AND number = ?", (part.number,))
    connection.execute(
        f"INSERT INTO upload_parts (upload, {PART_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (upload, *part),
    )
    return freed


def parts(db: Database, upload: str, after: int, limit: int) -> list[Part]:
    """Parts with numbers above `after`, in order."""
    rows = db.query(
        f"SELECT {PART_FIELDS} FROM upload_parts WHERE upload = ? AND number > ? "
        "ORDER BY number LIMIT ?",
        (upload, after, limit),
    )
    return [Part._make(row) for row in rows]


def all_parts(connection: sqlite3.Connection, upload: str) -> dict[int, Part]:
    """Every part, by number."""
    rows = connection.execute(
        f"SELECT {PART_FIELDS} FROM upload_parts WHERE upload = ?", (upload,)
    ).fetchall()
    return {row[0]: Part._make(row) for row in rows}


def remove(
    connection: sqlite3.Connection, bucket: int, key: str, upload: str, kept: set[int]
) -> list[str]:
    """Forgets an upload and its parts; the bodies `kept` stay. Returns the files that nothing names any more."""
    connection.execute(
        "DELETE FROM uploads WHERE bucket = ? AND key = ? AND id = ?", (bucket, key, upload)
    )
    rows = connection.execute(
        "DELETE FROM upload_parts WHERE upload = ? RETURNING body", (upload,)
    ).fetchall()
    return [
        file for (body,) in rows if body not in kept for file in bodies.remove(connection, body)
    ]


def _remove_parts(
    connection: sqlite3.Connection, upload: str, condition: str, parameters: tuple[int, ...]
) -> list[str]:
    rows = connection.execute(
        f"DELETE FROM upload_parts WHERE upload = ? {condition} RETURNING body",
        (upload, *parameters),
    ).fetchall()
    return [file for (body,) in rows for file in bodies.remove(connection, body)]


def add_completed(
    connection: sqlite3.Connection,
    bucket: int,
    key: str,
    upload: str,
    completed: int,
    parts_given: str,
    members: str,
    forget_before: int,
) -> None:
    """Remembers the answer to a finished upload, for a client that asks again; forgets old ones."""
    connection.execute("DELETE FROM completed_uploads WHERE completed < ?", (forget_before,))
    connection.execute(
        "INSERT INTO completed_uploads (id, bucket, key, completed, parts, members) VALUES (?, ?, ?, ?, ?, ?)",
        (upload, bucket, key, completed, parts_given, members),
    )


def completed(db: Database, bucket: int, key: str, upload: str) -> tuple[str, str] | None:
    """The parts that an upload was finished with, and the answer."""
    row = db.query_one(
        "SELECT parts, members FROM completed_uploads WHERE id = ? AND bucket = ? AND key = ?",
        (upload, bucket, key),
    )
    return None if row is None else (row[0], row[1])
