"""The rows of events and of their records: the only SQL of invocations."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from homeport.aws.lambda_.model import Function
from homeport.storage.db import Database


class Event(NamedTuple):
    """An event that was accepted. Times are milliseconds since the epoch."""

    id: int
    account: str
    region: str
    function: str
    qualifier: str
    """As it was asked for; empty where none was."""
    request_id: str
    created_ms: int
    due_ms: int
    attempts: int
    """How often the function has run."""
    trace: str
    client_context: str
    payload: bytes

    @property
    def lane(self) -> Function:
        """Whose event it is."""
        return Function(self.account, self.region, self.function)


class Record(NamedTuple):
    """What is told of an event that has ended, and to whom."""

    id: int
    target: str
    account: str
    region: str
    source_arn: str
    created_ms: int
    due_ms: int
    attempts: int
    attributes: str
    """JSON."""
    body: str


_EVENT = ", ".join(Event._fields)
_RECORD = ", ".join(Record._fields)


def _insert(table: str, fields: tuple[str, ...]) -> str:
    names = [name for name in fields if name != "id"]
    marks = ", ".join("?" for _ in names)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - names of columns


_ADD_EVENT = _insert("event", Event._fields)
_ADD_RECORD = _insert("event_record", Record._fields)


def add_event(connection: sqlite3.Connection, event: Event) -> None:
    """Accepts an event; its id is chosen here."""
    connection.execute(_ADD_EVENT, event[1:])


def add_record(connection: sqlite3.Connection, record: Record) -> None:
    """Adds a record to be sent; its id is chosen here."""
    connection.execute(_ADD_RECORD, record[1:])


def remove_event(connection: sqlite3.Connection, event: Event) -> None:
    """The event has ended."""
    connection.execute("DELETE FROM event WHERE id = ?", (event.id,))


def put_off_event(connection: sqlite3.Connection, event: Event, due_ms: int, attempts: int) -> None:
    """The event is to run again."""
    connection.execute(
        "UPDATE event SET due_ms = ?, attempts = ? WHERE id = ?", (due_ms, attempts, event.id)
    )


def remove_record(connection: sqlite3.Connection, record: Record) -> None:
    """The record was sent, or given up."""
    connection.execute("DELETE FROM event_record WHERE id = ?", (record.id,))


def put_off_record(connection: sqlite3.Connection, record: Record, due_ms: int) -> None:
    """The record is to be sent again."""
    connection.execute(
        "UPDATE event_record SET due_ms = ?, attempts = attempts + 1 WHERE id = ?",
        (due_ms, record.id),
    )


def functions(db: Database) -> list[Function]:
    """All functions that have events."""
    rows = db.query("SELECT DISTINCT account, region, function FROM event")
    return [Function._make(row) for row in rows]


def due_events(db: Database, function: Function, now_ms: int, limit: int) -> list[int]:
    """The ids of a function's first events that are due."""
    rows = db.query(
        "SELECT id FROM event WHERE account = ? AND region = ? AND function = ? AND due_ms <= ?"
        " ORDER BY due_ms, id LIMIT ?",
        (*function, now_ms, limit),
    )
    return [row[0] for row in rows]


def event(db: Database, number: int) -> Event | None:
    """An event by its id."""
    row = db.query_one(f"SELECT {_EVENT} FROM event WHERE id = ?", (number,))  # noqa: S608 - columns
    return None if row is None else Event._make(row)


def next_event(db: Database, function: Function, after_ms: int) -> int | None:
    """When the next event of a function is due that is not due yet."""
    row = db.query_one(
        "SELECT min(due_ms) FROM event WHERE account = ? AND region = ? AND function = ? AND due_ms > ?",
        (*function, after_ms),
    )
    return None if row is None else row[0]


def targets(db: Database) -> list[str]:
    """All targets that records wait for."""
    return [row[0] for row in db.query("SELECT DISTINCT target FROM event_record")]


def next_record(db: Database, target: str) -> Record | None:
    """The record of a target that is due first."""
    row = db.query_one(
        f"SELECT {_RECORD} FROM event_record WHERE target = ? ORDER BY due_ms, id LIMIT 1",  # noqa: S608 - columns
        (target,),
    )
    return None if row is None else Record._make(row)
