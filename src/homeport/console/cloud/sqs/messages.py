"""The messages of a queue, looked at without being received; one of them on a page of its own."""

from __future__ import annotations

from homeport.console.asking import troubles
from homeport.console.cloud.messaging import bodies
from homeport.console.cloud.sqs import peeking
from homeport.console.cloud.sqs import queue as queues
from homeport.console.cloud.sqs.peeking import Message
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

SHOWS = ("all", "visible", "hidden")
STATES = {
    "visible": ("visible", "good"),
    "in-flight": ("in flight", "warn"),
    "delayed": ("delayed", ""),
    "held-back": ("waits for its group", ""),
}
"""Words for states, and the colour of each."""


async def list_page(visit: Visit) -> http.Response:
    """`/sqs/q/QUEUE/messages`"""
    queue = queues.of(visit)
    show, after = visit.query.choice("show", SHOWS, "all"), visit.query.text("after")
    has_hidden = show != "visible"
    values, (peeked,) = await queues.with_attributes(
        visit,
        queue,
        peeking.peek(visit, queue, after=after, has_invisible=has_hidden, has_delayed=has_hidden),
    )
    return visit.page(
        "cloud/sqs/messages.html",
        part="rows",
        queue=queue,
        values=values,
        peeked=peeked,
        show=show,
        after=after,
        states=STATES,
        glance=bodies.glance,
    )


async def message_page(visit: Visit) -> http.Response:
    """`/sqs/q/QUEUE/messages/PLACE`"""
    queue = queues.of(visit)
    values, (message,) = await queues.with_attributes(visit, queue, _at(visit))
    return visit.page(
        "cloud/sqs/message.html",
        queue=queue,
        values=values,
        message=message,
        body=bodies.shown(message.body),
        states=STATES,
    )


async def body(visit: Visit) -> http.Response:
    """The whole body as a file: a browser shows nothing of what somebody sent as a page of the console."""
    message = await _at(visit)
    name = f"{message.id or 'message'}.txt"
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Disposition", f'attachment; filename="{_safe(name)}"'),
    ]
    return http.Response(200, headers, message.body.encode(errors="replace"))


def _safe(name: str) -> str:
    return "".join(
        each if each.isascii() and (each.isalnum() or each in "-.") else "_" for each in name
    )


async def _at(visit: Visit) -> Message:
    queue, place = queues.of(visit), visit.names["place"]
    before = peeking.just_before(place)
    if before is not None:
        peeked = await peeking.peek(visit, queue, after=before, limit=1)
        if peeked.messages and peeked.messages[0].place == place:
            return peeked.messages[0]
    raise troubles.missing(
        "This message is no longer there.", "It was deleted, moved, or has reached its retention."
    )


ROWS = (
    Row("GET", "/sqs/q/{queue}/messages", list_page, "cloud"),
    Row("GET", "/sqs/q/{queue}/messages/{place}", message_page, "cloud"),
    Row("GET", "/sqs/q/{queue}/messages/{place}/body", body, "cloud"),
)
