"""Queues in the database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from homeport.aws.sqs.engine.queue import Queue

Query = Callable[[str, tuple[Any, ...]], list[tuple[Any, ...]]]
"""A bounded read: `Database.query`, or that of a connection."""

_COLUMNS = (
    "id, partition, account, region, name, settings, tags, created_at, modified_at, purged_at"
)

SCOPES = "SELECT account, region, count(*) FROM queue GROUP BY account, region"
"""How many there are, by account and region."""


def _queue(row: tuple[Any, ...]) -> Queue:
    number, partition, account, region, name, settings, tags, *times = row
    return Queue(
        number, partition, account, region, name, json.loads(settings), json.loads(tags), *times
    )


def reader(connection: sqlite3.Connection) -> Query:
    """Reads with a connection, so that a write sees what it changes."""
    return lambda sql, values: connection.execute(sql, values).fetchall()


def find(query: Query, account: str, region: str, name: str) -> Queue | None:
    """The queue of this name."""
    rows = query(
        f"SELECT {_COLUMNS} FROM queue WHERE account = ? AND region = ? AND name = ?",  # noqa: S608
        (account, region, name),
    )
    return _queue(rows[0]) if rows else None


def page(query: Query, account: str, region: str, prefix: str, after: str, limit: int) -> list[str]:
    """Names of queues with a prefix, in order, behind `after`."""
    end = prefix + "\U0010ffff"
    rows = query(
        "SELECT name FROM queue WHERE account = ? AND region = ? AND name >= ? AND name < ? AND name > ?"
        " ORDER BY name LIMIT ?",
        (account, region, prefix, end, after, limit),
    )
    return [name for (name,) in rows]


def sources(query: Query, arn: str, after: str, limit: int) -> list[str]:
    """Names of the queues whose dead-letter queue this is, in order, behind `after`."""
    rows = query(
        "SELECT name FROM queue WHERE dead_letter_arn = ? AND name > ? ORDER BY name LIMIT ?",
        (arn, after, limit),
    )
    return [name for (name,) in rows]


def insert(connection: sqlite3.Connection, queue: Queue) -> bool:
    """Keeps a new queue; False where the name is taken."""
    made = connection.execute(
        "INSERT INTO queue (account, region, name, partition, created_at, modified_at, retention_ms, settings, tags)"
        " VALUES (?, ?, ?, 0, ?, ?, 0, '', '') ON CONFLICT DO NOTHING",
        (queue.account, queue.region, queue.name, queue.created_at, queue.modified_at),
    )
    if made.rowcount == 0:
        return False
    number = made.lastrowid
    connection.execute(
        "UPDATE queue SET partition = ? WHERE id = ?", (_new_partition(connection, number), number)
    )
    _save(connection, number, queue)
    return True


def save(connection: sqlite3.Connection, queue: Queue) -> None:
    """Keeps changed attributes and tags."""
    _save(connection, queue.id, queue)


def _save(connection: sqlite3.Connection, number: int | None, queue: Queue) -> None:
    connection.execute(
        "UPDATE queue SET modified_at = ?, retention_ms = ?, dead_letter_arn = ?, settings = ?, tags = ? WHERE id = ?",
        (
            queue.modified_at,
            queue.retention_ms,
            queue.redrive.target_arn if queue.redrive else None,
            json.dumps(queue.settings),
            json.dumps(queue.tags),
            number,
        ),
    )


def _new_partition(connection: sqlite3.Connection, number: int | None) -> int | None:
    return connection.execute("INSERT INTO partition (queue) VALUES (?)", (number,)).lastrowid


def empty(connection: sqlite3.Connection, queue: Queue, now: int) -> bool:
    """Gives a queue a new partition and leaves the messages to the sweep; False where that was just done, or it is gone."""
    partition = _new_partition(connection, queue.id)
    connection.execute("UPDATE partition SET queue = NULL WHERE id = ?", (queue.partition,))
    return (
        connection.execute(
            "UPDATE queue SET partition = ?, purged_at = ? WHERE id = ? AND partition = ?",
            (partition, now, queue.id, queue.partition),
        ).rowcount
        > 0
    )


def delete(connection: sqlite3.Connection, queue: Queue) -> bool:
    """Forgets a queue and leaves its messages to the sweep; False where it was gone already."""
    connection.execute(
        "UPDATE partition SET queue = NULL WHERE id = (SELECT partition FROM queue WHERE id = ?)",
        (queue.id,),
    )
    return connection.execute("DELETE FROM queue WHERE id = ?", (queue.id,)).rowcount > 0


def secret(query: Query, name: str) -> bytes:
    """A value that was made with the database."""
    ((value,),) = query("SELECT value FROM secret WHERE name = ?", (name,))
    return bytes(value)
