"""Messages of FIFO queues in the database: groups, deduplication, attempts to receive.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
"""

from __future__ import annotations

import json
from typing import NamedTuple

from homeport.aws.sqs.engine.drafts import Draft
from homeport.aws.sqs.store import messages
from homeport.aws.sqs.store.messages import Connection, Delivery, Take, Taken

_IN_ORDER = (
    f"SELECT {messages.DELIVERY}, visible_at FROM message"  # noqa: S608
    " WHERE group_row = ? ORDER BY id LIMIT ?"
)

GROUPS = 50
"""Groups that one write looks at; where all of their messages were removed, the receive goes on in another write."""


class Sent(NamedTuple):
    """What became of a message: its own row, or that of the one whose duplicate it is."""

    row: int
    message_id: str
    is_new: bool


def insert(
    connection: Connection,
    queue: int,
    partition: int,
    draft: Draft,
    now: int,
    scope: str,
    until: int,
) -> Sent:
    """Keeps a new message behind those of its group, or finds that it was sent before.

    `scope` is the group where duplicates are looked for in it only, `until` is how long this one is remembered.
    """
    key = (queue, scope, draft.deduplication_id)
    earlier = connection.execute(
        "SELECT message, message_id FROM deduplication WHERE queue = ? AND scope = ? AND id = ? AND until > ?",
        (*key, now),
    ).fetchone()
    if earlier:
        return Sent(earlier[0], earlier[1], is_new=False)
    row = append(connection, partition, draft, now)
    connection.execute(
        "INSERT OR REPLACE INTO deduplication (queue, scope, id, until, message, message_id) VALUES (?, ?, ?, ?, ?, ?)",
        (*key, until, row, draft.message_id),
    )
    return Sent(row, draft.message_id, is_new=True)


def append(connection: Connection, partition: int, draft: Draft, now: int) -> int:
    """Keeps a new message behind those of its group, and returns its row."""
    group_row = _group(connection, partition, draft.group or "", now + draft.delay_ms)
    return messages.insert(connection, partition, draft, now, group_row)


def _group(connection: Connection, partition: int, name: str, available_at: int) -> int:
    row = connection.execute(
        "SELECT id FROM message_group WHERE partition = ? AND name = ?", (partition, name)
    ).fetchone()
    if row:
        return int(row[0])
    made = connection.execute(
        "INSERT INTO message_group (partition, name, available_at) VALUES (?, ?, ?)",
        (partition, name, available_at),
    )
    return made.lastrowid or 0


def refresh(connection: Connection, group_row: int) -> None:
    """Works out anew when a group can be received from: not while one of its messages is in flight.

    Messages that were received are always the first of their group, because a group gives nothing more until then.
    """
    available_at = None
    rows = connection.execute(
        "SELECT visible_at, receives FROM message WHERE group_row = ? ORDER BY id", (group_row,)
    )
    for visible_at, receives in rows:
        if available_at is None:
            available_at = visible_at
        elif receives == 0:
            break
        available_at = max(available_at, visible_at)
    rows.close()
    if available_at is None:
        connection.execute("DELETE FROM message_group WHERE id = ?", (group_row,))
    else:
        connection.execute(
            "UPDATE message_group SET available_at = ? WHERE id = ?", (available_at, group_row)
        )


def receive(connection: Connection, take: Take) -> Taken:
    """Takes messages, as many as it can of one group before it goes on to the next."""
    taken: list[Delivery] = []
    done: set[int] = set()
    moved = removed = 0
    while len(taken) < take.limit and len(done) < GROUPS:
        group_row = _next_group(connection, take, done)
        if group_row is None:
            break
        done.add(group_row)
        batch = _receive_group(connection, take._replace(limit=take.limit - len(taken)), group_row)
        taken += batch.deliveries
        moved += batch.moved
        removed += batch.removed
    return Taken([messages.finish(connection, take, one) for one in taken], moved, removed)


def _next_group(connection: Connection, take: Take, done: set[int]) -> int | None:
    rows = connection.execute(
        "SELECT id FROM message_group WHERE partition = ? AND available_at <= ? ORDER BY available_at, id LIMIT ?",
        (take.partition, take.now, len(done) + 1),
    ).fetchall()
    return next((group_row for (group_row,) in rows if group_row not in done), None)


def _receive_group(connection: Connection, take: Take, group_row: int) -> Taken:
    live: list[Delivery] = []
    moved = removed = 0
    for _ in range(messages.ROUNDS):
        expired, dead, live = _head(connection, take, group_row)
        if not expired and not dead:
            break
        connection.executemany(
            "DELETE FROM message WHERE id = ?", [(message.row,) for message in expired]
        )
        removed += len(expired)
        moved += len(dead)
        for message in dead:
            _bury(connection, take, message)
    else:
        live = []
    messages.hide(connection, take, live)
    refresh(connection, group_row)
    return Taken(live, moved, removed)


