"""Resource policies of accounts in the database: kept, and given back."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from homeport.aws.logs.store.groups import Query


class Policy(NamedTuple):
    """A policy of an account."""

    name: str
    document: str
    updated_at: int


def page(query: Query, account: str, region: str, after: str, limit: int) -> list[Policy]:
    """Policies in order of their names, behind `after`."""
    rows = query(
        "SELECT name, document, updated_at FROM resource_policy"
        " WHERE account = ? AND region = ? AND name > ? ORDER BY name LIMIT ?",
        (account, region, after, limit),
    )
    return [Policy._make(row) for row in rows]


def save(connection: sqlite3.Connection, account: str, region: str, policy: Policy) -> None:
    """Keeps a policy, new or changed."""
    connection.execute(
        "INSERT INTO resource_policy (account, region, name, document, updated_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at",
        (account, region, *policy),
    )


def delete(connection: sqlite3.Connection, account: str, region: str, name: str) -> bool:
    """Forgets a policy; False where there is none."""
    return (
        connection.execute(
            "DELETE FROM resource_policy WHERE account = ? AND region = ? AND name = ?",
            (account, region, name),
        ).rowcount
        > 0
    )
