"""Messages that other services of AWS send: many to many queues in one commit.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-create-queue-sns-topic.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from homeport.aws.protocol.call import AwsError
from homeport.aws.sqs import errors, sending
from homeport.aws.sqs.engine import contents, drafts, redrive
from homeport.aws.sqs.engine.drafts import Draft
from homeport.aws.sqs.engine.queue import Queue
from homeport.aws.sqs.sqs import Sqs
from homeport.aws.sqs.store import messages
from homeport.aws.sqs.store.messages import Addressed, Connection

SNS = "AIDAIT2UOQQY3AUEKVGXU"
"""The sender of what SNS delivers: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html (as receivers get it of SNS)."""
S3 = "AROA4R74ZO52XAB5OD7T4:S3-PROD-END"
"""The sender of S3's events in us-east-1, as receivers get it; other regions have other ids before the colon."""


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


def find(sqs: Sqs, arn: str) -> Queue | None:
    """The queue of an ARN; None where there is none."""
    address = redrive.address(arn)
    return None if address is None else sqs.find(address)


async def deliver(sqs: Sqs, entries: Sequence[QueueEntry]) -> list[AwsError | None]:
    """Sends all entries in one commit, and returns an error for each that could not be sent."""
    now = sqs.now()
    results: list[AwsError | None] = []
    queues: list[Queue] = []
    plain: list[Addressed] = []
    ordered: list[tuple[Queue, Draft]] = []
    prepare = _Preparation(sqs)
    for entry in entries:
        queue = prepare.queue(entry.arn)
        found = errors.QUEUE_DOES_NOT_EXIST() if queue is None else prepare.draft(queue, entry)
        results.append(found if isinstance(found, AwsError) else None)
        if queue is None or isinstance(found, AwsError):
            continue
        queues.append(queue)
        if queue.is_fifo:
            found.message_id = sqs.ids()
            ordered.append((queue, found))
        else:
            plain.append(Addressed(queue.partition, found, sqs.ids()))

    def work(connection: Connection) -> None:
        messages.insert_all(connection, plain, now)
        for queue, draft in ordered:
            sending.insert_fifo(connection, queue, draft, now)

    if queues:
        await sqs.db.write(work)
        _tell(sqs, queues, now)
    return results


class _Preparation:
    """Looks queues up and checks messages; what is alike in many of them only once."""

    def __init__(self, sqs: Sqs) -> None:
        self._sqs = sqs
        self._queues: dict[str, Queue | None] = {}
        self._drafts: dict[tuple[Any, ...], Draft | AwsError] = {}
        self._forms: dict[tuple[Any, ...], Draft] = {}

    def queue(self, arn: str) -> Queue | None:
        """The queue of an ARN."""
        if arn in self._queues:
            return self._queues[arn]
        queue = self._queues[arn] = find(self._sqs, arn)
        return queue

    def draft(self, queue: Queue, entry: QueueEntry) -> Draft | AwsError:
        """The message, or why it is refused. A draft of a standard queue is shared, and its id is not used."""
        if queue.is_fifo:
            return _draft(queue, entry)
        # The entries hold these objects, so that no other can have the same identity meanwhile.
        form = (id(entry.attributes), *entry[3:], queue.maximum_size, queue.delay_ms)
        key = (id(entry.body), *form)
        found = self._drafts.get(key)
        if found is None:
            found = self._drafts[key] = self._new(queue, entry, form)
        return found

    def _new(self, queue: Queue, entry: QueueEntry, form: tuple[Any, ...]) -> Draft | AwsError:
        """A draft like others of its form, of which only the body is still to be looked at."""
        known = self._forms.get(form)
        body = entry.body
        if known is None or not body or not body.isascii():
            made = _draft(queue, entry)
            if isinstance(made, Draft):
                self._forms[form] = made
            return made
        size = known.size - contents.size(known.body) + len(body)
        if size > queue.maximum_size:
            return _draft(queue, entry)
        try:
            contents.check_text(body)
        except AwsError as error:
            return error
        return Draft(
            "",
            body,
            contents.md5(body),
            size,
            known.delay_ms,
            known.sender,
            known.group,
            known.deduplication_id,
            known.trace,
            known.attributes,
            known.attributes_md5,
            known.system_md5,
        )


def _draft(queue: Queue, entry: QueueEntry) -> Draft | AwsError:
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
        return drafts.draft(queue, said, "", _sender(entry.source_arn))
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


def _tell(sqs: Sqs, queues: Iterable[Queue], now: int) -> None:
    """Wakes the receivers that wait, now or at the end of the queue's delay."""
    by_id: dict[int, Queue] = {}
    counts: Counter[int] = Counter()
    for queue in queues:
        if queue.id in sqs.waiters:
            by_id[queue.id] = queue
            counts[queue.id] += 1
    for number, count in counts.items():
        delay_ms = by_id[number].delay_ms
        if delay_ms:
            sqs.waiters.due(number, now + delay_ms)
        else:
            sqs.waiters.wake(number, count)
