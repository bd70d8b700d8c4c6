"""Objects and their versions: reading one, adding one, removing one.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
"""

# ruff: noqa: S608 - only names of columns and tables, constants of this package, are put into statements
from __future__ import annotations

import sqlite3
from typing import NamedTuple

from homeport.aws.s3.store import bodies
from homeport.aws.s3.store.records import NULL_VERSION, VERSION_FIELDS, Version
from homeport.storage.db import Database

_PLACES = ", ".join("?" * (len(Version._fields) + 1))
_GET = (
    f"SELECT {', '.join(f'o.{name}' for name in Version._fields)}, b.data FROM objects o "
    "LEFT JOIN bodies b ON b.id = o.body WHERE o.bucket = ? AND o.key = ?"
)
_GET_VERSION = (
    f"SELECT {', '.join(f'v.{name}' for name in Version._fields)}, b.data FROM versions v "
    "LEFT JOIN bodies b ON b.id = v.body WHERE v.bucket = ? AND v.key = ? AND v.{condition}"
)
_GET_NULL = _GET_VERSION.format(condition=f"version = '{NULL_VERSION}'")
_GET_SEQ = _GET_VERSION.format(condition="seq = ?")
_PUT = f"INSERT OR REPLACE INTO objects (bucket, {VERSION_FIELDS}) VALUES ({_PLACES})"
_PUT_OLD = f"INSERT INTO versions (bucket, {VERSION_FIELDS}) VALUES ({_PLACES})"
_STATE = (
    "SELECT b.versioning, o.seq, o.version, o.etag, o.body FROM buckets b "
    "LEFT JOIN objects o ON o.bucket = b.id AND o.key = ? WHERE b.id = ?"
)
_SEQ_DIGITS = 8


class Found(NamedTuple):
    """A version, and its body where that is a small one."""

    version: Version
    data: bytes | None


class State(NamedTuple):
    """What a write meets: the bucket's versioning and the live current version, None where there is none."""

    versioning: str
    seq: int | None
    version: str | None
    etag: str | None
    body: int | None


def version_id(seq: int, name: str) -> str:
    """An id for a version: 24 of the 32 random digits, then its place among the versions of its key."""
    return f"{name[:-_SEQ_DIGITS]}{seq:0{_SEQ_DIGITS}x}"


def seq_of(version: str) -> int | None:
    """The place that a version id names; None where it is no id that this service made."""
    if len(version) != 32 or not version.isascii() or not version.isalnum():
        return None
    try:
        return int(version[-_SEQ_DIGITS:], 16)
    except ValueError:
        return None


# Reading


def current(db: Database, bucket: int, key: str) -> Found | None:
    """The live current version."""
    row = db.query_one(_GET, (bucket, key))
    return None if row is None else Found(Version._make(row[:-1]), row[-1])


def current_marker(db: Database, bucket: int, key: str) -> Version | None:
    """The delete marker that is current, for a key that has no live current version."""
    row = db.query_one(
        f"SELECT {VERSION_FIELDS} FROM versions WHERE bucket = ? AND key = ? ORDER BY seq DESC LIMIT 1",
        (bucket, key),
    )
    return None if row is None else Version._make(row)


def by_version(db: Database, bucket: int, key: str, version: str) -> Found | None:
    """One version by its id, current or not, marker or not."""
    found = current(db, bucket, key)
    if found is not None and found.version.version == version:
        return found
    if version == NULL_VERSION:
        row = db.query_one(_GET_NULL, (bucket, key))
    else:
        row = db.query_one(_GET_SEQ, (bucket, key, seq_of(version)))
    if row is None or row[2] != version:
        return None
    return Found(Version._make(row[:-1]), row[-1])


# Writing


def state(connection: sqlite3.Connection, bucket: int, key: str) -> State | None:
    """What a write of this key meets; None where the bucket is gone."""
    row = connection.execute(_STATE, (key, bucket)).fetchone()
    return None if row is None else State._make(row)


def put(
    connection: sqlite3.Connection, bucket: int, new: Version, was: State, name: str
) -> tuple[Version, list[str]]:
    """Makes `new` the current version of its key, over what `was` there.

    Returns it with its place and id (out of the random `name`), and the content files that nothing names any more.
    """
    seq, freed = _make_room(connection, bucket, new.key, was)
    version = version_id(seq, name) if was.versioning == "Enabled" else NULL_VERSION
    new = new._replace(seq=seq, version=version)
    if new.is_marker:
        connection.execute("DELETE FROM objects WHERE bucket = ? AND key = ?", (bucket, new.key))
        connection.execute(_PUT_OLD, (bucket, *new))
    else:
        connection.execute(_PUT, (bucket, *new))
    return new, freed


