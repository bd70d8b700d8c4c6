"""Moves the messages of a dead-letter queue back, or on.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
"""

from __future__ import annotations

from typing import Any

from homeport.aws.sqs import limits
from homeport.console.cloud.sqs import queue as queues
from homeport.console.cloud.sqs import queues as listing
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

RUNNING = "RUNNING"


async def page(visit: Visit) -> http.Response:
    """`/sqs/q/QUEUE/redrive`"""
    queue = queues.of(visit)
    values, (sources, answer, names) = await queues.with_attributes(
        visit,
        queue,
        queues.sources(visit, queue),
        visit.cloud.call(
            "sqs",
            "ListMessageMoveTasks",
            SourceArn=queue.arn,
            MaxResults=limits.MOVE_TASKS_LISTED,
        ),
        listing.names(visit),
    )
    tasks: list[dict[str, Any]] = answer.get("Results", [])
    return visit.page(
        "cloud/sqs/redrive.html",
        part="tasks",
        queue=queue,
        values=values,
        sources=sources,
        tasks=[_shown(task) for task in tasks],
        is_running=any(task["Status"] == RUNNING for task in tasks),
        offered=[n for n in names if n != queue.name and n.endswith(".fifo") == queue.is_fifo],
        most_rate=limits.MOVE_RATE,
    )


def _shown(task: dict[str, Any]) -> dict[str, Any]:
    started = task.get("StartedTimestamp", 0)
    return {
        "status": task["Status"],
        "started": started / 1000,
        "destination": queues.name_of(task.get("DestinationArn") or ""),
        "moved": task.get("ApproximateNumberOfMessagesMoved", 0),
        "to_move": task.get("ApproximateNumberOfMessagesToMove", 0),
        "rate": task.get("MaxNumberOfMessagesPerSecond"),
        "failure": task.get("FailureReason", ""),
        "handle": task.get("TaskHandle", ""),
    }


async def start(visit: Visit) -> http.Response:
    """Begins to move."""
    queue, form = queues.of(visit), visit.form
    given: dict[str, Any] = {}
    if destination := queues.name_of(form.text("destination").strip()):
        given["DestinationArn"] = queue._replace(name=destination).arn
    if form.text("rate").strip():
        given["MaxNumberOfMessagesPerSecond"] = form.number("rate", 1, 1, limits.MOVE_RATE)
    await visit.cloud.call("sqs", "StartMessageMoveTask", SourceArn=queue.arn, **given)
    return visit.go(f"{queue.href}/redrive", said="The messages are being moved.")


async def cancel(visit: Visit) -> http.Response:
    """Ends a task; what was moved stays where it is."""
    handle = visit.form.needed("handle", "The handle of the task")
    answer = await visit.cloud.call("sqs", "CancelMessageMoveTask", TaskHandle=handle)
    moved = answer.get("ApproximateNumberOfMessagesMoved", 0)
    return visit.go(
        f"{queues.of(visit).href}/redrive",
        said=f"The task was cancelled after {moved:,} messages.",
    )


ROWS = (
    Row("GET", "/sqs/q/{queue}/redrive", page, "cloud"),
    Row("POST", "/sqs/q/{queue}/redrive", start, "cloud_write"),
    Row("POST", "/sqs/q/{queue}/cancel-redrive", cancel, "cloud_write"),
)
