"""Users in groups, and roles in instance profiles, in the database."""

from __future__ import annotations

import sqlite3

from homeport.aws.iam.engine.entity import Entity
from homeport.aws.iam.store import entities


def add(connection: sqlite3.Connection, container: Entity, member: Entity) -> None:
    """Puts a member into a container; one that is in it already stays."""
    connection.execute(
        "INSERT INTO membership (container, member) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (container.number, member.number),
    )


def remove(connection: sqlite3.Connection, container: Entity, member: Entity) -> bool:
    """Takes a member out; False where it was not in it."""
    return (
        connection.execute(
            "DELETE FROM membership WHERE container = ? AND member = ?",
            (container.number, member.number),
        ).rowcount
        > 0
    )


def within(connection: sqlite3.Connection, container: Entity) -> list[Entity]:
    """The members of a container, by name."""
    rows = connection.execute(
        f"SELECT {entities.columns('entity')} FROM membership JOIN entity ON number = member"  # noqa: S608
        " WHERE container = ? ORDER BY name_key",
        (container.number,),
    )
    return [entities.read(row) for row in rows]


def around(connection: sqlite3.Connection, member: Entity) -> list[Entity]:
    """The containers that a member is in, by name."""
    rows = connection.execute(
        f"SELECT {entities.columns('entity')} FROM membership JOIN entity ON number = container"  # noqa: S608
        " WHERE member = ? ORDER BY name_key",
        (member.number,),
    )
    return [entities.read(row) for row in rows]
