"""Things with a name, in the database."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from typing import Any

from homeport.aws.iam import errors, limits
from homeport.aws.iam.engine.entity import KINDS, Entity, Kind

_COLUMNS = "number, kind, account, name, path, id, created_at, settings, tags"
Row = tuple[Any, ...]
Connection = sqlite3.Connection


def read(row: Row) -> Entity:
    """A row with the `columns` of a thing as what it stands for."""
    number, kind, account, name, path, id_, created_at, settings, tags = row
    return Entity(
        KINDS[kind],
        account,
        name,
        path,
        id_,
        created_at,
        json.loads(settings),
        json.loads(tags),
        number,
    )


def columns(table: str) -> str:
    """The columns that `read` takes, of the table of this name in a join."""
    return ", ".join(f"{table}.{column}" for column in _COLUMNS.split(", "))


def find(connection: sqlite3.Connection, account: str, kind: Kind, name: str) -> Entity | None:
    """The thing of this name, whatever its case."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM entity WHERE account = ? AND kind = ? AND name_key = ?",  # noqa: S608
        (account, kind.name, name.lower()),
    ).fetchone()
    return None if row is None else read(row)


def page(
    connection: sqlite3.Connection, account: str, kind: Kind, prefix: str, after: str, limit: int
) -> list[Entity]:
    """Those whose path begins with `prefix`, in the order of their names, behind `after`."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM entity WHERE account = ? AND kind = ? AND name_key > ?"  # noqa: S608
        " AND substr(path, 1, length(?)) = ? ORDER BY name_key LIMIT ?",
        (account, kind.name, after, prefix, prefix, limit),
    )
    return [read(row) for row in rows]


def bounded(connection: sqlite3.Connection, account: str, arn: str) -> list[Entity]:
    """Roles and users whose permissions boundary is this policy, at most so many as an account has."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM entity WHERE account = ? AND boundary = ? ORDER BY name_key",  # noqa: S608
        (account, arn),
    )
    return [read(row) for row in rows]


def count_bounded(connection: sqlite3.Connection, account: str, arn: str) -> int:
    """How many have this policy as their permissions boundary."""
    return _count(
        connection,
        "SELECT COUNT(*) FROM entity WHERE account = ? AND boundary = ?",
        (account, arn),
    )


def count(connection: sqlite3.Connection, account: str, kind: Kind) -> int:
    """How many of a kind an account has."""
    return _count(
        connection,
        "SELECT COUNT(*) FROM entity WHERE account = ? AND kind = ?",
        (account, kind.name),
    )


def _count(connection: sqlite3.Connection, sql: str, values: Row) -> int:
    ((number,),) = connection.execute(sql, values)
    return int(number)


def insert(connection: sqlite3.Connection, entity: Entity) -> Entity:
    """Keeps a new thing. Raises where its name is taken, or the account has too many."""
    if find(connection, entity.account, entity.kind, entity.name) is not None:
        raise entity.kind.taken(entity.settings.get("Url", entity.name))
    held = count(connection, entity.account, entity.kind)
    if held >= entity.kind.limit:
        raise errors.quota(f"{entity.kind.quota}PerAccount", entity.kind.limit)
    if not held and _is_one_account_too_many(connection, entity.account):
        raise errors.quota("Accounts", limits.ACCOUNTS)
    number = connection.execute(
        f"INSERT INTO entity ({_COLUMNS}, name_key, boundary) VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (entity.kind.name, entity.account, *_changing(entity)),
    ).lastrowid
    return dataclasses.replace(entity, number=number or 0)


def _is_one_account_too_many(connection: sqlite3.Connection, account: str) -> bool:
    if _count(connection, "SELECT EXISTS (SELECT 1 FROM entity WHERE account = ?)", (account,)):
        return False
    return _count(connection, "SELECT COUNT(DISTINCT account) FROM entity", ()) >= limits.ACCOUNTS


def _changing(entity: Entity) -> Row:
    return (
        entity.name,
        entity.path,
        entity.id,
        entity.created_at,
        json.dumps(entity.settings),
        json.dumps(entity.tags),
        entity.key,
        entity.settings.get("PermissionsBoundary"),
    )


def save(connection: sqlite3.Connection, entity: Entity) -> None:
    """Keeps what was changed. Raises where a new name is taken."""
    other = find(connection, entity.account, entity.kind, entity.name)
    if other is not None and other.number != entity.number:
        raise entity.kind.taken(entity.name)
    connection.execute(
        "UPDATE entity SET name = ?, path = ?, id = ?, created_at = ?, settings = ?, tags = ?, name_key = ?, boundary = ?"
        " WHERE number = ?",
        (*_changing(entity), entity.number),
    )


def total(connection: sqlite3.Connection) -> int:
    """Bytes of everything that is kept, as they count towards the quota."""
    return _count(connection, "SELECT bytes FROM totals", ())


def delete(connection: sqlite3.Connection, entity: Entity) -> None:
    """Forgets a thing that nothing refers to."""
    connection.execute("DELETE FROM entity WHERE number = ?", (entity.number,))
