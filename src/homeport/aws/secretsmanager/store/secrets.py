"""Secrets and their versions in the database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from homeport.aws.secretsmanager.engine import names

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


class Version(NamedTuple):
    """One version of a secret."""

    number: int
    id: str
    created_at: float
    accessed_at: float | None
    key: str
    string: str | None
    binary: bytes | None
    stages: tuple[str, ...]
    """Its staging labels, sorted; one without any is deprecated."""


_COLUMNS = (
    "id, account, region, name, suffix, created_at, changed_at, accessed_at, deleted_at, ends_at,"
    " settings, tags, policy"
)
_VERSION = "number, id, created_at, accessed_at, key, string, binary, stages"


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
    number, name, created_at, accessed_at, key, string, binary = head
    return Version(
        *(number, name, created_at, accessed_at, key, string, binary), tuple(json.loads(stages))
    )


def find(query: Query, account: str, region: str, name: str) -> Secret | None:
    """The secret of this name."""
    rows = query(
        f"SELECT {_COLUMNS} FROM secret WHERE account = ? AND region = ? AND name = ?",  # noqa: S608
        (account, region, name),
    )
    return _secret(rows[0]) if rows else None


def every(query: Query, account: str, region: str, at_once: int) -> Iterator[Secret]:
    """All secrets, in the order of their names."""
    after = ""
    while True:
        rows = query(
            f"SELECT {_COLUMNS} FROM secret"  # noqa: S608
            " WHERE account = ? AND region = ? AND name > ? ORDER BY name LIMIT ?",
            (account, region, after, at_once),
        )
        yield from map(_secret, rows)
        if len(rows) < at_once:
            return
        after = rows[-1][3]


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


def version(query: Query, secret: int, name: str) -> Version | None:
    """The version of this id."""
    rows = query(
        f"SELECT {_VERSION} FROM version WHERE secret = ? AND id = ?",  # noqa: S608
        (secret, name),
    )
    return _version(rows[0]) if rows else None


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


def add_version(connection: Connection, secret: int, new: Version) -> None:
    """Adds a version to a secret."""
    connection.execute(
        "INSERT INTO version (secret, number, id, created_at, accessed_at, key, string, binary, stages)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (secret, *new[:7], json.dumps(new.stages)),
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
        "DELETE FROM secret WHERE id IN (SELECT id FROM secret WHERE ends_at <= ? ORDER BY ends_at LIMIT 100)"
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
