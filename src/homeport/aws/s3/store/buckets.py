"""Buckets and what is set on them."""

# ruff: noqa: S608 - only names of columns and tables, constants of this package, are put into statements
from __future__ import annotations

import sqlite3

from homeport.aws.s3.store import bodies
from homeport.aws.s3.store.records import ROW_FIELDS, Row
from homeport.storage.db import Database

SCOPES = "SELECT account, region, count(*) FROM buckets GROUP BY account, region"
"""How many there are, by account and region."""


def find(db: Database, name: str) -> Row | None:
    """A bucket by its name, whose ever it is: names are one space for all accounts and regions."""
    row = db.query_one(f"SELECT {ROW_FIELDS} FROM buckets WHERE name = ?", (name,))
    return None if row is None else Row._make(row)


def settings(db: Database, bucket: int) -> dict[str, str]:
    """What is set on a bucket: JSON by kind."""
    return dict(db.query("SELECT kind, value FROM bucket_settings WHERE bucket = ?", (bucket,)))


def page(db: Database, account: str, prefix: str, after: str, region: str, limit: int) -> list[Row]:
    """Buckets of an account in the order of their names; of one region where one is given."""
    rows = db.query(
        f"SELECT {ROW_FIELDS} FROM buckets WHERE account = ? AND name > ? AND name >= ? "
        "AND substr(name, 1, length(?)) = ? AND (? = '' OR region = ?) ORDER BY name LIMIT ?",
        (account, after, prefix, prefix, prefix, region, region, limit),
    )
    return [Row._make(row) for row in rows]


def count(connection: sqlite3.Connection, account: str) -> int:
    """How many buckets an account has."""
    row = connection.execute("SELECT COUNT(*) FROM buckets WHERE account = ?", (account,))
    number: int = row.fetchone()[0]
    return number


def owner(connection: sqlite3.Connection, name: str) -> tuple[str, str] | None:
    """Account and region of the bucket of this name."""
    row: tuple[str, str] | None = connection.execute(
        "SELECT account, region FROM buckets WHERE name = ?", (name,)
    ).fetchone()
    return row


def add(connection: sqlite3.Connection, name: str, account: str, region: str, created: int) -> int:
    """Makes a bucket; returns its number."""
    row = connection.execute(
        "INSERT INTO buckets (name, account, region, created, versioning) VALUES (?, ?, ?, ?, '')",
        (name, account, region, created),
    ).lastrowid
    assert row is not None  # noqa: S101 an INSERT into a rowid table has one
    return row


def set_versioning(connection: sqlite3.Connection, bucket: int, status: str) -> None:
    """Sets the versioning of a bucket."""
    connection.execute("UPDATE buckets SET versioning = ? WHERE id = ?", (status, bucket))


def put_setting(connection: sqlite3.Connection, bucket: int, kind: str, value: str) -> None:
    """Sets JSON of one kind."""
    connection.execute(
        "INSERT OR REPLACE INTO bucket_settings (bucket, kind, value) VALUES (?, ?, ?)",
        (bucket, kind, value),
    )


def delete_setting(connection: sqlite3.Connection, bucket: int, kind: str) -> None:
    """Forgets what is set of one kind."""
    connection.execute("DELETE FROM bucket_settings WHERE bucket = ? AND kind = ?", (bucket, kind))


def exists(connection: sqlite3.Connection, bucket: int) -> bool:
    """Whether the bucket is still there."""
    found = connection.execute("SELECT 1 FROM buckets WHERE id = ?", (bucket,))
    return found.fetchone() is not None


def contents(connection: sqlite3.Connection, bucket: int) -> tuple[bool, bool]:
    """Whether it has live objects, and whether it has other versions or markers."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM objects WHERE bucket = ?), "
        "EXISTS (SELECT 1 FROM versions WHERE bucket = ?)",
        (bucket, bucket),
    ).fetchone()
    return bool(row[0]), bool(row[1])


def remove(connection: sqlite3.Connection, bucket: int) -> list[str]:
    """Forgets an empty bucket and the uploads under way in it; returns the files that nothing names any more."""
    parts = connection.execute(
        "DELETE FROM upload_parts WHERE upload IN (SELECT id FROM uploads WHERE bucket = ?) RETURNING body",
        (bucket,),
    ).fetchall()
    freed = [file for (body,) in parts for file in bodies.remove(connection, body)]
    for table in ("uploads", "completed_uploads", "bucket_settings"):
        connection.execute(f"DELETE FROM {table} WHERE bucket = ?", (bucket,))
    connection.execute("DELETE FROM buckets WHERE id = ?", (bucket,))
    return freed
