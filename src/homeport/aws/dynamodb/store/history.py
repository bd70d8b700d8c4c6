"""What items were before they changed, for tables under point-in-time recovery."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from homeport.aws.dynamodb.store.rows import Key

Connection = sqlite3.Connection

_APPEND = "INSERT INTO history (space, changed_ms, pk, sk, before, after) VALUES (?, ?, ?, ?, ?, ?)"
_FIRST_AFTER = (
    "SELECT seq FROM history WHERE space = ? AND changed_ms > ? ORDER BY changed_ms, seq LIMIT 1"
)
# The index by keys gives the groups in order, one at a time; `before` is that of the least seq:
# https://www.sqlite.org/lang_select.html#bareagg
_UNDONE = (
    "SELECT pk, sk, before, min(seq) FROM history INDEXED BY history_key"
    " WHERE space = ? AND +seq >= ? GROUP BY pk, sk ORDER BY pk, sk"
)
_BETWEEN = (
    "SELECT pk, sk, changed_ms, before, after FROM history INDEXED BY history_key"
    " WHERE space = ? AND changed_ms >= ? AND changed_ms < ? ORDER BY pk, sk, seq"
)
_NEXT_SPACE = "SELECT min(space) FROM history WHERE space > ?"
_FORGET = (
    "DELETE FROM history WHERE seq IN"
    " (SELECT seq FROM history WHERE space = ? AND changed_ms < ? LIMIT ?)"
)


class Undone(NamedTuple):
    """An item that changed after some time, as it was at that time; None where there was none."""

    key: Key
    text: bytes | None


class Change(NamedTuple):
    """One change of one item."""

    key: Key
    changed_ms: int
    before: bytes | None
    after: bytes | None


def append(
    connection: Connection,
    space: int,
    now_ms: int,
    key: Key,
    before: bytes | None,
    after: bytes | None,
) -> None:
    """Remembers one change."""
    connection.execute(_APPEND, (space, now_ms, key.pk, key.sk, before, after))


def undone(connection: Connection, space: int, time_ms: int) -> Iterator[Undone]:
    """All items that changed after `time_ms`, as they were then, in the order of their keys.

    Everything from the first change after that time on counts, so that a clock that was set back cuts no commit in two.
    """
    first = connection.execute(_FIRST_AFTER, (space, time_ms)).fetchone()
    if first is not None:
        for pk, sk, before, _ in connection.execute(_UNDONE, (space, first[0])):
            yield Undone(Key(pk, sk), before)


def between(connection: Connection, space: int, from_ms: int, to_ms: int) -> Iterator[Change]:
    """All changes from one time until before another, by key, those of one item in the order in which they were made."""
    for pk, sk, *change in connection.execute(_BETWEEN, (space, from_ms, to_ms)):
        yield Change(Key(pk, sk), *change)


def next_space(connection: Connection, space: int) -> int | None:
    """The first space after this one that has a history."""
    row: tuple[int | None] = connection.execute(_NEXT_SPACE, (space,)).fetchone()
    return row[0]


def forget(connection: Connection, space: int, before_ms: int, limit: int) -> int:
    """Removes changes made before a time, `limit` at most, and returns how many."""
    return connection.execute(_FORGET, (space, before_ms, limit)).rowcount
