"""Rows in the order of their keys, from one place to another: what a query or a scan looks at.

Every statement is one search of the primary key by a half-open range, and its cursor reads a row only when it is asked for it.
"""

from __future__ import annotations

import sqlite3

from homeport.aws.dynamodb.store.rows import Key

_FORWARD = (
    "SELECT size, item FROM rows WHERE space = ? AND pk = ? AND sk >= ? AND sk < ?"
    " ORDER BY sk LIMIT ?"
)
_BACKWARD = (
    "SELECT size, item FROM rows WHERE space = ? AND pk = ? AND sk >= ? AND sk < ?"
    " ORDER BY sk DESC LIMIT ?"
)
_ACROSS = (
    "SELECT size, item FROM rows WHERE space = ? AND (pk, sk) > (?, ?) AND pk < ?"
    " ORDER BY pk, sk LIMIT ?"
)


def in_partition(
    connection: sqlite3.Connection,
    space: int,
    pk: bytes,
    low: bytes,
    high: bytes,
    count: int,
    *,
    is_forward: bool,
) -> sqlite3.Cursor:
    """Size and item of up to `count` rows of one partition whose sort keys are at least `low` and less than `high`."""
    sql = _FORWARD if is_forward else _BACKWARD
    return connection.execute(sql, (space, pk, low, high, count))


def across(
    connection: sqlite3.Connection, space: int, after: Key, before: bytes, count: int
) -> sqlite3.Cursor:
    """Size and item of up to `count` rows that come after the key `after` and whose partitions come before `before`."""
    return connection.execute(_ACROSS, (space, *after, before, count))
