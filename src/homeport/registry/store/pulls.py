"""When manifests and tags were last pulled, and how often they were."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple


class Pulls(NamedTuple):
    """Pulls of one manifest, by one tag or by its digest."""

    repository: str
    digest: str
    tag: str
    """Empty where it was asked for by digest."""
    number: int
    last: float


_COUNT = (
    "UPDATE description SET pulls = pulls + ? WHERE (repository, manifest) ="
    " (SELECT m.repository, m.id FROM repository r JOIN manifest m ON m.repository = r.id"
    " WHERE r.name = ? AND m.digest = ?)"
)


def add(connection: sqlite3.Connection, pulls: Iterable[Pulls]) -> None:
    """Notes them; those of what is gone by now are passed over."""
    for name, digest, tag, number, last in pulls:
        connection.execute(
            "UPDATE manifest SET pulled = max(coalesce(pulled, 0), ?)"
            " WHERE repository = (SELECT id FROM repository WHERE name = ?) AND digest = ?",
            (last, name, digest),
        )
        if number:
            connection.execute(_COUNT, (number, name, digest))
        if tag:
            connection.execute(
                "UPDATE tag SET pulled = max(coalesce(pulled, 0), ?), pulls = pulls + ?"
                " WHERE repository = (SELECT id FROM repository WHERE name = ?) AND name = ?",
                (last, number, name, tag),
            )
