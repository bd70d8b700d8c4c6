"""The rows of tables and indexes. Ordered by the bytes of their keys, so that a query reads what it returns and nothing else."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

Connection = sqlite3.Connection


class Key(NamedTuple):
    """Where a row stands in its space."""

    pk: bytes
    sk: bytes


class Stored(NamedTuple):
    """An item as it is stored."""

    size: int
    """Bytes, as AWS counts them."""
    text: bytes
    """Its JSON."""


FIND = "SELECT size, item FROM rows WHERE space = ? AND pk = ? AND sk = ?"
_PUT = "INSERT OR REPLACE INTO rows (space, pk, sk, size, item) VALUES (?, ?, ?, ?, ?)"
_DELETE = "DELETE FROM rows WHERE space = ? AND pk = ? AND sk = ?"
_COUNT = "UPDATE spaces SET items = items + ?, bytes = bytes + ? WHERE id = ?"


def find(connection: Connection, space: int, key: Key) -> Stored | None:
    """The item with this key."""
    row = connection.execute(FIND, (space, key[0], key[1])).fetchone()
    return None if row is None else Stored(row[0], row[1])


def replace(
    connection: Connection, space: int, key: Key, old: Stored | None, new: Stored | None
) -> None:
    """Puts, replaces or removes one row and keeps count; `old` is what stands there now."""
    if new is not None:
        connection.execute(_PUT, (space, key[0], key[1], new[0], new[1]))
        if old is None:
            connection.execute(_COUNT, (1, new[0], space))
        elif new[0] != old[0]:
            connection.execute(_COUNT, (0, new[0] - old[0], space))
    elif old is not None:
        connection.execute(_DELETE, (space, key[0], key[1]))
        connection.execute(_COUNT, (-1, -old[0], space))


def count(connection: Connection, space: int) -> tuple[int, int]:
    """Items and bytes of a space."""
    row = connection.execute("SELECT items, bytes FROM spaces WHERE id = ?", (space,)).fetchone()
    return (0, 0) if row is None else (row[0], row[1])


def make_space(connection: Connection) -> int:
    """A new, empty space; its number is never used again."""
    row: tuple[int] = connection.execute(
        "INSERT INTO spaces DEFAULT VALUES RETURNING id"
    ).fetchone()
    return row[0]


def drop_space(connection: Connection, space: int) -> None:
    """Lets go of a space; `sweep` empties it in steps."""
    connection.execute("UPDATE spaces SET is_dropped = 1 WHERE id = ?", (space,))


def page(
    connection: Connection, space: int, after: Key, limit: int, size: int
) -> tuple[list[tuple[Key, Stored]], bool]:
    """The rows that follow a key, in their order: `limit` at most, and none once there are `size` bytes.

    Answers also whether there may be more.
    """
    found: list[tuple[Key, Stored]] = []
    cursor = connection.execute(
        "SELECT pk, sk, size, item FROM rows WHERE space = ? AND (pk, sk) > (?, ?)"
        " ORDER BY pk, sk LIMIT ?",
        (space, *after, limit),
    )
    for pk, sk, item_size, item in cursor:
        found.append((Key(pk, sk), Stored(item_size, item)))
        size -= item_size
        if size <= 0:
            cursor.close()
            return found, True
    return found, len(found) == limit
