"""Restores, exports, imports and bulk writes as rows: what they are, and how far they came."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, NamedTuple

Connection = sqlite3.Connection

_COLUMNS = (
    "arn, kind, account, region, table_arn, token, started_ms, ended_ms, file, position, details"
)
_SAVE = f"INSERT OR REPLACE INTO jobs ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants only
_FIND = f"SELECT {_COLUMNS} FROM jobs WHERE arn = ?"  # noqa: S608 - constants only
_BY_TOKEN = (
    f"SELECT {_COLUMNS} FROM jobs WHERE kind = ? AND account = ? AND region = ? AND token = ?"  # noqa: S608 - constants only
    " AND ifnull(ended_ms, ?) >= ? ORDER BY started_ms DESC LIMIT 1"
)
_PAGE = (
    f"SELECT {_COLUMNS} FROM jobs INDEXED BY jobs_of WHERE kind = ? AND account = ? AND region = ?"  # noqa: S608 - constants only
    " AND arn < ? AND table_arn = ifnull(?, table_arn) AND started_ms >= ?"
    " ORDER BY arn DESC LIMIT ?"
)
LAST = "\U0010ffff"
"""Greater than every ARN: where a listing from the last to the first begins."""


class Job(NamedTuple):
    """Work between a table and files, as far as it came."""

    arn: str
    kind: str
    """`RESTORE`, `EXPORT`, `IMPORT` or `BULK`."""
    account: str
    region: str
    table_arn: str
    token: str
    started_ms: int
    ended_ms: int | None
    file: str
    """The content file that it reads from; empty where there is none."""
    position: dict[str, Any]
    details: dict[str, Any]


def save(connection: Connection, job: Job) -> None:
    """Writes a job down, new or changed."""
    texts = json.dumps(job.position), json.dumps(job.details)
    connection.execute(_SAVE, (*job[:-2], *texts))


def move(connection: Connection, arn: str, position: dict[str, Any]) -> None:
    """Writes down how far a job came."""
    connection.execute("UPDATE jobs SET position = ? WHERE arn = ?", (json.dumps(position), arn))


def find(connection: Connection, arn: str) -> Job | None:
    """The job of this ARN."""
    row = connection.execute(_FIND, (arn,)).fetchone()
    return None if row is None else _job(row)


def by_token(
    connection: Connection, kind: str, account: str, region: str, token: str, since_ms: int
) -> Job | None:
    """The latest job that was started with a token and is running, or ended since a time."""
    given = (kind, account, region, token, since_ms, since_ms)
    row = connection.execute(_BY_TOKEN, given).fetchone()
    return None if row is None else _job(row)


def page(
    connection: Connection,
    kind: str,
    owner: tuple[str, str],
    before: str,
    table_arn: str | None,
    since_ms: int,
    limit: int,
) -> list[Job]:
    """The next jobs of an account and region before an ARN, from the last ARN to the first."""
    given = (kind, *owner, before, table_arn, since_ms, limit)
    return [_job(row) for row in connection.execute(_PAGE, given)]


def running(connection: Connection, kind: str) -> list[Job]:
    """The jobs of a kind that have not ended."""
    query = f"SELECT {_COLUMNS} FROM jobs WHERE kind = ? AND ended_ms IS NULL"  # noqa: S608 - constants only
    return [_job(row) for row in connection.execute(query, (kind,))]


def count(connection: Connection, kind: str, account: str) -> int:
    """How many jobs of a kind and account have not ended."""
    query = "SELECT count(*) FROM jobs WHERE kind = ? AND account = ? AND ended_ms IS NULL"
    row: tuple[int] = connection.execute(query, (kind, account)).fetchone()
    return row[0]


def uses(connection: Connection, file: str) -> bool:
    """Whether a job that has not ended reads a content file."""
    query = "SELECT 1 FROM jobs WHERE file = ? AND ended_ms IS NULL"
    return connection.execute(query, (file,)).fetchone() is not None


def forget(connection: Connection, before_ms: int) -> None:
    """Forgets the jobs that ended before a time."""
    connection.execute("DELETE FROM jobs WHERE ended_ms < ?", (before_ms,))


def remove(connection: Connection, arn: str) -> None:
    """Forgets a job; its file is deleted after the commit by whoever calls."""
    connection.execute("DELETE FROM jobs WHERE arn = ?", (arn,))


def _job(row: tuple[Any, ...]) -> Job:
    return Job._make((*row[:-2], json.loads(row[-2]), json.loads(row[-1])))