def _make_room(
    connection: sqlite3.Connection, bucket: int, key: str, was: State
) -> tuple[int, list[str]]:
    """Puts aside, or forgets, what the new current version displaces. Returns the new one's place and the freed files."""
    if not was.versioning:
        return 1, [] if was.body is None else bodies.remove(connection, was.body)
    seq = 1 + max(was.seq or 0, _highest(connection, bucket, key))
    freed: list[str] = []
    if was.versioning == "Suspended":
        freed = _remove_old(connection, _GET_NULL_BODY, (bucket, key))
    if was.body is None:
        return seq, freed
    if was.versioning == "Suspended" and was.version == NULL_VERSION:
        return seq, freed + bodies.remove(connection, was.body)
    connection.execute(_SET_ASIDE, (bucket, key))
    return seq, freed


_GET_NULL_BODY = (
    f"DELETE FROM versions WHERE bucket = ? AND key = ? AND version = '{NULL_VERSION}' "
    "RETURNING body, is_marker"
)
_SET_ASIDE = (
    f"INSERT INTO versions (bucket, {VERSION_FIELDS}) "
    f"SELECT bucket, {VERSION_FIELDS} FROM objects WHERE bucket = ? AND key = ?"
)


def _highest(connection: sqlite3.Connection, bucket: int, key: str) -> int:
    row = connection.execute(
        "SELECT seq FROM versions WHERE bucket = ? AND key = ? ORDER BY seq DESC LIMIT 1",
        (bucket, key),
    ).fetchone()
    return row[0] if row else 0


def _remove_old(
    connection: sqlite3.Connection, sql: str, parameters: tuple[object, ...]
) -> list[str]:
    rows = connection.execute(sql, parameters).fetchall()
    return [file for body, _ in rows if body for file in bodies.remove(connection, body)]


class Removed(NamedTuple):
    """What the removal of one version took away."""

    freed: list[str]
    """Content files that nothing names any more."""
    was_marker: bool
    was_there: bool = True


def remove_current(connection: sqlite3.Connection, bucket: int, key: str, was: State) -> list[str]:
    """Forgets the object of a bucket without versioning. Returns the files that nothing names any more."""
    if was.body is None:
        return []
    connection.execute("DELETE FROM objects WHERE bucket = ? AND key = ?", (bucket, key))
    return bodies.remove(connection, was.body)


def remove_version(
    connection: sqlite3.Connection, bucket: int, key: str, version: str, was: State
) -> Removed:
    """Forgets one version for good; the one before it becomes current where it was."""
    if was.version == version:
        freed = remove_current(connection, bucket, key, was)
        _promote(connection, bucket, key)
        return Removed(freed, was_marker=False)
    condition = "version = ?" if version == NULL_VERSION else "version = ? AND seq = ?"
    parameters = (version,) if version == NULL_VERSION else (version, seq_of(version))
    row = connection.execute(
        f"DELETE FROM versions WHERE bucket = ? AND key = ? AND {condition} RETURNING body, is_marker",
        (bucket, key, *parameters),
    ).fetchone()
    if row is None:
        return Removed([], was_marker=False, was_there=False)
    if was.version is None:
        _promote(connection, bucket, key)
    return Removed(bodies.remove(connection, row[0]) if row[0] else [], was_marker=bool(row[1]))


def _promote(connection: sqlite3.Connection, bucket: int, key: str) -> None:
    """Makes the newest remaining version current, unless it is a marker."""
    row = connection.execute(
        "SELECT seq, is_marker FROM versions WHERE bucket = ? AND key = ? ORDER BY seq DESC LIMIT 1",
        (bucket, key),
    ).fetchone()
    if row is None or row[1]:
        return
    connection.execute(
        f"INSERT INTO objects (bucket, {VERSION_FIELDS}) SELECT bucket, {VERSION_FIELDS} "
        "FROM versions WHERE bucket = ? AND key = ? AND seq = ?",
        (bucket, key, row[0]),
    )
    connection.execute(
        "DELETE FROM versions WHERE bucket = ? AND key = ? AND seq = ?", (bucket, key, row[0])
    )


def set_tags(
    connection: sqlite3.Connection, bucket: int, key: str, version: str, tags: str
) -> bool:
    """Replaces the tags of one version; says whether it was there (and not a marker)."""
    condition = "bucket = ? AND key = ? AND version = ? AND is_marker = 0"
    for table in ("objects", "versions"):
        changed = connection.execute(
            f"UPDATE {table} SET tags = ? WHERE {condition}", (tags, bucket, key, version)
        )
        if changed.rowcount:
            return True
    return False