def _head(
    connection: Connection, take: Take, group_row: int
) -> tuple[list[Delivery], list[Delivery], list[Delivery]]:
    expired: list[Delivery] = []
    dead: list[Delivery] = []
    live: list[Delivery] = []
    for *row, visible_at in connection.execute(_IN_ORDER, (group_row, take.limit)).fetchall():
        message = Delivery._make(row)
        if visible_at > take.now:
            break
        if message.sent_at <= take.expired_at:
            expired.append(message)
        elif take.max_receives and message.receives >= take.max_receives:
            dead.append(message)
        else:
            live.append(message)
    return expired, dead, live


def _bury(connection: Connection, take: Take, message: Delivery) -> None:
    """Moves a message to the dead-letter queue, where its time begins anew.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
    """
    group_row = _group(connection, take.dead_letters, message.group or "", take.now)
    connection.execute(
        "UPDATE message SET partition = ?, group_row = ?, visible_at = ?, sent_at = ?, receives = 0, received_at = NULL,"
        " earlier_receives = earlier_receives + receives, source_arn = ? WHERE id = ?",
        (take.dead_letters, group_row, take.now, take.now, take.source_arn, message.row),
    )


def next_available(connection: Connection, partition: int) -> int | None:
    """When the next group can be received from, or since when."""
    (due,) = connection.execute(
        "SELECT min(available_at) FROM message_group WHERE partition = ?", (partition,)
    ).fetchone()
    return due if due is None else int(due)


def remove(connection: Connection, message: int, group_row: int) -> None:
    """Removes a message, which may set its group free."""
    connection.execute("DELETE FROM message WHERE id = ?", (message,))
    refresh(connection, group_row)


def expire(connection: Connection, partition: int, expired_at: int) -> int:
    """Removes some of the messages that have reached the end of their retention, and returns how many."""
    rows = connection.execute(
        "DELETE FROM message WHERE id IN"
        " (SELECT id FROM message WHERE partition = ? AND sent_at <= ? ORDER BY sent_at LIMIT ?) RETURNING group_row",
        (partition, expired_at, messages.SWEEP),
    ).fetchall()
    for (group_row,) in set(rows):
        refresh(connection, group_row)
    return len(rows)


def reset_delay(
    connection: Connection, partition: int, delay_ms: int, now: int, since: int
) -> None:
    """Applies a changed delay to the messages that were sent after `since` and never received.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html
    """
    rows = connection.execute(
        "UPDATE message SET visible_at = max(sent_at + ?, sent_at) WHERE partition = ? AND sent_at > ?"
        " AND receives = 0 AND max(visible_at, sent_at + ?) > ? RETURNING group_row",
        (delay_ms, partition, since, delay_ms, now),
    ).fetchall()
    for (group_row,) in set(rows):
        refresh(connection, group_row)


# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-receiverequestattemptid-request-parameter.html


def remember_attempt(
    connection: Connection, take: Take, attempt: str, until: int, deliveries: list[Delivery]
) -> None:
    """Keeps which messages an attempt to receive was given."""
    rows = [(message.row, message.receives + 1) for message in deliveries]
    connection.execute(
        "INSERT OR REPLACE INTO receive_attempt (partition, id, until, visible_at, messages) VALUES (?, ?, ?, ?, ?)",
        (take.partition, attempt, until, take.hidden_until, json.dumps(rows)),
    )


def repeat_attempt(connection: Connection, take: Take, attempt: str) -> list[Delivery] | None:
    """The messages of an earlier attempt, hidden anew; None where there was none, or one of them was touched since."""
    kept = connection.execute(
        "SELECT visible_at, messages FROM receive_attempt WHERE partition = ? AND id = ? AND until > ?",
        (take.partition, attempt, take.now),
    ).fetchone()
    if kept is None or kept[0] <= take.now:
        return None
    deliveries = []
    for row, receives in json.loads(kept[1]):
        found = connection.execute(
            f"SELECT {messages.DELIVERY} FROM message WHERE id = ? AND receives = ? AND visible_at = ?",  # noqa: S608
            (row, receives, kept[0]),
        ).fetchone()
        if found is None:
            return None
        message = Delivery._make(found)._replace(receives=receives - 1)
        deliveries.append(messages.finish(connection, take, message))
    for message in deliveries:
        messages.set_visible(connection, message.row, take.hidden_until)
    for group_row in {message.group_row for message in deliveries if message.group_row}:
        refresh(connection, group_row)
    connection.execute(
        "UPDATE receive_attempt SET visible_at = ? WHERE partition = ? AND id = ?",
        (take.hidden_until, take.partition, attempt),
    )
    return deliveries
