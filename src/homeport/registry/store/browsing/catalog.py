"""Repositories in any order, and the folders that their names make. One statement reads a page and the sums beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import NamedTuple

from homeport.registry.grammar import natural

ORDERS = {
    "name": "natural",
    "bytes": "bytes",
    "pushed": "pushed",
    "pulled": "pulled",
    "tags": "tags",
}
"""What a list is ordered by, and its column."""

MayPull = Callable[[str], bool]
"""Whether a repository of that name may be seen. Called in the thread that reads."""


class Wanted(NamedTuple):
    """A page of the catalog."""

    prefix: str = ""
    """The folder; empty for all."""
    search: str = ""
    """What the name has somewhere behind the prefix."""
    is_flat: bool = False
    """Repositories only, at any depth."""
    order: str = "name"
    is_descending: bool = False
    limit: int = 100
    offset: int = 0


class Entry(NamedTuple):
    """A folder, or a repository. Sizes are bytes."""

    is_repository: bool
    name: str
    repositories: int
    tags: int
    manifests: int
    bytes: int
    pushed: float | None
    pulled: float | None
    pulls: int


class Page(NamedTuple):
    """Entries, and what there is in all."""

    total: int
    """Entries of all pages."""
    repositories: int
    tags: int
    bytes: int
    entries: list[Entry]


# What the rest works on is read once, and each name is judged once.
_SEEN = """
WITH seen AS MATERIALIZED (
    SELECT 1 AS is_repository, name, natural, 1 AS repositories, tags, manifests, bytes, pushed, pulled, pulls
    FROM repository{how} WHERE manifests > 0{wanted}
), entry AS {entries}
SELECT s.entries, s.all_repositories, s.all_tags, s.all_bytes,
    is_repository, name, repositories, tags, manifests, bytes, pushed, pulled, pulls
FROM (SELECT {count} AS entries, count(*) AS all_repositories,
    coalesce(sum(tags), 0) AS all_tags, coalesce(sum(bytes), 0) AS all_bytes FROM seen) s
LEFT JOIN (SELECT * FROM entry ORDER BY {order} LIMIT :limit OFFSET :offset)
ORDER BY {order}"""
_FLAT = {"entries": "NOT MATERIALIZED (SELECT * FROM seen)", "count": "count(*)"}
_TREE = {
    "entries": """MATERIALIZED (
    SELECT * FROM seen WHERE instr(substr(name, :skip), '/') = 0
    UNION ALL
    SELECT 0, substr(name, 1, :skip - 2 + instr(substr(name, :skip), '/')) AS folder,
        substr(natural, 1, :sorted - 2 + instr(substr(natural, :sorted), '/')),
        count(*), sum(tags), sum(manifests), sum(bytes), max(pushed), max(pulled), sum(pulls)
    FROM seen WHERE instr(substr(name, :skip), '/') > 0 GROUP BY folder)""",
    "count": "(SELECT count(*) FROM entry)",
}


def page(connection: sqlite3.Connection, wanted: Wanted, may_pull: MayPull | None) -> Page:
    """A page of what may be pulled; without `may_pull` that is all. Reads all repositories below the prefix: for a thread."""
    only = " AND name > :low AND name < :high" if wanted.prefix else ""
    if wanted.search:
        only += " AND instr(substr(name, :skip), :search) > 0"
    if may_pull is not None:
        connection.create_function("may_pull", 1, may_pull)
        only += " AND may_pull(name)"
    shape = _FLAT if wanted.is_flat or wanted.search else _TREE
    # All rows are read faster as they lie than in the order of their names: https://www.sqlite.org/lang_indexedby.html
    how = "" if wanted.prefix else " NOT INDEXED"
    sql = _SEEN.format(how=how, wanted=only, order=_order(wanted), **shape)
    rows = connection.execute(sql, _parameters(wanted)).fetchall()
    found = [Entry(bool(row[4]), *row[5:]) for row in rows if row[5] is not None]
    total, repositories, tags, bytes_ = rows[0][:4]
    return Page(total, repositories, tags, bytes_, found)


def _parameters(wanted: Wanted) -> dict[str, str | int]:
    below = f"{wanted.prefix}/" if wanted.prefix else ""
    return {
        "low": below,
        # "0" comes next after "/".
        "high": f"{wanted.prefix}0",
        "skip": len(below) + 1,
        "sorted": len(natural.key(below)) + 1,
        "search": wanted.search,
        "limit": wanted.limit,
        "offset": wanted.offset,
    }


def _order(wanted: Wanted) -> str:
    """What has no value comes last, and names decide between equals. A folder comes before the repository of its name."""
    direction = " DESC" if wanted.is_descending else ""
    if wanted.order == "name":
        return f"natural{direction}, name{direction}, is_repository"
    column = ORDERS[wanted.order]
    return f"{column} IS NULL, {column}{direction}, natural, name, is_repository"


class Repository(NamedTuple):
    """One repository, with the sums that are kept of it."""

    id: int
    name: str
    tags: int
    manifests: int
    bytes: int
    shared: int
    created: float
    pushed: float | None
    pulled: float | None
    pulls: int


def find(connection: sqlite3.Connection, name: str) -> Repository | None:
    """A repository that holds anything to pull."""
    row = connection.execute(
        "SELECT id, name, tags, manifests, bytes, shared, created, pushed, pulled, pulls"
        " FROM repository WHERE name = ? AND manifests > 0",
        (name,),
    ).fetchone()
    return Repository(*row) if row else None
