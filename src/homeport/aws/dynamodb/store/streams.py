"""Streams and their shards: when they open and close, and until when they are remembered."""

from __future__ import annotations

import datetime
import json
import sqlite3
from dataclasses import dataclass
from typing import NamedTuple

from homeport.aws.dynamodb.tables.model import KeySchema, Stream, Table

Connection = sqlite3.Connection

_STREAMS = (
    "SELECT id, account, region, table_name, label, view, key_schema, created_ms, closed_ms, trimmed"
    " FROM streams WHERE account = ? AND region = ?"
)
_SHARDS = "SELECT id, name, parent, first, last, opened_ms, closed_ms FROM shards WHERE stream = ?"
_OPEN = (
    "INSERT INTO streams (table_id, account, region, table_name, label, view, key_schema, created_ms)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"
)
_FIND = _STREAMS + " AND table_name = ? AND label = ?"
_ALIVE = " AND (closed_ms IS NULL OR closed_ms >= ?)"
_PAGE = (
    _STREAMS + " AND (table_name > ? OR (table_name = ? AND label < ?))" + _ALIVE
) + " ORDER BY table_name, label DESC LIMIT ?"
_PAGE_OF = _STREAMS + " AND table_name = ? AND label < ?" + _ALIVE + " ORDER BY label DESC LIMIT ?"
_SHARDS_PAGE = _SHARDS + " AND id > ?" + _ALIVE + " ORDER BY id LIMIT ?"
_CHILDREN = _SHARDS + " AND parent = ? AND id > ?" + _ALIVE + " ORDER BY id LIMIT ?"
_SHARD = _SHARDS + " AND name = ?"


@dataclass(frozen=True, slots=True)
class Described:
    """A stream as it is remembered, open or not."""

    id: int
    account: str
    region: str
    table_name: str
    label: str
    view: str
    key_schema: str
    """JSON, as DescribeStream answers it."""
    created_ms: int
    closed_ms: int | None
    trimmed: int
    """The last number of a record of this stream that is gone."""

    @property
    def arn(self) -> str:
        """https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html"""
        return (
            f"arn:aws:dynamodb:{self.region}:{self.account}:table/{self.table_name}"
            f"/stream/{self.label}"
        )


class Shard(NamedTuple):
    """A shard as it is remembered; `last` and `closed_ms` are None while it takes records."""

    id: int
    name: str
    parent: str | None
    first: int
    last: int | None
    opened_ms: int
    closed_ms: int | None


# Life


def open_stream(connection: Connection, table: Table, view: str, now_ms: int) -> Stream:
    """A new stream of a table, with its first shard. To be called in the write that saves the table with it."""
    label = _label(connection, table, now_ms)
    key_schema = _key_schema(table.keys)
    values = (table.id, table.account, table.region, table.name, label, view, key_schema, now_ms)
    [(number,)] = connection.execute(_OPEN, values).fetchall()
    _open_shard(connection, number, None, now_ms)
    return Stream(number, label, view)


def close_stream(connection: Connection, stream: Stream, now_ms: int) -> None:
    """Ends a stream and its shard. To be called in the write that saves or removes the table; what it holds stays for a day."""
    connection.execute("UPDATE streams SET closed_ms = ? WHERE id = ?", (now_ms, stream.id))
    shards = connection.execute(
        "SELECT id FROM shards WHERE stream = ? AND last IS NULL", (stream.id,)
    )
    for (shard,) in shards.fetchall():
        _close_shard(connection, shard, now_ms)


def roll(connection: Connection, opened_until_ms: int, now_ms: int, limit: int) -> bool:
    """Closes shards that were opened until then, `limit` at most, and gives each a child. Answers whether there may be more."""
    due = connection.execute(
        "SELECT id, stream, name FROM shards WHERE last IS NULL AND opened_ms <= ? LIMIT ?",
        (opened_until_ms, limit),
    ).fetchall()
    for shard, stream, name in due:
        _close_shard(connection, shard, now_ms)
        _open_shard(connection, stream, name, now_ms)
    return len(due) == limit


