"""Rows of what the registry held at some times, and of what was done there in between."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

SLOT_S = 900
"""Time that one row stands for: a quarter of an hour."""


class Held(NamedTuple):
    """What there was at a time. Sizes are bytes."""

    blob_bytes: int
    manifest_bytes: int
    upload_bytes: int
    repositories: int
    tags: int


class Sample(NamedTuple):
    """One row."""

    at: float
    held: Held
    pushes: int
    """Manifests that were pushed since the row before."""
    pulls: int
    """Manifests that were pulled since then."""

    @property
    def slot(self) -> int:
        """The key of its row."""
        return int(self.at // SLOT_S)


_COLUMNS = "at, blob_bytes, manifest_bytes, upload_bytes, repositories, tags, pushes, pulls"


def add(connection: sqlite3.Connection, new: Sample) -> None:
    """Adds a row; where there is one of the same quarter of an hour, that becomes this, with the pushes and pulls of both."""
    connection.execute(
        f"INSERT INTO usage_sample (slot, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - columns
        " ON CONFLICT DO UPDATE SET at = excluded.at, blob_bytes = excluded.blob_bytes,"
        " manifest_bytes = excluded.manifest_bytes, upload_bytes = excluded.upload_bytes,"
        " repositories = excluded.repositories, tags = excluded.tags,"
        " pushes = pushes + excluded.pushes, pulls = pulls + excluded.pulls",
        (new.slot, new.at, *new.held, new.pushes, new.pulls),
    )


def all_of_them(connection: sqlite3.Connection) -> list[Sample]:
    """All rows, the oldest first: thinned, they are some 1,500."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM usage_sample ORDER BY slot")  # noqa: S608 - columns
    return [Sample(at, Held(*more[:5]), *more[5:]) for at, *more in rows]


def replace(
    connection: sqlite3.Connection, gone: Sequence[Sample], changed: Sequence[Sample]
) -> None:
    """Removes some rows, and gives others their pushes and pulls."""
    connection.execute(
        "DELETE FROM usage_sample WHERE slot IN (SELECT value FROM json_each(?))",
        (json.dumps([each.slot for each in gone]),),
    )
    connection.executemany(
        "UPDATE usage_sample SET pushes = ?, pulls = ? WHERE slot = ?",
        [(each.pushes, each.pulls, each.slot) for each in changed],
    )
