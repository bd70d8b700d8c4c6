"""Policy documents in the database: versions of managed policies, and inline policies."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from homeport.aws.iam.engine.entity import Entity


class Version(NamedTuple):
    """A version of a managed policy."""

    number: int
    document: str
    created_at: int

    @property
    def id(self) -> str:
        """As AWS writes it."""
        return f"v{self.number}"


class Inline(NamedTuple):
    """An inline policy. `size` has no white space in it."""

    name: str
    document: str
    size: int


def versions(connection: sqlite3.Connection, policy: Entity) -> list[Version]:
    """The versions of a managed policy, the latest first."""
    rows = connection.execute(
        "SELECT version, document, created_at FROM policy_version WHERE policy = ? ORDER BY version DESC",
        (policy.number,),
    )
    return [Version(*row) for row in rows]


def add_version(connection: sqlite3.Connection, policy: Entity, version: Version) -> None:
    """Keeps a new version."""
    connection.execute(
        "INSERT INTO policy_version (policy, version, document, created_at) VALUES (?, ?, ?, ?)",
        (policy.number, *version),
    )


def delete_version(connection: sqlite3.Connection, policy: Entity, number: int) -> None:
    """Forgets a version."""
    connection.execute(
        "DELETE FROM policy_version WHERE policy = ? AND version = ?", (policy.number, number)
    )


def inline(connection: sqlite3.Connection, holder: Entity) -> list[Inline]:
    """The inline policies of somebody, by name."""
    rows = connection.execute(
        "SELECT name, document, size FROM inline_policy WHERE holder = ? ORDER BY name_key",
        (holder.number,),
    )
    return [Inline(*row) for row in rows]


def put_inline(connection: sqlite3.Connection, holder: Entity, policy: Inline) -> None:
    """Keeps an inline policy in place of one with its name."""
    connection.execute(
        "INSERT INTO inline_policy (holder, name_key, name, document, size) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET name = excluded.name, document = excluded.document, size = excluded.size",
        (holder.number, policy.name.lower(), *policy),
    )


def delete_inline(connection: sqlite3.Connection, holder: Entity, name: str) -> bool:
    """Forgets an inline policy; False where there was none of this name."""
    return (
        connection.execute(
            "DELETE FROM inline_policy WHERE holder = ? AND name_key = ?",
            (holder.number, name.lower()),
        ).rowcount
        > 0
    )