def forget(connection: Connection, closed_before_ms: int, limit: int) -> bool:
    """Forgets shards that were closed before then, `limit` at most, and streams that are left with none.

    Answers whether there may be more.
    """
    gone = connection.execute(
        "DELETE FROM shards WHERE id IN"
        " (SELECT id FROM shards WHERE last IS NOT NULL AND closed_ms < ? LIMIT ?)"
        " RETURNING stream",
        (closed_before_ms, limit),
    ).fetchall()
    for (stream,) in set(gone):
        connection.execute(
            "DELETE FROM streams WHERE id = ?"
            " AND NOT EXISTS (SELECT 1 FROM shards WHERE shards.stream = streams.id)",
            (stream,),
        )
    return len(gone) == limit


def _label(connection: Connection, table: Table, now_ms: int) -> str:
    """An ISO 8601 time, unique among the streams of tables of this name.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Stream.html
    """
    moment = datetime.datetime.fromtimestamp(now_ms // 1000, datetime.UTC)
    moment += datetime.timedelta(milliseconds=now_ms % 1000)
    while True:
        label = moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}"
        if find(connection, table.account, table.region, table.name, label) is None:
            return label
        moment += datetime.timedelta(milliseconds=1)


def _key_schema(keys: KeySchema) -> str:
    elements = [(name, "HASH") for name in keys.partition] + [(name, "RANGE") for name in keys.sort]
    return json.dumps([{"AttributeName": name, "KeyType": kind} for name, kind in elements])


def _open_shard(connection: Connection, stream: int, parent: str | None, now_ms: int) -> None:
    first = _take_number(connection)
    # The number makes the name unique; the form is that of the service: shardId-00000001414576573621-f55eea83.
    name = f"shardId-{now_ms:020d}-{first & 0xFFFFFFFF:08x}"
    connection.execute(
        "INSERT INTO shards (stream, name, parent, first, opened_ms) VALUES (?, ?, ?, ?, ?)",
        (stream, name, parent, first, now_ms),
    )


def _close_shard(connection: Connection, shard: int, now_ms: int) -> None:
    connection.execute(
        "UPDATE shards SET last = ?, closed_ms = ? WHERE id = ?",
        (_take_number(connection), now_ms, shard),
    )


def _take_number(connection: Connection) -> int:
    """A sequence number that no record will have."""
    row = connection.execute(
        "UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'stream_records' RETURNING seq"
    )
    number: int = row.fetchall()[0][0]
    return number


# Reading


def find(
    connection: Connection, account: str, region: str, table_name: str, label: str
) -> Described | None:
    """The stream of this ARN."""
    row = connection.execute(_FIND, (account, region, table_name, label)).fetchone()
    return None if row is None else Described(*row)


def page(
    connection: Connection,
    account: str,
    region: str,
    after: tuple[str, str],
    horizon_ms: int,
    limit: int,
) -> list[Described]:
    """Streams by the name of their table, the youngest of each table first, that follow one of this table and label.

    Those that ended before the horizon are left out.
    """
    parameters = (account, region, after[0], *after, horizon_ms, limit)
    return [Described(*row) for row in connection.execute(_PAGE, parameters)]


def page_of(
    connection: Connection,
    account: str,
    region: str,
    table_name: str,
    after_label: str,
    horizon_ms: int,
    limit: int,
) -> list[Described]:
    """As `page`, of the tables of one name."""
    parameters = (account, region, table_name, after_label, horizon_ms, limit)
    return [Described(*row) for row in connection.execute(_PAGE_OF, parameters)]


def shards(
    connection: Connection, stream: int, after: int, horizon_ms: int, limit: int
) -> list[Shard]:
    """Shards of a stream, the oldest first, that follow the one of this id, without those that closed before the horizon."""
    parameters = (stream, after, horizon_ms, limit)
    return [Shard(*row) for row in connection.execute(_SHARDS_PAGE, parameters)]


def children(
    connection: Connection, stream: int, parent: str, after: int, horizon_ms: int, limit: int
) -> list[Shard]:
    """As `shards`, those of one parent."""
    parameters = (stream, parent, after, horizon_ms, limit)
    return [Shard(*row) for row in connection.execute(_CHILDREN, parameters)]


def shard(connection: Connection, stream: int, name: str) -> Shard | None:
    """The shard of this name."""
    row = connection.execute(_SHARD, (stream, name)).fetchone()
    return None if row is None else Shard(*row)


def last_number(connection: Connection) -> int:
    """The last sequence number that was given away."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'stream_records'")
    number: int = row.fetchone()[0]
    return number
