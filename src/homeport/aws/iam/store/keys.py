"""Access keys of users, in the database."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from homeport.aws.iam.engine.entity import Entity
from homeport.aws.iam.store import entities


class AccessKey(NamedTuple):
    """A long-term access key."""

    id: str
    secret: str
    status: str
    created_at: int


def of(connection: sqlite3.Connection, user: Entity) -> list[AccessKey]:
    """The keys of a user, the oldest first."""
    rows = connection.execute(
        "SELECT id, secret, status, created_at FROM access_key WHERE user = ? ORDER BY created_at, id",
        (user.number,),
    )
    return [AccessKey(*row) for row in rows]


def find(connection: sqlite3.Connection, id_: str) -> tuple[AccessKey, Entity] | None:
    """A key, and the user that has it."""
    row = connection.execute(
        f"SELECT access_key.id, secret, status, access_key.created_at, {entities.columns('entity')}"  # noqa: S608
        " FROM access_key JOIN entity ON number = user WHERE access_key.id = ?",
        (id_,),
    ).fetchone()
    return None if row is None else (AccessKey(*row[:4]), entities.read(row[4:]))


def insert(connection: sqlite3.Connection, user: Entity, key: AccessKey) -> bool:
    """Keeps a new key; False where its id is taken."""
    made = connection.execute(
        "INSERT INTO access_key (user, id, secret, status, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (user.number, *key),
    )
    return made.rowcount > 0


def set_status(connection: sqlite3.Connection, id_: str, status: str) -> None:
    """Makes a key active or inactive."""
    connection.execute("UPDATE access_key SET status = ? WHERE id = ?", (status, id_))


def delete(connection: sqlite3.Connection, id_: str) -> None:
    """Forgets a key."""
    connection.execute("DELETE FROM access_key WHERE id = ?", (id_,))
