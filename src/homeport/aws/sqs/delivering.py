"""Messages that other services of AWS send: many to many queues in one commit.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-create-queue-sns-topic.html
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from homeport.aws.protocol.call import AwsError
from homeport.aws.sqs import errors, sending
from homeport.aws.sqs.engine import contents, drafts, redrive
from homeport.aws.sqs.engine.drafts import Draft
from homeport.aws.sqs.engine.queue import Queue
from homeport.aws.sqs.sqs import Sqs
from homeport.aws.sqs.store import messages, shared
from homeport.aws.sqs.store.messages import Connection
from homeport.aws.sqs.store.shared import Place, Text

SNS = "AIDAIT2UOQQY3AUEKVGXU"
"""The sender of what SNS delivers: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html (as receivers get it of SNS)."""
S3 = "AROA4R74ZO52XAB5OD7T4:S3-PROD-END"
"""The sender of S3's events in us-east-1, as receivers get it; other regions have other ids before the colon."""
SHARED_FROM = 4
"""Queues from which on a text is kept once for all: for fewer the rows that this needs are not worth it."""
USUAL_SIZE = 262_144
"""Bytes that every queue takes unless it was set lower; what such a queue takes is looked at for itself."""


class QueueEntry(NamedTuple):
    """One message for one queue."""

    arn: str
    body: str
    attributes: dict[str, dict[str, Any]] | None
    group: str | None
    deduplication_id: str | None
    source_arn: str
    """What sends it: a topic, a bucket, a function."""
    trace: str | None = None
    """Value of `AWSTraceHeader`."""


class Readers(NamedTuple):
    """Many queues, and for each the part of a message that is its own."""

    arns: Sequence[str]
    own: Sequence[str]


class Broadcast(NamedTuple):
    """One message for many queues: what stands between `start` and `finish` is each one's own."""

    readers: Readers
    start: str
    finish: str
    attributes: dict[str, dict[str, Any]] | None
    group: str | None
    deduplication_id: str | None
    source_arn: str
    trace: str | None = None

    def entry(self, number: int) -> QueueEntry:
        """The message of one of the queues."""
        arns, own = self.readers
        return QueueEntry(arns[number], f"{self.start}{own[number]}{self.finish}", *self[3:])


def find(sqs: Sqs, arn: str) -> Queue | None:
    """The queue of an ARN; None where there is none."""
    address = redrive.address(arn)
    return None if address is None else sqs.find(address)


async def deliver(sqs: Sqs, entries: Sequence[QueueEntry]) -> list[AwsError | None]:
    """Sends all entries in one commit, and returns an error for each that could not be sent."""
    sent = _Sent(sqs)
    results = [sent.add(entry) for entry in entries]
    await sent.write()
    return results


async def broadcast(sqs: Sqs, many: Sequence[Broadcast]) -> list[dict[int, AwsError]]:
    """Sends all in one commit; returns for each an error for each of its queues, by its number, that could not take it."""
    sent = _Sent(sqs)
    results = [sent.add_many(one) for one in many]
    await sent.write()
    return results


