"""Managed policies attached to roles, users and groups, in the database."""

from __future__ import annotations

import sqlite3

from homeport.aws.iam.engine.entity import Entity
from homeport.aws.iam.store import entities


def add(connection: sqlite3.Connection, holder: Entity, arn: str) -> None:
    """Attaches a policy; one that is attached already stays."""
    connection.execute(
        "INSERT INTO attachment (holder, arn, account) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (holder.number, arn, holder.account),
    )


def remove(connection: sqlite3.Connection, holder: Entity, arn: str) -> bool:
    """Detaches a policy; False where it was not attached."""
    return (
        connection.execute(
            "DELETE FROM attachment WHERE holder = ? AND arn = ?", (holder.number, arn)
        ).rowcount
        > 0
    )


def of(connection: sqlite3.Connection, holder: Entity) -> list[str]:
    """The ARNs of the policies that somebody has."""
    rows = connection.execute(
        "SELECT arn FROM attachment WHERE holder = ? ORDER BY arn", (holder.number,)
    )
    return [arn for (arn,) in rows]


def holders(connection: sqlite3.Connection, account: str, arn: str) -> list[Entity]:
    """Who has a policy, by name; at most as many as an account has roles, users and groups."""
    rows = connection.execute(
        f"SELECT {entities.columns('entity')} FROM attachment JOIN entity ON number = holder"  # noqa: S608
        " WHERE attachment.account = ? AND arn = ? ORDER BY name_key",
        (account, arn),
    )
    return [entities.read(row) for row in rows]


def count(connection: sqlite3.Connection, account: str, arn: str) -> int:
    """How many have a policy."""
    ((number,),) = connection.execute(
        "SELECT COUNT(*) FROM attachment WHERE account = ? AND arn = ?", (account, arn)
    )
    return int(number)


def managed_by_aws(connection: sqlite3.Connection, account: str) -> list[str]:
    """The policies of AWS that somebody in the account has."""
    rows = connection.execute(
        "SELECT DISTINCT arn FROM attachment WHERE account = ? AND arn >= ? AND arn < ? ORDER BY arn",
        (account, "arn:aws:iam::aws:policy/", "arn:aws:iam::aws:policy0"),
    )
    return [arn for (arn,) in rows]
