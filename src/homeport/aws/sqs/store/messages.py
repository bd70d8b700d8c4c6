"""Messages of standard queues in the database, and what standard and FIFO queues share.

Each function runs inside one write: what it does is done whole or not at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, NamedTuple

from homeport.aws.sqs.engine import contents
from homeport.aws.sqs.engine.drafts import Draft
from homeport.aws.sqs.engine.receipts import Receipt

LARGE_CHARACTERS = 16_384
"""Bodies from this length on are kept apart: a page of SQLite has 4 KiB, and receiving writes the row again."""
SWEEP = 250
"""Rows that are removed at a time, about a millisecond: the loop stands still meanwhile."""
ROUNDS = 20
"""How often one write looks again after it removed messages; the receive goes on in another write."""

Connection = sqlite3.Connection
Query = Callable[[str, tuple[Any, ...]], list[tuple[Any, ...]]]


class Take(NamedTuple):
    """What a receive may take. Times are milliseconds since the epoch."""

    partition: int
    now: int
    hidden_until: int
    limit: int
    expired_at: int
    """Messages sent at this time or before have reached the end of their retention."""
    max_receives: int = 0
    """Messages that were received so often go to the dead-letter queue; 0 where there is none."""
    dead_letters: int = 0
    """Partition of the dead-letter queue."""
    source_arn: str = ""


class Delivery(NamedTuple):
    """A message that a receive has taken; `receives` is how often that had happened before."""

    row: int
    receives: int
    earlier_receives: int
    group_row: int | None
    sent_at: int
    first_received_at: int | None
    message_id: str
    md5: str
    sender: str
    group: str | None
    deduplication_id: str | None
    trace: str | None
    source_arn: str | None
    attributes: str | None
    body: str | None
    shared: int | None
    """The text that it has in common with others (`homeport.aws.sqs.store.shared`); its body is a part of it."""


DELIVERY = (
    "id, receives, earlier_receives, group_row, sent_at, first_received_at, message_id, md5, sender, group_name,"
    " deduplication_id, trace, source_arn, attributes, body, shared"
)
_VISIBLE = (
    f"SELECT {DELIVERY} FROM message WHERE partition = ? AND visible_at <= ?"  # noqa: S608
    " ORDER BY visible_at LIMIT ?"
)
_TAKE = (
    "UPDATE message SET visible_at = ?, receives = receives + 1, received_at = ?,"
    " first_received_at = coalesce(first_received_at, ?) WHERE id = ?"
)
_INSERT_PLAIN = "INSERT INTO message (partition, visible_at, sent_at, message_id, md5, sender, body) VALUES (?, ?, ?, ?, ?, ?, ?)"
"""Columns that are not named are NULL, and cost nothing; such ones that are bound take as long as the rest."""
_INSERT = (
    "INSERT INTO message (partition, visible_at, sent_at, message_id, md5, sender, group_row, group_name,"
    " deduplication_id, trace, attributes, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Taken(NamedTuple):
    """What a receive has done."""

    deliveries: list[Delivery]
    moved: int
    """Messages that went to the dead-letter queue."""
    removed: int
    """Messages that went away because of their age."""


def insert(
    connection: Connection, partition: int, draft: Draft, now: int, group_row: int | None = None
) -> int:
    """Keeps a new message and returns its row."""
    visible_at, message_id = now + draft.delay_ms, draft.message_id
    if _is_plain(draft):
        values = partition, visible_at, now, message_id, draft.md5, draft.sender, draft.body
        return connection.execute(_INSERT_PLAIN, values).lastrowid or 0
    is_large = len(draft.body) >= LARGE_CHARACTERS
    row = connection.execute(
        _INSERT,
        (
            partition,
            visible_at,
            now,
            message_id,
            draft.md5,
            draft.sender,
            group_row,
            draft.group,
            draft.deduplication_id,
            draft.trace,
            draft.attributes,
            None if is_large else draft.body,
        ),
    ).lastrowid
    if is_large:
        connection.execute(
            "INSERT INTO large_body (message, body) VALUES (?, ?)", (row, draft.body)
        )
    return row or 0


def _is_plain(draft: Draft) -> bool:
    """Whether it is a small text and nothing else."""
    return (
        draft.group is None
        and draft.attributes is None
        and draft.trace is None
        and len(draft.body) < LARGE_CHARACTERS
    )


def receive(connection: Connection, take: Take) -> Taken:
    """Takes visible messages of a standard queue, those first that have been visible for longest."""
    taken: dict[int, Delivery] = {}
    moved = removed = 0
    for _ in range(ROUNDS):
        rows = connection.execute(_VISIBLE, (take.partition, take.now, take.limit)).fetchall()
        found = [Delivery._make(row) for row in rows if row[0] not in taken]
        expired, dead, live = _sorted(found, take)
        live = live[: take.limit - len(taken)]
        hide(connection, take, live)
        taken.update((delivery.row, delivery) for delivery in live)
        if not expired and not dead:
            break
        removed += expire(connection, take.partition, take.expired_at) if expired else 0
        moved += len(dead)
        connection.executemany(
            "UPDATE message SET partition = ?, visible_at = ?, receives = 0, received_at = NULL,"
            " earlier_receives = earlier_receives + receives, source_arn = ? WHERE id = ?",
            [(take.dead_letters, take.now, take.source_arn, message.row) for message in dead],
        )
        if len(taken) == take.limit or removed > 2 * SWEEP:
            break
    return Taken([finish(connection, take, one) for one in taken.values()], moved, removed)


def _sorted(
    found: list[Delivery], take: Take
) -> tuple[list[Delivery], list[Delivery], list[Delivery]]:
    expired, dead, live = [], [], []
    for message in found:
        if message.sent_at <= take.expired_at:
            expired.append(message)
        elif take.max_receives and message.receives >= take.max_receives:
            dead.append(message)
        else:
            live.append(message)
    return expired, dead, live


def hide(connection: Connection, take: Take, messages: list[Delivery]) -> None:
    """Puts messages in flight."""
    connection.executemany(
        _TAKE, [(take.hidden_until, take.now, take.now, message.row) for message in messages]
    )


def finish(connection: Connection, take: Take, message: Delivery) -> Delivery:
    """The message as it is given out: with its first receive, and its body, which stands apart where it is large or shared."""
    if message.first_received_at is None:
        message = message._replace(first_received_at=take.now)
    if message.body is None:
        (body,) = connection.execute(
            "SELECT body FROM large_body WHERE message = ?", (message.row,)
        ).fetchone()
        message = message._replace(body=body)
    elif message.shared is not None:
        message = _with_shared(connection, message)
    return message


def _with_shared(connection: Connection, message: Delivery) -> Delivery:
    sender, group, trace, attributes, start, finish = connection.execute(
        "SELECT sender, group_name, trace, attributes, start, finish FROM shared_text WHERE id = ?",
        (message.shared,),
    ).fetchone()
    body = f"{start}{message.body}{finish}"
    return message._replace(
        sender=sender,
        group=group,
        trace=trace,
        attributes=attributes,
        body=body,
        md5=contents.md5(body),
    )


def next_visible(connection: Connection, partition: int) -> int | None:
    """When the next message becomes visible, or has become."""
    (due,) = connection.execute(
        "SELECT min(visible_at) FROM message WHERE partition = ?", (partition,)
    ).fetchone()
    return due if due is None else int(due)


def delete(connection: Connection, partition: int, receipt: Receipt) -> bool:
    """Removes a message of a standard queue; False where it is gone, or was received again since."""
    return (
        connection.execute(
            "DELETE FROM message WHERE id = ? AND partition = ? AND receives = ?",
            (receipt.row, partition, receipt.receives),
        ).rowcount
        > 0
    )


class State(NamedTuple):
    """Where a message stands between its deliveries."""

    visible_at: int
    receives: int
    received_at: int
    group_row: int | None


def state(connection: Connection, partition: int, message: int) -> State | None:
    """The state of a message that was received; None where it is gone."""
    row = connection.execute(
        "SELECT visible_at, receives, received_at, group_row FROM message WHERE id = ? AND partition = ?",
        (message, partition),
    ).fetchone()
    return State._make(row) if row else None


def set_visible(connection: Connection, message: int, visible_at: int) -> None:
    """Moves the time from which a message can be received."""
    connection.execute("UPDATE message SET visible_at = ? WHERE id = ?", (visible_at, message))


def expire(connection: Connection, partition: int, expired_at: int) -> int:
    """Removes some of the messages that have reached the end of their retention, and returns how many."""
    return connection.execute(
        "DELETE FROM message WHERE id IN"
        " (SELECT id FROM message WHERE partition = ? AND sent_at <= ? ORDER BY sent_at LIMIT ?)",
        (partition, expired_at, SWEEP),
    ).rowcount


class Counts(NamedTuple):
    """How many messages of a queue are in which state."""

    visible: int
    in_flight: int
    delayed: int


def count(query: Query, partition: int, now: int, limit: int = -1) -> Counts:
    """Counts by state, each up to `limit` where that is not negative."""
    ((visible,),) = query(
        "SELECT count(*) FROM (SELECT 1 FROM message WHERE partition = ? AND visible_at <= ? LIMIT ?)",
        (partition, now, limit),
    )
    hidden: dict[int, int] = dict(
        query(
            "SELECT receives > 0, count(*) FROM"
            " (SELECT receives FROM message WHERE partition = ? AND visible_at > ? LIMIT ?) GROUP BY 1",
            (partition, now, limit),
        )
    )
    return Counts(visible, hidden.get(1, 0), hidden.get(0, 0))


def count_in_flight(connection: Connection, partition: int, now: int, limit: int) -> int:
    """Counts the messages in flight, up to `limit`."""
    (number,) = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM message WHERE partition = ? AND visible_at > ? AND receives > 0 LIMIT ?)",
        (partition, now, limit),
    ).fetchone()
    return int(number)


def has_expired(query: Query, partition: int, expired_at: int) -> bool:
    """Whether messages have reached the end of their retention."""
    return bool(
        query(
            "SELECT 1 FROM message WHERE partition = ? AND sent_at <= ? LIMIT 1",
            (partition, expired_at),
        )
    )
