"""Topics in the database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from homeport.aws.sns.engine.arns import Address
from homeport.aws.sns.engine.model import Topic

Connection = sqlite3.Connection
Query = Callable[[str, tuple[Any, ...]], list[tuple[Any, ...]]]
"""A bounded read: `Database.query`, or that of a connection."""

_COLUMNS = "id, account, region, name, settings, tags, protection"

SCOPES = "SELECT account, region, count(*) FROM topic GROUP BY account, region"
"""How many there are, by account and region."""


def reader(connection: Connection) -> Query:
    """Reads with a connection, so that a write sees what it changes."""
    return lambda sql, values: connection.execute(sql, values).fetchall()


def _topic(row: tuple[Any, ...]) -> Topic:
    number, account, region, name, settings, tags, protection = row
    return Topic(number, account, region, name, json.loads(settings), json.loads(tags), protection)


def find(query: Query, address: Address) -> Topic | None:
    """The topic at an address."""
    rows = query(
        f"SELECT {_COLUMNS} FROM topic WHERE account = ? AND region = ? AND name = ?",  # noqa: S608 - columns
        tuple(address),
    )
    return _topic(rows[0]) if rows else None


def page(query: Query, account: str, region: str, after: int, limit: int) -> list[tuple[int, str]]:
    """Numbers and names of topics, in the order in which they were made, behind `after`."""
    rows = query(
        "SELECT id, name FROM topic WHERE account = ? AND region = ? AND id > ? ORDER BY id LIMIT ?",
        (account, region, after, limit),
    )
    return [(number, name) for number, name in rows]


def insert(connection: Connection, topic: Topic) -> bool:
    """Keeps a new topic; False where the name is taken."""
    return (
        connection.execute(
            "INSERT INTO topic (account, region, name, settings, tags, protection) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (
                topic.account,
                topic.region,
                topic.name,
                json.dumps(topic.settings),
                json.dumps(topic.tags),
                topic.protection,
            ),
        ).rowcount
        > 0
    )


def save(connection: Connection, topic: Topic) -> None:
    """Keeps what was changed."""
    connection.execute(
        "UPDATE topic SET settings = ?, tags = ?, protection = ? WHERE id = ?",
        (json.dumps(topic.settings), json.dumps(topic.tags), topic.protection, topic.id),
    )


def delete(connection: Connection, topic: Topic) -> None:
    """Removes a topic with its subscriptions; what was not delivered yet goes to nobody."""
    connection.execute("DELETE FROM topic WHERE id = ?", (topic.id,))
    connection.execute("DELETE FROM subscription WHERE topic = ?", (topic.id,))
    connection.execute("DELETE FROM deduplication WHERE topic = ?", (topic.id,))


def next_sequence(connection: Connection, topic: int) -> int | None:
    """Counts a message of a FIFO topic; None where the topic is gone."""
    row = connection.execute(
        "UPDATE topic SET sequence = sequence + 1 WHERE id = ? RETURNING sequence", (topic,)
    ).fetchone()
    return None if row is None else int(row[0])
