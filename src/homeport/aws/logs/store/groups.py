"""Log groups in the database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from homeport.aws.logs.engine import arns

Connection = sqlite3.Connection
Query = Callable[[str, tuple[Any, ...]], list[tuple[Any, ...]]]
"""A bounded read: `Database.query`, or that of a connection."""

_COLUMNS = "id, account, region, name, created_at, class, retention_days, kms_key, is_protected, bytes, tags"
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Group:
    """A log group."""

    id: int
    account: str
    region: str
    name: str
    created_at: int
    kind: str = "STANDARD"
    """Its class."""
    retention_days: int | None = None
    kms_key: str | None = None
    is_protected: bool = False
    bytes: int = 0
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """Without the `:*` that stands for its streams."""
        return arns.group(self.account, self.region, self.name)

    @property
    def retention_ms(self) -> int | None:
        """How long events are kept; None for ever."""
        return None if self.retention_days is None else self.retention_days * DAY_MS


def _group(row: tuple[Any, ...]) -> Group:
    *head, is_protected, size, tags = row
    number, account, region, name, created_at, kind, days, key = head
    return Group(
        *(number, account, region, name, created_at, kind, days, key),
        is_protected=bool(is_protected),
        bytes=size,
        tags=json.loads(tags),
    )


def reader(connection: Connection) -> Query:
    """Reads with a connection, so that a write sees what it changes."""
    return lambda sql, values: connection.execute(sql, values).fetchall()


def find(query: Query, account: str, region: str, name: str) -> Group | None:
    """The log group of this name."""
    rows = query(
        f"SELECT {_COLUMNS} FROM log_group WHERE account = ? AND region = ? AND name = ?",  # noqa: S608
        (account, region, name),
    )
    return _group(rows[0]) if rows else None


def page(
    query: Query, account: str, region: str, prefix: str, after: str, limit: int
) -> list[Group]:
    """Log groups with a prefix, in order of their names, behind `after`."""
    rows = query(
        f"SELECT {_COLUMNS} FROM log_group"  # noqa: S608
        " WHERE account = ? AND region = ? AND name >= ? AND name < ? AND name > ? ORDER BY name LIMIT ?",
        (account, region, prefix, prefix + "\U0010ffff", after, limit),
    )
    return [_group(row) for row in rows]


def every(
    query: Query, account: str, region: str, prefix: str, after: str, at_once: int
) -> Iterator[Group]:
    """All log groups with a prefix, in order of their names, behind `after`."""
    while found := page(query, account, region, prefix, after, at_once):
        yield from found
        after = found[-1].name


def insert(connection: Connection, group: Group) -> bool:
    """Keeps a new log group; False where the name is taken."""
    made = connection.execute(
        "INSERT INTO log_group (account, region, name, created_at, class, kms_key, is_protected, tags)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            *(group.account, group.region, group.name, group.created_at, group.kind),
            *(group.kms_key, group.is_protected, json.dumps(group.tags)),
        ),
    )
    return made.rowcount > 0


def save(connection: Connection, group: Group) -> bool:
    """Keeps what can be changed of a log group; False where it is gone."""
    return (
        connection.execute(
            "UPDATE log_group SET retention_days = ?, kms_key = ?, is_protected = ?, tags = ? WHERE id = ?",
            (
                *(group.retention_days, group.kms_key, group.is_protected),
                *(json.dumps(group.tags), group.id),
            ),
        ).rowcount
        > 0
    )


def delete(connection: Connection, number: int) -> None:
    """Forgets a log group and leaves its streams to the sweep."""
    connection.execute("INSERT INTO gone_group (id) VALUES (?)", (number,))
    connection.execute("DELETE FROM log_group WHERE id = ?", (number,))


def has_retention(query: Query) -> bool:
    """Whether events of any log group end."""
    return bool(query("SELECT 1 FROM log_group WHERE retention_days > 0 LIMIT 1", ()))
