"""Messages in the database, while deliveries of them are still to be made."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from homeport.aws.sns.engine.model import Message
from homeport.aws.sns.store.topics import Connection, Query

_COLUMNS = (
    "id, topic_arn, message_id, sent_at, signature_version, sequence, group_name, deduplication_id, subject,"
    " attributes, is_structured, body, trace"
)
_INSERT = (
    "INSERT INTO message (topic_arn, message_id, sent_at, signature_version, sequence, group_name, deduplication_id,"
    " subject, attributes, is_structured, body, trace, deliveries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
SWEEP = 250


def insert(connection: Connection, message: Message, deliveries: int) -> int:
    """Keeps a message for a number of deliveries and returns its row."""
    return connection.execute(_INSERT, (*message[1:], deliveries)).lastrowid or 0


def find(query: Query, rows: Iterable[int]) -> dict[int, Message]:
    """Messages by their rows."""
    found = query(
        f"SELECT {_COLUMNS} FROM message WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608 - columns
        (json.dumps(list(rows)),),
    )
    return {row[0]: Message._make((*row[:10], bool(row[10]), *row[11:])) for row in found}


def hold(connection: Connection, row: int, more: int) -> None:
    """Counts further deliveries of a message."""
    connection.execute("UPDATE message SET deliveries = deliveries + ? WHERE id = ?", (more, row))


def release(connection: Connection, rows: Iterable[int]) -> None:
    """Counts deliveries that have ended, one for each row given, and removes what is not needed any more."""
    counts = Counter(rows)
    connection.executemany(
        "DELETE FROM message WHERE id = ? AND deliveries <= ?", list(counts.items())
    )
    connection.executemany(
        "UPDATE message SET deliveries = deliveries - ? WHERE id = ?",
        [(count, row) for row, count in counts.items()],
    )


class Seen(NamedTuple):
    """A message that was accepted under a deduplication id."""

    message_id: str
    sequence: str


def seen(connection: Connection, topic: int, scope: str, token: str, now: int) -> Seen | None:
    """The message that a FIFO topic has accepted under this id within the last minutes."""
    row = connection.execute(
        "SELECT message_id, sequence FROM deduplication WHERE topic = ? AND scope = ? AND id = ? AND until > ?",
        (topic, scope, token, now),
    ).fetchone()
    return None if row is None else Seen(*row)


def remember(
    connection: Connection, topic: int, scope: str, token: str, until: int, what: Seen
) -> None:
    """Refuses the same id until then."""
    connection.execute(
        "INSERT OR REPLACE INTO deduplication (topic, scope, id, until, message_id, sequence) VALUES (?, ?, ?, ?, ?, ?)",
        (topic, scope, token, until, *what),
    )


def forget(connection: Connection, now: int) -> None:
    """Removes some ids whose time is over."""
    connection.execute(
        "DELETE FROM deduplication WHERE (topic, scope, id) IN"
        " (SELECT topic, scope, id FROM deduplication WHERE until <= ? LIMIT ?)",
        (now, SWEEP),
    )
