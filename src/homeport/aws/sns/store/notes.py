"""Text messages, mails and messages of applications: kept instead of being sent, the last ones of each kind."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from homeport.aws.sns import limits
from homeport.aws.sns.store.topics import Connection, Query

SMS, MAIL, APPLICATION = "sms", "email", "application"


class Note(NamedTuple):
    """One message for one receiver."""

    kind: str
    account: str
    region: str
    receiver: str
    document: dict[str, Any]


def add(connection: Connection, note: Note) -> None:
    """Keeps a message; the oldest of its kind goes."""
    row = connection.execute(
        "INSERT INTO note (kind, account, region, receiver, document) VALUES (?, ?, ?, ?, ?)",
        (*note[:4], json.dumps(note.document)),
    ).lastrowid
    connection.execute(
        "DELETE FROM note WHERE kind = ? AND id <= (SELECT id FROM note WHERE kind = ? AND id <= ?"
        " ORDER BY id DESC LIMIT 1 OFFSET ?)",
        (note.kind, note.kind, row, limits.KEPT_NOTES),
    )


def read(query: Query, kind: str, account: str, region: str) -> list[Note]:
    """The messages of an account and region, oldest first."""
    rows = query(
        "SELECT kind, account, region, receiver, document FROM note WHERE kind = ? AND account = ? AND region = ? ORDER BY id",
        (kind, account, region),
    )
    return [Note._make((*row[:4], json.loads(row[4]))) for row in rows]


def clear(
    connection: Connection, kind: str, account: str, region: str, receiver: str | None
) -> None:
    """Removes the messages of an account and region, or those for one receiver."""
    connection.execute(
        "DELETE FROM note WHERE kind = ? AND account = ? AND region = ? AND receiver = coalesce(?, receiver)",
        (kind, account, region, receiver),
    )
