"""What an import asks of the rows, and how it adds to them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from homeport.registry.grammar import natural
from homeport.registry.importing.layout import Link
from homeport.registry.store import blobs, manifests, repositories

_LACKING = """
SELECT j.key FROM json_each(?) j
LEFT JOIN repository r ON r.name = j.value ->> 0
LEFT JOIN manifest m ON m.repository = r.id AND m.digest = j.value ->> 1
LEFT JOIN tag t ON t.repository = r.id AND t.name = j.value ->> 2
WHERE m.id IS NULL
OR j.value ->> 2 <> '' AND (t.name IS NULL OR t.manifest <> m.id AND t.moved < j.value ->> 3)
ORDER BY j.key
"""


def lacking(connection: sqlite3.Connection, links: Sequence[Link]) -> list[Link]:
    """Those that are not there yet. A tag that was pushed here since is newer, and counts as there."""
    found = connection.execute(_LACKING, (json.dumps(links),))
    return [links[key] for (key,) in found]


def absent(connection: sqlite3.Connection, repository: str, digests: Sequence[str]) -> list[str]:
    """Those that are no manifests of a repository."""
    rows = connection.execute(
        "SELECT DISTINCT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM manifest m"
        " WHERE m.repository = (SELECT id FROM repository WHERE name = ?) AND m.digest = value)",
        (json.dumps(digests), repository),
    )
    return [digest for (digest,) in rows]


def stored(connection: sqlite3.Connection, digests: Sequence[str]) -> set[str]:
    """Those that are blobs of any repository."""
    rows = connection.execute(
        "SELECT digest FROM blob WHERE rotten IS NULL AND digest IN (SELECT value FROM json_each(?))",
        (json.dumps(digests),),
    )
    return {digest for (digest,) in rows}


class Image(NamedTuple):
    """A manifest with what it needs."""

    link: Link
    manifest: manifests.Stored
    taken: dict[str, blobs.Blob]
    """Files that were published for it, by digest."""
    stored: Sequence[str]
    """Digests that are blobs already."""


class Lost(Exception):
    """Something that was there a moment ago has been removed."""


def put(connection: sqlite3.Connection, image: Image, now: float) -> list[str]:
    """Adds an image, with its tag; returns the files that are not needed after all. Raises `Lost`, which undoes all of it."""
    link = image.link
    unneeded = []
    for digest, blob in image.taken.items():
        added = blobs.add(connection, digest, blob, link.repository, now)
        unneeded += [] if added.is_used else [blob.file]
        unneeded += [added.replaced] if added.replaced else []
    _adopt(connection, link.repository, image.stored, now)
    if absent(connection, link.repository, [link.digest]):
        at = min(link.at, now)
        if manifests.put(connection, link.repository, image.manifest, [], at):
            raise Lost
    if link.tag:
        point(connection, link, now)
    return unneeded


def _adopt(
    connection: sqlite3.Connection, repository: str, digests: Sequence[str], now: float
) -> None:
    connection.execute(
        "INSERT INTO repository_blob (repository, blob, pushed) SELECT ?, id, ? FROM blob"
        " WHERE rotten IS NULL AND digest IN (SELECT value FROM json_each(?))"
        " ON CONFLICT DO UPDATE SET pushed = excluded.pushed",
        (repositories.ensure(connection, repository, now), now, json.dumps(digests)),
    )


def point(connection: sqlite3.Connection, link: Link, now: float) -> None:
    """Points a tag at its manifest, where that is there and the tag was not pushed here since."""
    connection.execute(
        "INSERT INTO tag (repository, name, natural, manifest, moved) SELECT r.id, ?, ?, m.id, ?"
        " FROM repository r JOIN manifest m ON m.repository = r.id WHERE r.name = ? AND m.digest = ?"
        " ON CONFLICT DO UPDATE SET manifest = excluded.manifest, moved = excluded.moved"
        " WHERE excluded.moved > moved",
        (link.tag, natural.key(link.tag), min(link.at, now), link.repository, link.digest),
    )
