"""Reads that change nothing: the messages of a queue as they lie there, and how many each queue has."""

from __future__ import annotations

from typing import NamedTuple

from homeport.aws.sqs.engine.watching import Place, Seen
from homeport.aws.sqs.store import messages
from homeport.aws.sqs.store.messages import Connection, Delivery, Take


class Look(NamedTuple):
    """Which messages of a partition are looked at. Times are milliseconds since the epoch."""

    partition: int
    now: int
    expired_at: int
    """Messages sent at this time or before have reached the end of their retention."""
    after: Place
    limit: int
    bytes_limit: int
    """Characters of all bodies together, at which the look ends; one message is shown whatever its size."""
    has_invisible: bool = False
    """Messages in flight, and those of a FIFO group that wait for one in flight."""
    has_delayed: bool = False


_COLUMNS = ", ".join(f"message.{name.strip()}" for name in messages.DELIVERY.split(","))
_PEEK = (
    f"SELECT {_COLUMNS}, message.visible_at, coalesce(message_group.available_at, 0)"  # noqa: S608
    " FROM message INDEXED BY message_sent LEFT JOIN message_group ON message_group.id = message.group_row"
    " WHERE message.partition = ? AND message.sent_at > ? AND (message.sent_at, message.id) > (?, ?)"
    " AND CASE WHEN message.visible_at > ? THEN iif(message.receives, ?, ?)"
    " ELSE ? OR coalesce(message_group.available_at, 0) <= ? END"
    " ORDER BY message.sent_at, message.id"
)


def peek(connection: Connection, look: Look) -> tuple[list[Seen], Place | None]:
    """Messages in the order in which they were sent, and the place of the last one where there are more."""
    rows = connection.execute(
        _PEEK,
        (
            look.partition,
            look.expired_at,
            *look.after,
            look.now,
            look.has_invisible,
            look.has_delayed,
            look.has_invisible,
            look.now,
        ),
    )
    take = Take(look.partition, look.now, look.now, look.limit, look.expired_at)
    found: list[Seen] = []
    size = 0
    for *row, visible_at, available_at in rows:
        if len(found) == look.limit or (found and size > look.bytes_limit):
            rows.close()
            return found, found[-1].place
        delivery = Delivery._make(row)
        # Its first receive is none that happens now.
        whole = messages.finish(connection, take, delivery)._replace(
            first_received_at=delivery.first_received_at
        )
        found.append(Seen(whole, visible_at, available_at))
        size += len(whole.body or "")
    return found, None


class Depth(NamedTuple):
    """One queue, and how many messages it has. Times are milliseconds since the epoch."""

    queue: int
    visible: int
    in_flight: int
    delayed: int
    oldest: int | None
    """When the oldest message was sent."""


_COUNTS = (
    " (SELECT count(*) FROM message WHERE partition = queue.partition AND visible_at <= :now),"
    " (SELECT count(*) FROM message WHERE partition = queue.partition AND visible_at > :now AND receives > 0),"
    " (SELECT count(*) FROM message WHERE partition = queue.partition AND visible_at > :now AND receives = 0),"
    " (SELECT min(sent_at) FROM message WHERE partition = queue.partition)"
)


def depths(connection: Connection, now: int) -> list[Depth]:
    """All queues of all accounts and regions. To be read in a thread: it counts every message."""
    rows = connection.execute(f"SELECT id, {_COUNTS} FROM queue", {"now": now})  # noqa: S608
    return [Depth._make(row) for row in rows]


class Row(NamedTuple):
    """One queue in a list."""

    name: str
    created_at: int
    dead_letter_arn: str | None
    sources: int
    """How many queues have it as their dead-letter queue."""
    depth: Depth


ORDERS = {"name": "name", "created": "created_at"}
"""Orders that need no message counted but those of the queues that are shown."""
EVERY = -1
"""As many as there are: https://www.sqlite.org/lang_select.html#limitoffset"""


class Wish(NamedTuple):
    """Which queues are listed: those of an account and region whose names begin so, in an order of `ORDERS`."""

    account: str
    region: str
    prefix: str
    order: str = "name"
    is_descending: bool = False
    limit: int = EVERY
    offset: int = 0


def listed(connection: Connection, wish: Wish, now: int) -> tuple[int, list[Row]]:
    """How many queues there are, and some of them. To be read in a thread."""
    said = {
        **wish._asdict(),
        "end": wish.prefix + "\U0010ffff",
        "arn": f"arn:aws:sqs:{wish.region}:{wish.account}:",
        "now": now,
    }
    where = "account = :account AND region = :region AND name >= :prefix AND name < :end"
    (total,) = connection.execute(f"SELECT count(*) FROM queue WHERE {where}", said).fetchone()  # noqa: S608
    order = f"{ORDERS[wish.order]} {'DESC' if wish.is_descending else 'ASC'}"
    rows = connection.execute(
        "SELECT name, created_at, dead_letter_arn,"  # noqa: S608
        " (SELECT count(*) FROM queue AS source WHERE source.dead_letter_arn = :arn || queue.name),"
        f" id, {_COUNTS} FROM queue WHERE {where} ORDER BY {order}, name LIMIT :limit OFFSET :offset",
        said,
    )
    return total, [
        Row(name, created_at, dead_letter_arn, sources, Depth._make(depth))
        for name, created_at, dead_letter_arn, sources, *depth in rows
    ]
