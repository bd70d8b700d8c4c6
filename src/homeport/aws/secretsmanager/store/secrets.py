"""Secrets and their versions in the database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from homeport.aws.secretsmanager.engine import names
from homeport.aws.secretsmanager.engine.tokens import Place

Connection = sqlite3.Connection
Query = Callable[[str, tuple[Any, ...]], list[tuple[Any, ...]]]
"""A bounded read: `Database.query`, or that of a connection."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret, without its values. Times are seconds since the epoch."""

    id: int
    account: str
    region: str
    name: str
    suffix: str
    """Six random characters behind the name in the ARN."""
    created_at: float
    changed_at: float
    accessed_at: float | None
    deleted_at: float | None
    """When its deletion was asked for; None for a secret that is not to be deleted."""
    ends_at: float | None
    """When it will be gone."""
    settings: dict[str, Any]
    """`Description`, `KmsKeyId`, `Type`, where there are any."""
    tags: dict[str, str] | None
    """None where there never were any, which AWS tells from having none any more."""
    policy: str | None

    @property
    def arn(self) -> str:
        """With the six characters."""
        return names.arn(self.account, self.region, self.name, self.suffix)


class Value(NamedTuple):
    """A text or bytes; nothing of both where a secret is made without a value."""

    string: str | None
    binary: bytes | None


NOTHING = Value(None, None)


class Version(NamedTuple):
    """One version of a secret, without its value."""

    number: int
    id: str
    created_at: float
    accessed_at: float | None
    key: str
    stages: tuple[str, ...]
    """Its staging labels, sorted; one without any is deprecated."""


_COLUMNS = (
    "id, account, region, name, suffix, created_at, changed_at, accessed_at, deleted_at, ends_at,"
    " settings, tags, policy"
)
_VERSION = "number, id, created_at, accessed_at, key, stages"
_ORDERS = {
    "created-date": "id",
    "last-accessed-date": "coalesce(accessed_at, 0.0)",
    "last-changed-date": "changed_at",
    "name": "name",
}


def reader(connection: Connection) -> Query:
    """Reads with a connection, so that a write sees what it changes."""
    return lambda sql, values: connection.execute(sql, values).fetchall()


def _secret(row: tuple[Any, ...]) -> Secret:
    *head, settings, tags, policy = row
    number, account, region, name, suffix, created_at, changed_at, *times = head
    accessed_at, deleted_at, ends_at = times
    return Secret(
        *(number, account, region, name, suffix, created_at, changed_at),
        *(accessed_at, deleted_at, ends_at),
        settings=json.loads(settings),
        tags=json.loads(tags),
        policy=policy,
    )


def _version(row: tuple[Any, ...]) -> Version:
    *head, stages = row
    return Version._make((*head, tuple(json.loads(stages))))


def find(query: Query, account: str, region: str, name: str) -> Secret | None:
    """The secret of this name."""
    rows = query(
        f"SELECT {_COLUMNS} FROM secret WHERE account = ? AND region = ? AND name = ?",  # noqa: S608
        (account, region, name),
    )
    return _secret(rows[0]) if rows else None


def place(secret: Secret, order: str) -> Place:
    """Where a secret stands in one of the orders."""
    keys = {
        "created-date": secret.id,
        "last-accessed-date": secret.accessed_at or 0.0,
        "last-changed-date": secret.changed_at,
        "name": secret.name,
    }
    return Place(keys[order], secret.id)


def behind(
    query: Query,
    owner: tuple[str, str],
    order: str,
    after: Place | None,
    limit: int,
    *,
    is_descending: bool,
) -> Iterator[Secret]:
    """Secrets of an account and region in an order, behind a place in it."""
    column, (sign, direction) = _ORDERS[order], ("<", "DESC") if is_descending else (">", "ASC")
    condition = "" if after is None else f" AND ({column}, id) {sign} (?, ?)"
    rows = query(
        f"SELECT {_COLUMNS} FROM secret WHERE account = ? AND region = ?{condition}"  # noqa: S608
        f" ORDER BY {column} {direction}, id {direction} LIMIT ?",
        (*owner, *(after or ()), limit),
    )
    return map(_secret, rows)


def count(query: Query, account: str, region: str) -> int:
    """How many secrets there are."""
    ((found,),) = query(
        "SELECT count(*) FROM secret WHERE account = ? AND region = ?", (account, region)
    )
    return int(found)


