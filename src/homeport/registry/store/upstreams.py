"""Rows of what came from an upstream: manifests that need nothing else to be here, and when their tags were last checked."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from homeport.registry.grammar import natural
from homeport.registry.store import manifests
from homeport.storage.db import Database

_CHECKED = "SELECT checked FROM upstream_tag WHERE repository = ? AND tag = ?"
_FORGET = "DELETE FROM upstream_tag WHERE repository = ? AND tag = ?"


def checked(db: Database, name: str, tag: str) -> float | None:
    """When a tag was last found to be what it is upstream; None for one that did not come from there."""
    row = db.query_one(_CHECKED, (name, tag))
    return row[0] if row else None


def has_given(db: Database, prefix: str, digest: str) -> bool:
    """Whether a repository below an upstream's prefix has the blob. An upstream could claim to have any that it knows the digest of."""
    # "0" comes next after "/".
    low, high = (f"{prefix}/", f"{prefix}0") if prefix else ("", "\U0010ffff")
    row = db.query_one(
        "SELECT 1 FROM blob b JOIN repository_blob l ON l.blob = b.id JOIN repository r ON r.id = l.repository"
        " WHERE b.digest = ? AND b.rotten IS NULL AND r.name >= ? AND r.name < ? LIMIT 1",
        (digest, low, high),
    )
    return row is not None


def put(
    connection: sqlite3.Connection,
    name: str,
    new: manifests.Stored,
    tags: Sequence[str],
    now: float,
) -> None:
    """Stores a manifest and points the tags at it. What it names is fetched when it is asked for, and need not be here."""
    alone = new.document._replace(blobs=[], manifests=[])
    manifests.put(connection, name, new._replace(document=alone), tags, now)
    for tag in tags:
        _note(connection, name, tag, now)


def point(connection: sqlite3.Connection, name: str, tag: str, digest: str, now: float) -> bool:
    """Notes that a tag is that manifest upstream, and points it there; False where the manifest is not here."""
    row = connection.execute(
        "SELECT m.repository, m.id FROM repository r JOIN manifest m ON m.repository = r.id"
        " WHERE r.name = ? AND m.digest = ?",
        (name, digest),
    ).fetchone()
    if row is None:
        return False
    repository, manifest = row
    connection.execute(
        "INSERT INTO tag (repository, name, natural, manifest, moved) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
        " SET manifest = excluded.manifest, moved = excluded.moved WHERE manifest <> excluded.manifest",
        (repository, tag, natural.key(tag), manifest, now),
    )
    _note(connection, name, tag, now)
    return True


def drop(connection: sqlite3.Connection, name: str, tag: str) -> None:
    """Removes a tag that is gone upstream; its manifest stays. One that did not come from there stays too."""
    if connection.execute(_CHECKED, (name, tag)).fetchone() is not None:
        connection.execute(_FORGET, (name, tag))
        manifests.remove_tag(connection, name, tag)


def sweep(connection: sqlite3.Connection) -> None:
    """Forgets tags that are not here any more."""
    connection.execute(
        "DELETE FROM upstream_tag WHERE NOT EXISTS (SELECT 1 FROM repository r"
        " JOIN tag t ON t.repository = r.id"
        " WHERE r.name = upstream_tag.repository AND t.name = upstream_tag.tag)"
    )


def _note(connection: sqlite3.Connection, name: str, tag: str, now: float) -> None:
    connection.execute(
        "INSERT INTO upstream_tag (repository, tag, checked) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET checked = excluded.checked",
        (name, tag, now),
    )