class _Sent:
    """What is to be written in one commit."""

    def __init__(self, sqs: Sqs) -> None:
        self._sqs = sqs
        self._now = sqs.now()
        self._single: list[tuple[Queue, Draft]] = []
        self._shared: list[tuple[Text, Sequence[Place]]] = []
        self._known: dict[int, _Known] = {}

    def add(self, entry: QueueEntry) -> AwsError | None:
        """Takes one message, or tells why its queue does not."""
        queue = find(self._sqs, entry.arn)
        if queue is None:
            return errors.QUEUE_DOES_NOT_EXIST()
        made = _draft(queue, entry, self._sqs.ids())
        if isinstance(made, AwsError):
            return made
        self._single.append((queue, made))
        return None

    def add_many(self, one: Broadcast) -> dict[int, AwsError]:
        """Takes a message for many queues."""
        known = self._look_up(one.readers)
        alone: Sequence[int] = range(len(one.readers.arns))
        text = known.text(one)
        if text is not None:
            self._shared.append((text, known.places))
            known.messages += 1
            alone = known.others
        results = ((number, self.add(one.entry(number))) for number in alone)
        return {number: error for number, error in results if error is not None}

    def _look_up(self, readers: Readers) -> _Known:
        # The broadcasts hold these objects, so that no other can have the same identity meanwhile.
        known = self._known.get(id(readers))
        if known is None:
            known = self._known[id(readers)] = _Known(self._sqs, readers)
        return known

    async def write(self) -> None:
        """Writes all, and wakes who waits for it."""
        if self._single or self._shared:
            await self._sqs.db.write(self._work)
            self._tell()

    def _work(self, connection: Connection) -> None:
        shared.insert(connection, self._shared, self._sqs.ids, self._now)
        for queue, draft in self._single:
            if queue.is_fifo:
                sending.insert_fifo(connection, queue, draft, self._now)
            else:
                messages.insert(connection, queue.partition, draft, self._now)

    def _tell(self) -> None:
        """Wakes the receivers that wait, now or at the end of the queue's delay."""
        counts: Counter[tuple[int, int]] = Counter()
        for queue, _ in self._single:
            counts[queue.id, queue.delay_ms] += 1
        for known in self._known.values():
            for queue in known.queues if known.messages else ():
                counts[queue.id, queue.delay_ms] += known.messages
        waiters, sent = self._sqs.waiters, self._sqs.traffic.sent
        for (number, delay_ms), count in counts.items():
            sent[number] += count
            if delay_ms:
                waiters.due(number, self._now + delay_ms)
            else:
                waiters.wake(number, count)


class _Known:
    """Readers looked up: those whose queues can share a text, and the numbers of the others."""

    def __init__(self, sqs: Sqs, readers: Readers) -> None:
        self.messages = 0
        self.queues: list[Queue] = []
        self.places: list[Place] = []
        self.others: list[int] = []
        for number, (arn, own) in enumerate(zip(*readers, strict=True)):
            queue = find(sqs, arn)
            if queue is not None and _can_share(queue, own):
                self.queues.append(queue)
                self.places.append(Place(queue.partition, queue.delay_ms, own))
            else:
                self.others.append(number)
        self._longest = max((place.own for place in self.places), key=len, default="")

    def text(self, one: Broadcast) -> Text | None:
        """What they keep together; None where each message is to be looked at by itself."""
        if len(self.queues) < SHARED_FROM:
            return None
        strictest = min(self.queues, key=_maximum_size)
        body = f"{one.start}{self._longest}{one.finish}"
        made = _draft(strictest, QueueEntry("", body, *one[3:]), "")
        if isinstance(made, AwsError):
            return None
        return Text(made.sender, made.group, made.trace, made.attributes, one.start, one.finish)


def _can_share(queue: Queue, own: str) -> bool:
    is_usual = not queue.is_fifo and queue.maximum_size >= USUAL_SIZE
    return is_usual and own.isascii() and own.isprintable()


_maximum_size = operator.attrgetter("maximum_size")


def _draft(queue: Queue, entry: QueueEntry, message_id: str) -> Draft | AwsError:
    said: dict[str, Any] = {
        "MessageBody": entry.body,
        "MessageAttributes": entry.attributes,
        "MessageGroupId": entry.group,
        "MessageDeduplicationId": entry.deduplication_id,
    }
    if entry.trace is not None:
        trace = {"DataType": "String", "StringValue": entry.trace}
        said["MessageSystemAttributes"] = {contents.SYSTEM_ATTRIBUTE: trace}
    try:
        return drafts.draft(queue, said, message_id, _sender(entry.source_arn))
    except AwsError as error:
        return error


def _sender(source_arn: str) -> str:
    """The `SenderId` of a service; of an account's own resources it is the account, as of anybody who sends for it."""
    parts = source_arn.split(":", 5)
    service = parts[2] if len(parts) == 6 else ""
    if service in _SENDERS:
        return _SENDERS[service]
    return parts[4] if len(parts) == 6 else ""


_SENDERS = {"sns": SNS, "s3": S3}
