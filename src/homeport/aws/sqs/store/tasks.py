"""Tasks that move the messages of a dead-letter queue, and their steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from homeport.aws.sqs.engine import redrive
from homeport.aws.sqs.engine.drafts import Draft
from homeport.aws.sqs.engine.queue import Queue
from homeport.aws.sqs.store import fifo, messages, queues
from homeport.aws.sqs.store.messages import Connection, Delivery, Query

RUNNING, COMPLETED, CANCELLED, FAILED = "RUNNING", "COMPLETED", "CANCELLED", "FAILED"
NO_QUEUE = "AWS.SimpleQueueService.NonExistentQueue"
KEPT = 10
"""Tasks of one queue that are remembered: as many as `ListMessageMoveTasks` gives."""


class Task(NamedTuple):
    """One task; `started_at` is milliseconds since the epoch, `rate` messages a second."""

    id: int
    task_id: str
    source_arn: str
    destination_arn: str | None
    rate: int | None
    status: str
    moved: int
    to_move: int
    started_at: int
    failure: str | None


_COLUMNS = (
    "id, handle, source_arn, destination_arn, rate, status, moved, to_move, started_at, failure"
)


def start(connection: Connection, task: Task) -> Task | None:
    """Keeps a new task; None where one of the queue is running."""
    if connection.execute(
        "SELECT 1 FROM move_task WHERE source_arn = ? AND status = ?", (task.source_arn, RUNNING)
    ).fetchone():
        return None
    row = connection.execute(
        "INSERT INTO move_task (handle, source_arn, destination_arn, rate, status, to_move, started_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*task[1:6], task.to_move, task.started_at),
    ).lastrowid
    connection.execute(
        "DELETE FROM move_task WHERE source_arn = ? AND id NOT IN"
        " (SELECT id FROM move_task WHERE source_arn = ? ORDER BY id DESC LIMIT ?)",
        (task.source_arn, task.source_arn, KEPT),
    )
    return task._replace(id=row or 0)


def listed(query: Query, source_arn: str, limit: int) -> list[Task]:
    """The tasks of a queue, the newest first."""
    rows = query(
        f"SELECT {_COLUMNS} FROM move_task WHERE source_arn = ? ORDER BY id DESC LIMIT ?",  # noqa: S608
        (source_arn, limit),
    )
    return [Task._make(row) for row in rows]


def running(query: Query) -> list[Task]:
    """The tasks that an earlier process left unfinished."""
    rows = query(f"SELECT {_COLUMNS} FROM move_task WHERE status = ?", (RUNNING,))  # noqa: S608
    return [Task._make(row) for row in rows]


def find(query: Query, task_id: str) -> Task | None:
    """The task of this id."""
    rows = query(f"SELECT {_COLUMNS} FROM move_task WHERE handle = ?", (task_id,))  # noqa: S608
    return Task._make(rows[0]) if rows else None


def end(connection: Connection, task: Task, status: str, failure: str | None = None) -> bool:
    """Ends a running task; False where it had ended."""
    return (
        connection.execute(
            "UPDATE move_task SET status = ?, failure = ? WHERE id = ? AND status = ?",
            (status, failure, task.id, RUNNING),
        ).rowcount
        > 0
    )


def step(
    connection: Connection, task: Task, limit: int, now: int, ids: Callable[[], str]
) -> tuple[set[int], bool]:
    """Moves some messages. Returns the queues that got one, and whether the task goes on."""
    query = queues.reader(connection)
    current = find(query, task.task_id)
    if current is None or current.status != RUNNING:
        return set(), False
    source = _queue(query, task.source_arn)
    left = current.to_move - current.moved
    found = _visible(connection, source, min(limit, left), now) if source else []
    reached: set[int] = set()
    for message in found:
        target = _queue(query, task.destination_arn or message.source_arn)
        if target is None:
            end(connection, task, FAILED, NO_QUEUE)
            return reached, False
        _move(connection, message, target, now, ids())
        connection.execute("UPDATE move_task SET moved = moved + 1 WHERE id = ?", (task.id,))
        reached.add(target.id)
    if source is None:
        end(connection, task, FAILED, NO_QUEUE)
    elif not found or len(found) == left:
        end(connection, task, COMPLETED)
    else:
        return reached, True
    return reached, False


def _queue(query: Query, arn: str | None) -> Queue | None:
    address = redrive.address(arn)
    return queues.find(query, *address) if address else None


def _visible(connection: Connection, source: Queue, limit: int, now: int) -> list[Delivery]:
    """Visible messages in the order in which they came; messages in flight stay."""
    rows = connection.execute(
        f"SELECT {messages.DELIVERY} FROM message INDEXED BY message_sent"  # noqa: S608
        " WHERE partition = ? AND visible_at <= ? ORDER BY sent_at, id LIMIT ?",
        (source.partition, now, limit),
    ).fetchall()
    take = messages.Take(source.partition, now, now, limit, 0)
    return [messages.finish(connection, take, Delivery._make(row)) for row in rows]


def _move(
    connection: Connection, message: Delivery, target: Queue, now: int, message_id: str
) -> None:
    """Makes a new message of an old one.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
    """
    draft = Draft(
        message_id,
        message.body or "",
        message.md5,
        0,
        target.delay_ms,
        message.sender,
        message.group,
        message.deduplication_id,
        message.trace,
        message.attributes,
    )
    if message.group_row is None:
        messages.insert(connection, target.partition, draft, now)
        connection.execute("DELETE FROM message WHERE id = ?", (message.row,))
    else:
        fifo.append(connection, target.partition, draft, now)
        fifo.remove(connection, message.row, message.group_row)
