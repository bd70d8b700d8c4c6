"""ReceiveMessage.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from homeport.aws.protocol.call import Call, Params
from homeport.aws.sqs import errors, limits
from homeport.aws.sqs.engine import attributes, contents, drafts, redrive
from homeport.aws.sqs.engine.queue import Queue
from homeport.aws.sqs.sqs import Sqs
from homeport.aws.sqs.store import fifo, messages
from homeport.aws.sqs.store.messages import Connection, Delivery, Take, Taken


class Wish(NamedTuple):
    """What a receiver asks for, checked. Receivers inside of this process may ask for more than a client may."""

    limit: int
    visibility_ms: int | None
    wait_ms: int
    attempt: str | None
    system: frozenset[str]
    attributes: list[str]


async def receive_message(sqs: Sqs, call: Call, params: Params) -> Params:
    """ReceiveMessage"""
    queue = sqs.queue(call, params)
    wish = _wish(queue, params)
    waiters = sqs.waiters
    if wish.wait_ms and waiters.total < limits.WAITING_RECEIVERS and not waiters.is_closed:
        deliveries = await _wait(sqs, call, params, wish)
    else:
        deliveries = await receive(sqs, queue, wish)
    if not deliveries:
        return {}
    return {"Messages": [message(sqs, queue, wish, delivery) for delivery in deliveries]}


async def _wait(sqs: Sqs, call: Call, params: Params, wish: Wish) -> list[Delivery]:
    queue = sqs.queue(call, params)
    deadline = sqs.now() + wish.wait_ms
    with sqs.waiters.join(queue.id) as ticket:
        call.request.on_gone = ticket.abandon
        while not ticket.is_gone:
            ticket.look()
            found = await receive(sqs, queue, wish)
            if found or sqs.now() >= deadline:
                return found
            await ticket.wait(deadline)
            if sqs.waiters.is_closed:
                break
            queue = sqs.queue(call, params)
            if queue.id != ticket.queue:
                raise errors.QUEUE_DOES_NOT_EXIST()
    return []


async def receive(sqs: Sqs, queue: Queue, wish: Wish) -> list[Delivery]:
    """Takes what is there. Goes on while it has only removed messages, or moved them to the dead-letter queue."""
    while True:
        dead_letters = _dead_letters(sqs, queue)
        take = _take(sqs.now(), queue, wish, dead_letters)
        found = await sqs.db.write(_work(sqs, queue, take, wish))
        if found.deliveries:
            sqs.traffic.received[queue.id] += len(found.deliveries)
        has_progress = bool(found.deliveries or found.moved or found.removed)
        if queue.id in sqs.waiters:
            due = next_due(sqs, queue)
            # What is due and was not given out (too many are in flight) must not wake a receiver again and again.
            if has_progress or (due or 0) > take.now:
                sqs.waiters.due(queue.id, due)
        if found.moved and dead_letters:
            sqs.waiters.wake(dead_letters.id, found.moved)
        if found.deliveries or not has_progress:
            return found.deliveries


def _take(now: int, queue: Queue, wish: Wish, dead_letters: Queue | None) -> Take:
    visibility = queue.visibility_ms if wish.visibility_ms is None else wish.visibility_ms
    return Take(
        queue.partition,
        now,
        now + visibility,
        wish.limit,
        now - queue.retention_ms,
        queue.redrive.max_receive_count if dead_letters and queue.redrive else 0,
        dead_letters.partition if dead_letters else 0,
        queue.arn,
    )


def _work(sqs: Sqs, queue: Queue, take: Take, wish: Wish) -> Callable[[Connection], Taken]:
    def work(connection: Connection) -> Taken:
        if wish.attempt and (repeated := fifo.repeat_attempt(connection, take, wish.attempt)):
            return Taken(repeated, 0, 0)
        room = _room(sqs, connection, take)
        if room == 0 and not queue.is_fifo:
            raise errors.OVER_LIMIT()
        receive = fifo.receive if queue.is_fifo else messages.receive
        taken = receive(connection, take._replace(limit=min(take.limit, room)))
        # Counted here, though the commit may fail: too high a bound does no harm.
        sqs.in_flight[take.partition] += len(taken.deliveries)
        if wish.attempt and taken.deliveries:
            until = take.now + limits.RECEIVE_ATTEMPT_MS
            fifo.remember_attempt(connection, take, wish.attempt, until, taken.deliveries)
        return taken

    return work


def _room(sqs: Sqs, connection: Connection, take: Take) -> int:
    """How many more messages may be in flight; they are counted only where it could be fewer than asked for."""
    bound = sqs.in_flight.get(take.partition)
    if bound is None or bound + take.limit > limits.IN_FLIGHT:
        bound = messages.count_in_flight(connection, take.partition, take.now, limits.IN_FLIGHT)
        sqs.in_flight[take.partition] = bound
    return limits.IN_FLIGHT - bound


def next_due(sqs: Sqs, queue: Queue) -> int | None:
    """When the next message can be received, or since when."""
    read = fifo.next_available if queue.is_fifo else messages.next_visible
    with sqs.db.snapshot() as connection:
        return read(connection, queue.partition)


def _dead_letters(sqs: Sqs, queue: Queue) -> Queue | None:
    if queue.redrive is None:
        return None
    address = redrive.address(queue.redrive.target_arn)
    return sqs.find(address) if address else None


_SYSTEM: dict[str, Callable[[Delivery], Any]] = {
    "SenderId": lambda delivery: delivery.sender,
    "SentTimestamp": lambda delivery: delivery.sent_at,
    "ApproximateReceiveCount": lambda delivery: delivery.receives + delivery.earlier_receives + 1,
    "ApproximateFirstReceiveTimestamp": lambda delivery: delivery.first_received_at,
    "SequenceNumber": lambda delivery: (
        drafts.sequence_number(delivery.row) if delivery.group_row is not None else None
    ),
    "MessageDeduplicationId": lambda delivery: delivery.deduplication_id,
    "MessageGroupId": lambda delivery: delivery.group,
    "AWSTraceHeader": lambda delivery: delivery.trace,
    "DeadLetterQueueSourceArn": lambda delivery: delivery.source_arn,
}


def system_attributes(delivery: Delivery, wanted: frozenset[str]) -> dict[str, str]:
    """The system attributes of a message that is given out once more than it was before."""
    values = ((name, _SYSTEM[name](delivery)) for name in wanted)
    return {name: str(value) for name, value in values if value is not None}


def message(sqs: Sqs, queue: Queue, wish: Wish, delivery: Delivery) -> Params:
    """A message as its receiver gets it."""
    message: Params = {
        "MessageId": delivery.message_id,
        "ReceiptHandle": sqs.receipts.issue(queue.id, delivery.row, delivery.receives + 1),
        "MD5OfBody": delivery.md5,
        "Body": delivery.body,
    }
    if wish.system:
        message["Attributes"] = system_attributes(delivery, wish.system)
    if wish.attributes and delivery.attributes is not None:
        chosen = contents.select(contents.unpack(delivery.attributes), wish.attributes)
        if chosen:
            message["MessageAttributes"] = chosen
            message["MD5OfMessageAttributes"] = contents.attributes_md5(chosen)
    return message


def _wish(queue: Queue, params: Params) -> Wish:
    limit = params.get("MaxNumberOfMessages")
    if limit is None:
        limit = 1
    if not 1 <= limit <= limits.MESSAGES_RECEIVED:
        raise errors.invalid_value(
            limit, "MaxNumberOfMessages", "Must be between 1 and 10, if provided."
        )
    visibility = _within(params, "VisibilityTimeout", limits.VISIBILITY_S)
    wait = _within(params, "WaitTimeSeconds", limits.WAIT_S)
    return Wish(
        limit,
        None if visibility is None else visibility * 1000,
        queue.wait_ms if wait is None else wait * 1000,
        _attempt(queue, params),
        _system(params),
        params.get("MessageAttributeNames") or [],
    )


def _within(params: Params, name: str, allowed: tuple[int, int]) -> int | None:
    value: int | None = params.get(name)
    if value is not None and not allowed[0] <= value <= allowed[1]:
        raise errors.invalid_value(
            value, name, f"Must be >= {allowed[0]} and <= {allowed[1]}, if provided."
        )
    return value


def _attempt(queue: Queue, params: Params) -> str | None:
    attempt: str | None = params.get("ReceiveRequestAttemptId")
    if not attempt:
        return None
    if not queue.is_fifo:
        raise errors.not_for_this_queue(attempt, "ReceiveRequestAttemptId")
    return drafts.token(attempt, "ReceiveRequestAttemptId")


EVERY = frozenset(_SYSTEM)


def _system(params: Params) -> frozenset[str]:
    """The system attributes that are asked for, by the newer name of the parameter or the older one."""
    names = params.get("MessageSystemAttributeNames") or ()
    older = params.get("AttributeNames") or ()
    if not names and not older:
        return frozenset()
    wanted = frozenset((*names, *older))
    if "All" in wanted:
        return EVERY
    # The older parameter is typed with the attributes of queues, which say nothing of a message.
    for name in wanted - EVERY - attributes.NAMES:
        raise errors.INVALID_ATTRIBUTE_NAME(f"Unknown Attribute {name}.")
    return wanted & EVERY
