"""Rows of manifests, of what they name, and of the tags that point to them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from homeport.registry.grammar import natural
from homeport.registry.grammar.documents import Document
from homeport.registry.store import repositories
from homeport.storage.db import Database

_BY_TAG = (
    " FROM repository r JOIN tag t ON t.repository = r.id JOIN manifest m ON m.id = t.manifest"
    " WHERE r.name = ? AND t.name = ?"
)
_BY_DIGEST = (
    " FROM repository r JOIN manifest m ON m.repository = r.id WHERE r.name = ? AND m.digest = ?"
)
_SOUND = " AND m.rotten IS NULL"
_GET_BY_TAG = "SELECT m.digest, m.media_type, m.content" + _BY_TAG + _SOUND
_GET_BY_DIGEST = "SELECT m.digest, m.media_type, m.content" + _BY_DIGEST + _SOUND
_HEAD_BY_TAG = "SELECT m.digest, m.media_type, m.size" + _BY_TAG + _SOUND
_HEAD_BY_DIGEST = "SELECT m.digest, m.media_type, m.size" + _BY_DIGEST + _SOUND


def get(db: Database, repository: str, reference: str) -> tuple[str, str, bytes] | None:
    """Digest, media type and bytes of a manifest, by tag or by digest (which has a colon, and a tag has none)."""
    sql = _GET_BY_DIGEST if ":" in reference else _GET_BY_TAG
    return db.query_one(sql, (repository, reference))


def head(db: Database, repository: str, reference: str) -> tuple[str, str, int] | None:
    """Digest, media type and size of a manifest, by tag or by digest."""
    sql = _HEAD_BY_DIGEST if ":" in reference else _HEAD_BY_TAG
    return db.query_one(sql, (repository, reference))


class Stored(NamedTuple):
    """A manifest to be stored."""

    digest: str
    content: bytes
    document: Document


def put(
    connection: sqlite3.Connection, name: str, new: Stored, tags: Sequence[str], now: float
) -> list[str]:
    """Stores a manifest and points the tags at it. Where something that it needs is missing, stores nothing and returns that."""
    repository = repositories.ensure(connection, name, now)
    missing = _missing_blobs(connection, repository, new.document.blobs)
    missing += _missing_manifests(connection, repository, new.document.manifests)
    if missing:
        repositories.forget_empty(connection, repository)
        return missing
    manifest = _id_of(connection, repository, new.digest)
    if manifest is None:
        manifest = _insert(connection, repository, new, now)
    else:
        # The content too, although it is the same: stored bytes may have rotted, and a push puts them right.
        connection.execute(
            "UPDATE manifest SET media_type = ?, pushed = ?, content = ?, rotten = NULL WHERE id = ?",
            (new.document.media_type, now, new.content, manifest),
        )
    for tag in tags:
        connection.execute(
            "INSERT INTO tag (repository, name, natural, manifest, moved) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET manifest = excluded.manifest, moved = excluded.moved",
            (repository, tag, natural.key(tag), manifest, now),
        )
    return []


def _insert(connection: sqlite3.Connection, repository: int, new: Stored, now: float) -> int:
    document = new.document
    descriptor = document.descriptor(new.digest, len(new.content)) if document.subject else None
    made = connection.execute(
        "INSERT INTO manifest (repository, digest, media_type, size, pushed, subject, artifact_type,"
        " descriptor, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            repository,
            new.digest,
            document.media_type,
            len(new.content),
            now,
            document.subject,
            document.artifact_type,
            descriptor,
            new.content,
        ),
    )
    manifest = made.lastrowid or 0
    connection.execute(
        "INSERT OR IGNORE INTO reference (repository, digest, manifest) SELECT ?, value, ? FROM json_each(?)",
        (repository, manifest, json.dumps(document.references)),
    )
    return manifest


def _missing_blobs(
    connection: sqlite3.Connection, repository: int, digests: Sequence[str]
) -> list[str]:
    rows = connection.execute(
        "SELECT DISTINCT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM blob b"
        " JOIN repository_blob l ON l.blob = b.id"
        " WHERE b.digest = value AND b.rotten IS NULL AND l.repository = ?)",
        (json.dumps(digests), repository),
    )
    return [digest for (digest,) in rows]


def _missing_manifests(
    connection: sqlite3.Connection, repository: int, digests: Sequence[str]
) -> list[str]:
    # A blob will do: buildkit's cache is an index of layers, https://github.com/moby/buildkit/issues/2251
    rows = connection.execute(
        "SELECT DISTINCT value FROM json_each(?)"
        " WHERE NOT EXISTS (SELECT 1 FROM manifest WHERE repository = ? AND digest = value AND rotten IS NULL)"
        " AND NOT EXISTS (SELECT 1 FROM blob b"
        " JOIN repository_blob l ON l.blob = b.id"
        " WHERE b.digest = value AND b.rotten IS NULL AND l.repository = ?)",
        (json.dumps(digests), repository, repository),
    )
    return [digest for (digest,) in rows]


def _id_of(connection: sqlite3.Connection, repository: int, digest: str) -> int | None:
    row = connection.execute(
        "SELECT id FROM manifest WHERE repository = ? AND digest = ?", (repository, digest)
    ).fetchone()
    return row[0] if row else None


class Gone(NamedTuple):
    """A manifest that was removed, or that a removed tag pointed to."""

    digest: str
    media_type: str
    size: int


def remove(connection: sqlite3.Connection, name: str, digest: str) -> Gone | None:
    """Removes a manifest and all its tags; None where there is none."""
    row = connection.execute(
        "SELECT m.id, m.repository, m.media_type, m.size" + _BY_DIGEST, (name, digest)
    ).fetchone()
    if row is None:
        return None
    manifest, repository, media_type, size = row
    connection.execute("DELETE FROM tag WHERE manifest = ?", (manifest,))
    connection.execute("DELETE FROM reference WHERE manifest = ?", (manifest,))
    connection.execute("DELETE FROM manifest WHERE id = ?", (manifest,))
    repositories.forget_empty(connection, repository)
    return Gone(digest, media_type, size)


def remove_tag(connection: sqlite3.Connection, name: str, tag: str) -> Gone | None:
    """Removes a tag and leaves its manifest; None where there is none."""
    row = connection.execute(
        "SELECT m.digest, m.media_type, m.size" + _BY_TAG, (name, tag)
    ).fetchone()
    if row is None:
        return None
    connection.execute(
        "DELETE FROM tag WHERE name = ? AND repository = (SELECT id FROM repository WHERE name = ?)",
        (tag, name),
    )
    return Gone(*row)


def tags(db: Database, repository: int, after: str, count: int) -> list[str]:
    """Tags of a repository behind `after`, in the order of their bytes."""
    rows = db.query(
        "SELECT name FROM tag WHERE repository = ? AND name > ? ORDER BY name LIMIT ?",
        (repository, after, count),
    )
    return [name for (name,) in rows]


class Referrers(NamedTuple):
    """A page of descriptors, as JSON texts."""

    descriptors: list[str]
    last: str | None
    """Digest of the last one of the page, where there are more behind it."""


_REFERRERS = (
    "SELECT digest, descriptor FROM manifest WHERE subject = ? AND digest > ? AND rotten IS NULL"
    " AND repository = (SELECT id FROM repository WHERE name = ?)"
)
_OF_KIND = " AND artifact_type = ?"
_IN_ORDER = " ORDER BY digest"


def referrers(
    db: Database, name: str, subject: str, *, kind: str | None, after: str, limit: int
) -> Referrers:
    """Descriptors of the manifests with that subject, behind a digest, up to `limit` bytes and at least one."""
    found: list[str] = []
    last = None
    with db.snapshot() as connection:
        wanted = (subject, after, name)
        rows = (
            connection.execute(_REFERRERS + _IN_ORDER, wanted)
            if kind is None
            else connection.execute(_REFERRERS + _OF_KIND + _IN_ORDER, (*wanted, kind))
        )
        for digest, descriptor in rows:
            limit -= len(descriptor)
            if found and limit < 0:
                return Referrers(found, last)
            found.append(descriptor)
            last = digest
    return Referrers(found, None)
