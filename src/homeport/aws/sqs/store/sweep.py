"""Removing what no queue has any more, a little in each write."""

from __future__ import annotations

from typing import Any

from homeport.aws.sqs.store.messages import SWEEP, Connection, Query


def forgotten(query: Query) -> list[int]:
    """Partitions that were left to the sweep."""
    return [row for (row,) in query("SELECT id FROM partition WHERE queue IS NULL ORDER BY id", ())]


def partition(connection: Connection, number: int) -> bool:
    """Removes some rows of a forgotten partition; False once nothing of it is left."""
    for table in ("message", "message_group", "receive_attempt"):
        if _some(connection, table, number):
            return True
    connection.execute("DELETE FROM partition WHERE id = ?", (number,))
    return False


def _some(connection: Connection, table: str, number: int) -> bool:
    key = "id" if table != "receive_attempt" else "(partition, id)"
    columns = "id" if table != "receive_attempt" else "partition, id"
    return (
        connection.execute(
            f"DELETE FROM {table} WHERE {key} IN (SELECT {columns} FROM {table} WHERE partition = ? LIMIT ?)",  # noqa: S608
            (number, SWEEP),
        ).rowcount
        > 0
    )


def outdated(connection: Connection, now: int) -> bool:
    """Removes some of the deduplication ids and attempts whose time is over; False once none is left."""
    ids = connection.execute(
        "DELETE FROM deduplication WHERE (queue, scope, id) IN"
        " (SELECT queue, scope, id FROM deduplication WHERE until <= ? LIMIT ?)",
        (now, SWEEP),
    ).rowcount
    attempts = connection.execute(
        "DELETE FROM receive_attempt WHERE (partition, id) IN"
        " (SELECT partition, id FROM receive_attempt WHERE until <= ? LIMIT ?)",
        (now, SWEEP),
    ).rowcount
    return ids + attempts > 0


def expired(query: Query, now: int) -> list[tuple[Any, ...]]:
    """Account, region and name of the queues with messages at the end of their retention."""
    return query(
        "SELECT account, region, name FROM queue WHERE EXISTS (SELECT 1 FROM message"
        " WHERE message.partition = queue.partition AND message.sent_at <= ? - queue.retention_ms)",
        (now,),
    )
