"""Backups as rows. Their items are in content files."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any, NamedTuple

from homeport.aws.dynamodb.store.rows import Key

Connection = sqlite3.Connection

CREATING = "CREATING"
AVAILABLE = "AVAILABLE"

_COLUMNS = "arn, account, region, table_id, table_name, type, status, created_ms, expires_ms, file, details"
_SAVE = f"INSERT OR REPLACE INTO backups ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants only
_FIND = f"SELECT {_COLUMNS} FROM backups WHERE arn = ?"  # noqa: S608 - constants only
_LIST = (
    f"SELECT {_COLUMNS} FROM backups INDEXED BY backups_of WHERE account = ? AND region = ? AND arn > ?"  # noqa: S608 - constants only
    " AND table_name = ifnull(?, table_name) AND created_ms >= ? AND created_ms < ?"
    " AND type IN (?, ?) ORDER BY arn LIMIT ?"
)
_ITEMS = "SELECT pk, sk, item FROM rows WHERE space = ? ORDER BY pk, sk"


class Backup(NamedTuple):
    """A backup as it is now."""

    arn: str
    account: str
    region: str
    table_id: int
    table_name: str
    type: str
    """`USER` or `SYSTEM`."""
    status: str
    """`CREATING` or `AVAILABLE`."""
    created_ms: int
    expires_ms: int | None
    file: str
    """The content file that holds its items; empty until that is whole."""
    details: dict[str, Any]
    """`Name`, `Size`, `Source` and `Features` as DescribeBackup shows them, and `Table`: the table's definition."""


class Filter(NamedTuple):
    """Which backups are listed."""

    account: str
    region: str
    table_name: str | None
    from_ms: int
    to_ms: int
    types: tuple[str, str]


def save(connection: Connection, backup: Backup) -> None:
    """Writes a backup down, new or changed."""
    connection.execute(_SAVE, (*backup[:-1], json.dumps(backup.details)))


def find(connection: Connection, arn: str) -> Backup | None:
    """The backup of this ARN."""
    row = connection.execute(_FIND, (arn,)).fetchone()
    return None if row is None else _backup(row)


def page(connection: Connection, wanted: Filter, after: str, limit: int) -> list[Backup]:
    """The next backups after an ARN, in the order of the ARNs."""
    account, region, table_name, from_ms, to_ms, types = wanted
    given = (account, region, after, table_name, from_ms, to_ms, *types, limit)
    return [_backup(row) for row in connection.execute(_LIST, given)]


def creating(connection: Connection) -> list[Backup]:
    """Backups that are being made."""
    query = f"SELECT {_COLUMNS} FROM backups WHERE status = ?"  # noqa: S608 - constants only
    return [_backup(row) for row in connection.execute(query, (CREATING,))]


def expired(connection: Connection, now_ms: int, limit: int) -> list[Backup]:
    """Backups whose time is over."""
    query = f"SELECT {_COLUMNS} FROM backups WHERE expires_ms <= ? LIMIT ?"  # noqa: S608 - constants only
    return [_backup(row) for row in connection.execute(query, (now_ms, limit))]


def remove(connection: Connection, arn: str) -> None:
    """Forgets a backup; its file is deleted after the commit by whoever calls."""
    connection.execute("DELETE FROM backups WHERE arn = ?", (arn,))


def remove_all(connection: Connection, arns: list[str]) -> None:
    """Forgets several backups."""
    for arn in arns:
        remove(connection, arn)


def named(connection: Connection, files: list[str]) -> set[str]:
    """Those of the files that a backup or a job names."""
    marks = ", ".join("?" * len(files))
    found: set[str] = set()
    for table in ("backups", "jobs"):
        query = f"SELECT file FROM {table} WHERE file IN ({marks})"  # noqa: S608 - marks only
        found.update(file for (file,) in connection.execute(query, files))
    return found


def files(connection: Connection) -> list[str]:
    """All files that backups and jobs name."""
    found = connection.execute(
        "SELECT file FROM backups WHERE file != '' UNION SELECT file FROM jobs WHERE file != ''"
    )
    return [file for (file,) in found]


def has_rows(connection: Connection, space: int) -> bool:
    """Whether the rows of a table are still there, be it deleted or not."""
    return connection.execute("SELECT 1 FROM spaces WHERE id = ?", (space,)).fetchone() is not None


def items(connection: Connection, space: int) -> Iterator[tuple[Key, bytes]]:
    """All items of a table, in the order of their keys, read as they are asked for."""
    for pk, sk, text in connection.execute(_ITEMS, (space,)):
        yield Key(pk, sk), text


def has_table(connection: Connection, account: str, region: str, name: str) -> bool:
    """Whether a table of this name is written down, also by a neighbour of the same transaction."""
    query = "SELECT 1 FROM tables WHERE account = ? AND region = ? AND name = ?"
    return connection.execute(query, (account, region, name)).fetchone() is not None


def _backup(row: tuple[Any, ...]) -> Backup:
    return Backup._make((*row[:-1], json.loads(row[-1])))
