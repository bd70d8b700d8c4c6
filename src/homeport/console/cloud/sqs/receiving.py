"""Receives messages as a consumer would: they are counted and hidden. Then each can be deleted, or given back.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
"""

from __future__ import annotations

from typing import Any, NamedTuple

from homeport.aws.sqs import limits
from homeport.console.cloud.messaging import attributes, bodies
from homeport.console.cloud.messaging.attributes import Shown
from homeport.console.cloud.messaging.bodies import Body
from homeport.console.cloud.sqs import queue as queues
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

WAIT_S = 10
"""Nobody looks at a page that does not come for longer."""


class Received(NamedTuple):
    """One message, and what it takes to delete it."""

    id: str
    handle: str
    body: Body
    receives: int
    group: str
    own: list[Shown]


async def page(visit: Visit) -> http.Response:
    """`/sqs/q/QUEUE/receive`"""
    return await _page(visit, None)


async def receive(visit: Visit) -> http.Response:
    """Receives, and shows what came. Nothing of it is kept here: with another page the handles are gone."""
    queue, form = queues.of(visit), visit.form
    given: dict[str, Any] = {}
    if form.text("visibility").strip():
        given["VisibilityTimeout"] = form.number("visibility", 30, *limits.VISIBILITY_S)
    answer = await visit.cloud.call(
        "sqs",
        "ReceiveMessage",
        QueueUrl=queue.url,
        MaxNumberOfMessages=form.number("count", 1, 1, limits.MESSAGES_RECEIVED),
        WaitTimeSeconds=form.number("wait", 0, 0, WAIT_S),
        MessageSystemAttributeNames=["All"],
        MessageAttributeNames=["All"],
        **given,
    )
    return await _page(visit, [_received(each) for each in answer.get("Messages", [])])


def _received(said: dict[str, Any]) -> Received:
    system = said.get("Attributes", {})
    return Received(
        said["MessageId"],
        said["ReceiptHandle"],
        bodies.shown(said["Body"]),
        int(system.get("ApproximateReceiveCount", 1)),
        system.get("MessageGroupId", ""),
        attributes.shown(said.get("MessageAttributes", {})),
    )


async def _page(visit: Visit, received: list[Received] | None) -> http.Response:
    queue = queues.of(visit)
    values = await queues.attributes(visit, queue)
    return visit.page(
        "cloud/sqs/receive.html",
        queue=queue,
        values=values,
        received=received,
        form=visit.form,
        most_wait=WAIT_S,
        most=limits.MESSAGES_RECEIVED,
        most_visibility=limits.VISIBILITY_S[1],
    )


async def delete(visit: Visit) -> http.Response:
    """Deletes one message by its receipt handle."""
    queue = queues.of(visit)
    handle = visit.form.needed("handle", "The receipt handle")
    await visit.cloud.call("sqs", "DeleteMessage", QueueUrl=queue.url, ReceiptHandle=handle)
    return _done(visit, "The message was deleted.")


async def give_back(visit: Visit) -> http.Response:
    """Makes one message visible again at once."""
    queue = queues.of(visit)
    handle = visit.form.needed("handle", "The receipt handle")
    await visit.cloud.call(
        "sqs",
        "ChangeMessageVisibility",
        QueueUrl=queue.url,
        ReceiptHandle=handle,
        VisibilityTimeout=0,
    )
    return _done(visit, "The message was given back: it can be received again.")


def _done(visit: Visit, said: str) -> http.Response:
    """In its place on the page, so that the handles of the others stay; without a script on the page of messages."""
    if visit.is_part:
        return visit.page("cloud/sqs/done.html", said_of_it=said)
    return visit.go(f"{queues.of(visit).href}/messages", said=said)


ROWS = (
    Row("GET", "/sqs/q/{queue}/receive", page, "cloud_write"),
    Row("POST", "/sqs/q/{queue}/receive", receive, "cloud_write"),
    Row("POST", "/sqs/q/{queue}/delete-message", delete, "cloud_write"),
    Row("POST", "/sqs/q/{queue}/give-back", give_back, "cloud_write"),
)
