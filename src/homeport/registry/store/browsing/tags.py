"""Tags of a repository in any order, by what they point to."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

ORDERS = {
    "name": "t.natural",
    "pushed": "t.moved",
    "created": "d.created",
    "bytes": "d.bytes",
    "pulled": "t.pulled",
    "pulls": "t.pulls",
}
"""What a list is ordered by, and its column."""


class Wanted(NamedTuple):
    """A page of tags."""

    search: str = ""
    """What the tag has somewhere in it, in small letters or capitals."""
    platform: str = ""
    """Of those that it is for; `linux/arm` takes in `linux/arm/v7`."""
    kind: str = ""
    order: str = "name"
    is_descending: bool = False
    limit: int = 100
    offset: int = 0


class Tag(NamedTuple):
    """A tag, and the id of its manifest."""

    name: str
    manifest: int
    pushed: float
    pulled: float | None
    pulls: int


class Page(NamedTuple):
    """Tags, and how many match in all."""

    matching: int
    tags: list[Tag]


_PLAIN = " FROM tag t WHERE t.repository = :repository"
_DESCRIBED = (
    " FROM tag t CROSS JOIN description d ON d.repository = t.repository AND d.manifest = t.manifest"
    " WHERE t.repository = :repository"
)
_FILTERS = {
    "search": " AND instr(lower(t.name), lower(:search)) > 0",
    "kind": " AND d.kind = :kind",
    "platform": " AND (instr(' ' || d.platforms || ' ', ' ' || :platform || ' ') > 0"
    " OR instr(' ' || d.platforms, ' ' || :platform || '/') > 0)",
}


def page(connection: sqlite3.Connection, repository: int, wanted: Wanted) -> Page:
    """A page. Reads all tags of the repository: for a thread, and inside one commit."""
    only = "".join(sql for field, sql in _FILTERS.items() if getattr(wanted, field))
    column = ORDERS[wanted.order]
    is_described = wanted.kind or wanted.platform or column.startswith("d.")
    source = (_DESCRIBED if is_described else _PLAIN) + only
    parameters = {**wanted._asdict(), "repository": repository}
    (matching,) = connection.execute("SELECT count(*)" + source, parameters).fetchone()
    rows = connection.execute(
        f"SELECT t.name, t.manifest, t.moved, t.pulled, t.pulls{source}"
        f" ORDER BY {_order(wanted, column)} LIMIT :limit OFFSET :offset",
        parameters,
    )
    return Page(matching, [Tag(*row) for row in rows])


def _order(wanted: Wanted, column: str) -> str:
    """What has no value comes last, and names decide between equals."""
    direction = " DESC" if wanted.is_descending else ""
    if wanted.order == "name":
        return f"t.natural{direction}, t.name{direction}"
    return f"{column} IS NULL, {column}{direction}, t.natural, t.name"


def of(connection: sqlite3.Connection, manifest: int, count: int) -> list[str]:
    """The first tags of a manifest, as they sort."""
    rows = connection.execute(
        "SELECT name FROM tag WHERE manifest = ? ORDER BY natural, name LIMIT ?", (manifest, count)
    )
    return [name for (name,) in rows]


def count(connection: sqlite3.Connection, manifest: int) -> int:
    """How many tags a manifest has."""
    row = connection.execute("SELECT count(*) FROM tag WHERE manifest = ?", (manifest,)).fetchone()
    return int(row[0])


def looks(connection: sqlite3.Connection, repository: int, count: int) -> list[tuple[str, str]]:
    """The kinds and platforms that tags of a repository lead to, as they come together, up to so many."""
    return connection.execute(
        "SELECT DISTINCT d.kind, d.platforms"
        " FROM tag t CROSS JOIN description d ON d.repository = t.repository AND d.manifest = t.manifest"
        " WHERE t.repository = ? LIMIT ?",
        (repository, count),
    ).fetchall()
