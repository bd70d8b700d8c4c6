"""One queue at a glance: its figures, its depth and age over time, what leads to it and what reads it.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, NamedTuple

from homeport.console.cloud.sqs import queue as queues
from homeport.console.cloud.sqs import settings, snippets
from homeport.console.cloud.sqs.queue import Named
from homeport.console.rendering.charts import Series
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

SPANS = {"hour": 3_600, "day": 86_400}
Point = dict[str, Any]


class Times(NamedTuple):
    """Pictures of a queue; None where the cloud keeps no samples."""

    depth: list[Series]
    age: list[Series]
    traffic: list[Series]


async def show(visit: Visit) -> http.Response:
    """`/sqs/q/QUEUE`"""
    queue = queues.of(visit)
    span = visit.query.choice("span", tuple(SPANS), "hour")
    asked: list[Coroutine[Any, Any, Any]] = [
        samples(visit, queue),
        *([] if visit.is_part else [queues.around(visit, queue)]),
    ]
    values, (points, *rest) = await queues.with_attributes(visit, queue, *asked)
    return visit.page(
        "cloud/sqs/overview.html",
        part="figures",
        queue=queue,
        values=values,
        around=rest[0] if rest else queues.Around([], [], []),
        span=span,
        oldest_s=points[-1]["oldest_s"] if points else None,
        times=None if points is None else times(points, visit.clock.now() - SPANS[span]),
        redrive=settings.redrive_of(values),
        snippets=snippets.of(visit, queue),
    )


async def samples(visit: Visit, queue: Named) -> list[Point] | None:
    """What the cloud remembers of a queue; None where it does not."""
    reply = await visit.cloud.ask("GET", f"/_homeport/sqs/depths/{queue.place}")
    if reply.status != 200:
        return None
    points: list[Point] = reply.json()["points"]
    return points


def times(points: Sequence[Point], since: float) -> Times:
    """The samples from `since` on, as lines."""
    before = [point for point in points if point["at"] < since][-1:]
    shown = [{**point, "at": since} for point in before]
    shown += [point for point in points if point["at"] >= since]
    return Times(
        [
            Series("Visible", _line(shown, lambda point: point["visible"])),
            Series("In flight", _line(shown, lambda point: point["in_flight"])),
            Series("Delayed", _line(shown, lambda point: point["delayed"])),
        ],
        [Series("Age of the oldest", _line(shown, lambda point: point["oldest_s"] or 0))],
        [
            Series("Sent", _rate(shown, "sent")),
            Series("Received", _rate(shown, "received")),
            Series("Deleted", _rate(shown, "deleted")),
        ],
    )


def _line(points: Sequence[Point], value: Callable[[Point], float]) -> list[tuple[float, float]]:
    return [(point["at"], value(point)) for point in points]


def _rate(points: Sequence[Point], name: str) -> list[tuple[float, float]]:
    """Messages a minute, from those that passed since the sample before."""
    return [
        (after["at"], 60 * after[name] / max(1.0, after["at"] - before["at"]))
        for before, after in itertools.pairwise(points)
    ]


ROWS = (Row("GET", "/sqs/q/{queue}", show, "cloud"),)
