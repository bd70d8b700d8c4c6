"""A table as it was: what it holds now, with every change since undone. Read as a stream, in the order of the keys.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from homeport.aws.dynamodb.store import backups, history
from homeport.aws.dynamodb.store.rows import Key

Connection = sqlite3.Connection


class Difference(NamedTuple):
    """What became of one item between two times."""

    changed_ms: int
    """When it changed last."""
    before: bytes | None
    """As it was at the first time; None where it was not there."""
    after: bytes | None
    """As it was at the second."""


def now(connection: Connection, space: int) -> Iterator[bytes]:
    """The texts of all items of a table."""
    return (text for _, text in backups.items(connection, space))


def at(connection: Connection, space: int, time_ms: int) -> Iterator[bytes]:
    """The texts of all items that a table held after the last change that was made at `time_ms` or before.

    To be called within one transaction, so that both reads see the same commit.
    """
    rows = backups.items(connection, space)
    row = next(rows, None)
    for key, text in history.undone(connection, space, time_ms):
        while row is not None and row[0] < key:
            yield row[1]
            row = next(rows, None)
        if row is not None and row[0] == key:
            row = next(rows, None)
        if text is not None:
            yield text
    while row is not None:
        yield row[1]
        row = next(rows, None)


def between(connection: Connection, space: int, from_ms: int, to_ms: int) -> Iterator[Difference]:
    """What changed from one time until before another, one difference for each item.

    One that was made and removed again in between is left out, as AWS does:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html#incremental-export-output
    """
    held: tuple[Key, Difference] | None = None
    for key, changed_ms, before, after in history.between(connection, space, from_ms, to_ms):
        if held is not None and held[0] == key:
            held = key, Difference(changed_ms, held[1].before, after)
            continue
        if held is not None and _is_there(held[1]):
            yield held[1]
        held = key, Difference(changed_ms, before, after)
    if held is not None and _is_there(held[1]):
        yield held[1]


def _is_there(difference: Difference) -> bool:
    return difference.before is not None or difference.after is not None