def versions(query: Query, secret: int) -> list[Version]:
    """All versions of a secret, the oldest first."""
    rows = query(
        f"SELECT {_VERSION} FROM version WHERE secret = ? ORDER BY number",  # noqa: S608
        (secret,),
    )
    return [_version(row) for row in rows]


def labelled(query: Query, secret: int) -> list[Version]:
    """The versions of a secret that have a label, the oldest first."""
    rows = query(
        f"SELECT {_VERSION} FROM version WHERE secret = ? AND stages <> '[]' ORDER BY number",  # noqa: S608
        (secret,),
    )
    return [_version(row) for row in rows]


def version(query: Query, secret: int, name: str) -> Version | None:
    """The version of this id."""
    rows = query(
        f"SELECT {_VERSION} FROM version WHERE secret = ? AND id = ?",  # noqa: S608
        (secret, name),
    )
    return _version(rows[0]) if rows else None


def value(query: Query, secret: int, number: int) -> Value:
    """The value of a version; that of none where it was removed meanwhile."""
    rows = query(
        "SELECT string, binary FROM value WHERE secret = ? AND number = ?", (secret, number)
    )
    return Value(*rows[0]) if rows else NOTHING


def insert(connection: Connection, new: Secret) -> int:
    """Keeps a new secret; its id."""
    made = connection.execute(
        "INSERT INTO secret (account, region, name, suffix, created_at, changed_at, settings, tags)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(new.account, new.region, new.name, new.suffix, new.created_at, new.changed_at),
            *(json.dumps(new.settings), json.dumps(new.tags)),
        ),
    )
    return made.lastrowid or 0


def save(connection: Connection, secret: Secret) -> None:
    """Keeps what can be changed of a secret itself."""
    connection.execute(
        "UPDATE secret SET changed_at = ?, accessed_at = ?, deleted_at = ?, ends_at = ?, settings = ?, tags = ?,"
        " policy = ? WHERE id = ?",
        (
            *(secret.changed_at, secret.accessed_at, secret.deleted_at, secret.ends_at),
            *(json.dumps(secret.settings), json.dumps(secret.tags), secret.policy, secret.id),
        ),
    )


def delete(connection: Connection, number: int) -> None:
    """Forgets a secret with all its versions."""
    connection.execute("DELETE FROM secret WHERE id = ?", (number,))


def add_version(connection: Connection, secret: int, new: Version, content: Value) -> None:
    """Adds a version with its value to a secret."""
    connection.execute(
        "INSERT INTO version (secret, number, id, created_at, accessed_at, key, stages)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (secret, *new[:5], json.dumps(new.stages)),
    )
    connection.execute(
        "INSERT INTO value (secret, number, string, binary) VALUES (?, ?, ?, ?)",
        (secret, new.number, *content),
    )


def set_stages(connection: Connection, secret: int, number: int, stages: Sequence[str]) -> None:
    """Replaces the staging labels of a version."""
    connection.execute(
        "UPDATE version SET stages = ? WHERE secret = ? AND number = ?",
        (json.dumps(stages), secret, number),
    )


def set_accessed(connection: Connection, secret: int, number: int, day: float) -> None:
    """Says on which day a version, and so the secret, was read."""
    connection.execute("UPDATE secret SET accessed_at = ? WHERE id = ?", (day, secret))
    connection.execute(
        "UPDATE version SET accessed_at = ? WHERE secret = ? AND number = ?", (day, secret, number)
    )


def remove_version(connection: Connection, secret: int, number: int) -> None:
    """Forgets one version."""
    connection.execute("DELETE FROM version WHERE secret = ? AND number = ?", (secret, number))


def ended(connection: Connection, now: float) -> list[tuple[int]]:
    """Forgets some secrets whose time to be restored is over; their ids."""
    return connection.execute(
        "DELETE FROM secret WHERE id IN (SELECT id FROM secret WHERE ends_at <= ? ORDER BY ends_at LIMIT 10)"
        " RETURNING id",
        (now,),
    ).fetchall()


def next_end(query: Query) -> float | None:
    """When the next secret will be gone."""
    ((found,),) = query("SELECT min(ends_at) FROM secret WHERE ends_at IS NOT NULL", ())
    return None if found is None else float(found)


def total(connection: Connection) -> int:
    """Bytes of all secrets and their values, as they count towards the quota."""
    ((size,),) = connection.execute("SELECT bytes FROM totals").fetchall()
    return int(size)
