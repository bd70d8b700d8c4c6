"""Blobs of repositories that no manifest there names.

A page is found in time that grows with its length and with nothing else, also where ten thousand repositories share a layer: each
look for a name is one search of the key (repository, digest) of `reference`.
"""

from __future__ import annotations

import json
import sqlite3
from typing import NamedTuple

from homeport.registry.store.space import snapshot

PAGE = 5_000
"""Links that one page looks through; it takes a thread some 15 ms."""


class Link(NamedTuple):
    """That a blob belongs to a repository."""

    blob: int
    owner: int
    """The id of the repository."""
    repository: str
    digest: str
    size: int
    pushed: float
    is_rotten: bool


_LINK = (
    "SELECT l.blob, l.repository, r.name, b.digest, b.size, l.pushed, b.rotten IS NOT NULL"
    " FROM repository_blob l CROSS JOIN blob b ON b.id = l.blob CROSS JOIN repository r ON r.id = l.repository"
)
_PAGE = _LINK + (  # noqa: S608 - columns
    " WHERE l.blob > ? AND l.blob <= ? AND NOT EXISTS (SELECT 1 FROM reference f"
    " WHERE f.repository = l.repository AND f.digest = b.digest"
    " AND f.manifest NOT IN (SELECT value FROM json_each(?)))"
)
_ONE = _LINK + (  # noqa: S608 - columns
    " WHERE l.repository = ? AND l.blob = ? AND NOT EXISTS"
    " (SELECT 1 FROM reference f WHERE f.repository = l.repository AND f.digest = b.digest)"
)


def _link(row: tuple[int, int, str, str, int, float, int]) -> Link:
    return Link(*row[:6], bool(row[6]))


class Page(NamedTuple):
    """What was found among some blobs, all repositories of each."""

    links: list[Link]
    owners: dict[int, int]
    """For each blob of these links, how many repositories have it."""
    last: int | None
    """The last of these blobs; None where there are none behind them."""


def page(connection: sqlite3.Connection, after: int, without: str) -> Page:
    """Links that no manifest names, those of `without` (ids as JSON) aside; of blobs behind `after`. For a thread."""
    with snapshot.one_commit(connection):
        found = connection.execute(
            "SELECT blob FROM repository_blob WHERE blob > ? ORDER BY blob LIMIT 1 OFFSET ?",
            (after, PAGE),
        ).fetchone()
        last = found[0] if found else None
        until = (1 << 62) if last is None else last
        links = [_link(row) for row in connection.execute(_PAGE, (after, until, without))]
        counted = connection.execute(
            "SELECT blob, count(*) FROM repository_blob WHERE blob IN (SELECT value FROM json_each(?)) GROUP BY blob",
            (json.dumps(list({link.blob for link in links})),),
        )
        return Page(links, dict(counted.fetchall()), last)


def find(connection: sqlite3.Connection, repository: int, blob: int) -> Link | None:
    """A link that no manifest names; None where there is none, or one names it. Inside a write."""
    row = connection.execute(_ONE, (repository, blob)).fetchone()
    return _link(row) if row else None


class Removed(NamedTuple):
    """A link that is gone."""

    link: Link
    file: str | None
    """Where no repository has the blob any more: the file to delete after the commit."""


def remove(connection: sqlite3.Connection, link: Link) -> Removed:
    """Removes a link, and its blob where that was the last. An empty repository stays for `repositories.empty` to find."""
    connection.execute(
        "DELETE FROM repository_blob WHERE repository = ? AND blob = ?", (link.owner, link.blob)
    )
    row = connection.execute(
        "DELETE FROM blob WHERE id = ? AND NOT EXISTS"
        " (SELECT 1 FROM repository_blob WHERE blob = ?) RETURNING file",
        (link.blob, link.blob),
    ).fetchone()
    return Removed(link, row[0] if row else None)


def last_blob(connection: sqlite3.Connection) -> int:
    """The highest id of a blob, to tell how far a run has come."""
    (highest,) = connection.execute("SELECT coalesce(max(id), 0) FROM blob").fetchone()
    return int(highest)
