"""Pages of objects and of versions. A page reads only the rows that it returns: whole common prefixes are jumped over.

SQLite orders text by its UTF-8 bytes (https://www.sqlite.org/datatype3.html#collating_sequences), as S3 lists keys.
"""

# ruff: noqa: S608 - only names of columns and tables, constants of this package, are put into statements
from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from homeport.aws.s3.rules import paging
from homeport.aws.s3.store.records import NULL_VERSION, UPLOAD_FIELDS, Upload

NO_END = b""
"""Stands for no upper bound: SQLite orders every text before every blob."""

_OBJECTS = (
    "SELECT key, modified, etag, size, storage_class, checksum FROM objects "
    "WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key"
)
_VERSION_FIELDS = "key, seq, version, is_marker, modified, size, etag, storage_class, checksum"
_VERSIONS = (
    f"SELECT {_VERSION_FIELDS} FROM objects WHERE bucket = ? AND key >= ? AND key < ? "
    f"UNION ALL SELECT {_VERSION_FIELDS} FROM versions WHERE bucket = ? AND key >= ? AND key < ? "
    "ORDER BY key, seq DESC"
)
_REST_OF_KEY = (
    f"SELECT {_VERSION_FIELDS} FROM objects WHERE bucket = ? AND key = ? AND seq < ? "
    f"UNION ALL SELECT {_VERSION_FIELDS} FROM versions WHERE bucket = ? AND key = ? AND seq < ? "
    "ORDER BY key, seq DESC"
)
_UPLOADS = f"SELECT {UPLOAD_FIELDS} FROM uploads WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key, id"
_REST_OF_UPLOADS = (
    f"SELECT {UPLOAD_FIELDS} FROM uploads WHERE bucket = ? AND key = ? AND id > ? ORDER BY id"
)


class ListedObject(NamedTuple):
    """A row of a listing of objects."""

    key: str
    modified: int
    etag: str
    size: int
    storage_class: str
    checksum: str


class ListedVersion(NamedTuple):
    """A row of a listing of versions."""

    key: str
    seq: int
    version: str
    is_marker: int
    modified: int
    size: int
    etag: str
    storage_class: str
    checksum: str


def objects(
    connection: sqlite3.Connection, bucket: int, wanted: paging.Wanted
) -> paging.Page[ListedObject]:
    """A page of live objects in the order of their keys."""
    end: str | bytes | None = paging.after_prefix(wanted.prefix)
    end = NO_END if end is None else end

    def scan(low: str) -> Iterable[tuple[str, ...]]:
        return connection.execute(_OBJECTS, (bucket, low, end))

    return paging.page(scan, wanted, ListedObject._make)


def versions(
    connection: sqlite3.Connection, bucket: int, wanted: paging.Wanted, seq: int | None
) -> paging.Page[ListedVersion]:
    """A page of versions and markers: by key, the newest first. `seq` goes on below that version of the key `wanted.after`."""
    end: str | bytes | None = paging.after_prefix(wanted.prefix)
    end = NO_END if end is None else end
    is_first = True

    def scan(low: str) -> Iterable[tuple[str, ...]]:
        nonlocal is_first
        rows = connection.execute(_VERSIONS, (bucket, low, end) * 2)
        if seq is None or not is_first or not wanted.after.startswith(wanted.prefix):
            return rows
        is_first = False
        rest = connection.execute(_REST_OF_KEY, (bucket, wanted.after, seq) * 2)
        return itertools.chain(rest, rows)

    return paging.page(scan, wanted, ListedVersion._make)


def seq_of_null(connection: sqlite3.Connection, bucket: int, key: str) -> int | None:
    """The place of the null version of a key."""
    row = connection.execute(
        f"SELECT seq FROM objects WHERE bucket = ? AND key = ? AND version = '{NULL_VERSION}' "
        f"UNION ALL SELECT seq FROM versions WHERE bucket = ? AND key = ? AND version = '{NULL_VERSION}'",
        (bucket, key) * 2,
    ).fetchone()
    return None if row is None else row[0]


def uploads(
    connection: sqlite3.Connection, bucket: int, wanted: paging.Wanted, after_id: str
) -> paging.Page[Upload]:
    """A page of uploads by key and begin. `after_id` goes on behind that upload of the key `wanted.after`."""
    end: str | bytes | None = paging.after_prefix(wanted.prefix)
    end = NO_END if end is None else end
    is_first = True

    def scan(low: str) -> Iterable[tuple[str, ...]]:
        nonlocal is_first
        rows = connection.execute(_UPLOADS, (bucket, low, end))
        if not after_id or not is_first or not wanted.after.startswith(wanted.prefix):
            return rows
        is_first = False
        rest = connection.execute(_REST_OF_UPLOADS, (bucket, wanted.after, after_id))
        return itertools.chain(rest, rows)

    return paging.page(scan, wanted, Upload._make)
