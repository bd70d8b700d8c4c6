"""What AWS STS keeps in its database; the only place with SQL of it."""

from __future__ import annotations

import json
import sqlite3

from homeport.aws.sts.session import Session

_COLUMNS = "access_key, secret, token, kind, account, arn, user_id, expires_at, source_identity, transitive_tags"


def find(connection: sqlite3.Connection, access_key: str, now: float) -> Session | None:
    """The session of an access key that has not expired."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM session WHERE access_key = ? AND expires_at > ?",  # noqa: S608
        (access_key, now),
    ).fetchone()
    if row is None:
        return None
    return Session._make((*row[:-1], json.loads(row[-1])))


def insert(connection: sqlite3.Connection, session: Session) -> bool:
    """Keeps a new session; False where its access key is taken."""
    *plain, tags = session
    made = connection.execute(
        f"INSERT INTO session ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",  # noqa: S608
        (*plain, json.dumps(tags)),
    )
    return made.rowcount > 0


def sweep(connection: sqlite3.Connection, now: float, limit: int) -> int:
    """Removes some sessions that have expired, and tells how many."""
    return connection.execute(
        "DELETE FROM session WHERE access_key IN"
        " (SELECT access_key FROM session WHERE expires_at <= ? LIMIT ?)",
        (now, limit),
    ).rowcount


def count(connection: sqlite3.Connection) -> int:
    """How many sessions there are."""
    ((number,),) = connection.execute("SELECT sessions FROM totals")
    return int(number)


def total(connection: sqlite3.Connection) -> int:
    """Bytes of all sessions, as they count towards the quota."""
    ((size,),) = connection.execute("SELECT bytes FROM totals")
    return int(size)


def next_expiry(connection: sqlite3.Connection) -> float | None:
    """When the next session expires."""
    ((when,),) = connection.execute("SELECT MIN(expires_at) FROM session")
    return None if when is None else float(when)
