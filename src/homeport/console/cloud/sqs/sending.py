"""Sends messages: one with all that belongs to it, or one for each line.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
"""

from __future__ import annotations

import uuid
from typing import Any

from homeport.aws.sqs import limits
from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.messaging import attributes
from homeport.console.cloud.sqs import queue as queues
from homeport.console.cloud.sqs.queue import Named
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

LINES = 1_000
"""Messages that are sent at once at most, in batches."""


async def page(visit: Visit) -> http.Response:
    """`/sqs/q/QUEUE/send`"""
    queue = queues.of(visit)
    values = await queues.attributes(visit, queue)
    return visit.page(
        "cloud/sqs/send.html",
        queue=queue,
        values=values,
        lines=LINES,
        attributes_note=attributes.NOTE,
        most_delay=limits.DELAY_S[1],
        is_by_content=values.get("ContentBasedDeduplication") == "true",
    )


async def send(visit: Visit) -> http.Response:
    """Sends what the form says."""
    queue, form = queues.of(visit), visit.form
    # What a form sends has the line ends of a network: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html
    body = form.text("body").replace("\r\n", "\n")
    if not body:
        raise Trouble("The body of the message is empty.", hint="SQS takes no empty message.")
    more = _more(visit, queue)
    if not form.has("by_line"):
        await visit.cloud.call("sqs", "SendMessage", QueueUrl=queue.url, MessageBody=body, **more)
        return visit.go(f"{queue.href}/messages", said="The message was sent.")
    lines = [line for line in body.split("\n") if line]
    if len(lines) > LINES:
        raise Trouble(
            f"There are {len(lines):,} lines, which are as many messages.",
            hint=f"Send at most {LINES:,} at once.",
        )
    sent = await _send_all(visit, queue, lines, more)
    text = "message was" if sent == 1 else "messages were"
    return visit.go(f"{queue.href}/messages", said=f"{sent:,} {text} sent.")


def _more(visit: Visit, queue: Named) -> dict[str, Any]:
    form = visit.form
    more: dict[str, Any] = {}
    if own := attributes.parse(form.text("attributes")):
        more["MessageAttributes"] = own
    if form.text("delay").strip() and not queue.is_fifo:
        more["DelaySeconds"] = form.number("delay", 0, *limits.DELAY_S)
    if group := form.text("group").strip():
        more["MessageGroupId"] = group
    elif queue.is_fifo:
        raise Trouble(
            "The message group is missing.", hint="Messages of one group are received in order."
        )
    if queue.is_fifo and (unique := form.text("deduplication").strip()):
        more["MessageDeduplicationId"] = unique
    return more


async def _send_all(visit: Visit, queue: Named, lines: list[str], more: dict[str, Any]) -> int:
    """Sends in batches, one after the other so that their order stays. Raises `Trouble` that says how many were sent before."""
    sent = 0
    if queue.is_fifo and "MessageDeduplicationId" in more:
        given = more["MessageDeduplicationId"]
    else:
        given = str(uuid.uuid4())
    for batch in _batches(lines):
        entries = [
            {"Id": str(at), "MessageBody": line, **_own(queue, more, f"{given}-{sent + at}")}
            for at, line in enumerate(batch)
        ]
        answer = await visit.cloud.call(
            "sqs", "SendMessageBatch", QueueUrl=queue.url, Entries=entries
        )
        failed = answer.get("Failed") or []
        if failed:
            number = sent + int(failed[0]["Id"]) + 1
            raise Trouble(
                f"Line {number:,} was not sent: {failed[0].get('Message', failed[0]['Code'])}",
                hint=f"{sent + len(answer.get('Successful') or []):,} of {len(lines):,} messages were sent.",
            )
        sent += len(batch)
    return sent


def _own(queue: Named, more: dict[str, Any], unique: str) -> dict[str, Any]:
    """Each line is a message of its own: lines that are alike are no duplicates."""
    return {**more, "MessageDeduplicationId": unique} if queue.is_fifo else more


def _batches(lines: list[str]) -> list[list[str]]:
    """At most ten, and at most a megabyte with room for attributes."""
    batches: list[list[str]] = []
    size = 0
    for line in lines:
        length = len(line.encode(errors="replace"))
        is_full = not batches or len(batches[-1]) == limits.BATCH_ENTRIES
        if is_full or size + length > limits.BATCH_BYTES // 2:
            batches.append([])
            size = 0
        batches[-1].append(line)
        size += length
    return batches


ROWS = (
    Row("GET", "/sqs/q/{queue}/send", page, "cloud_write"),
    Row("POST", "/sqs/q/{queue}/send", send, "cloud_write"),
)
