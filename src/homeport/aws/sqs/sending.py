"""SendMessage, SendMessageBatch.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
"""

from __future__ import annotations

from typing import Any

from homeport.aws.protocol.call import AwsError, Call, Params
from homeport.aws.sqs import errors, limits
from homeport.aws.sqs.engine import batches, drafts
from homeport.aws.sqs.engine.drafts import Draft
from homeport.aws.sqs.engine.queue import Queue
from homeport.aws.sqs.sqs import Sqs
from homeport.aws.sqs.store import fifo, messages
from homeport.aws.sqs.store.fifo import Sent
from homeport.aws.sqs.store.messages import Connection


async def send_message(sqs: Sqs, call: Call, params: Params) -> Params:
    """SendMessage"""
    queue = sqs.queue(call, params)
    draft = drafts.draft(queue, params, sqs.ids(), call.account)
    now = sqs.now()
    if queue.is_fifo:
        sent = await sqs.db.write(lambda connection: insert_fifo(connection, queue, draft, now))
    else:
        partition = queue.partition
        await sqs.db.write(lambda connection: messages.insert(connection, partition, draft, now))
        sent = None
    _tell(sqs, queue, [draft], now)
    return _answer(draft, sent)


async def send_message_batch(sqs: Sqs, call: Call, params: Params) -> Params:
    """SendMessageBatch"""
    queue = sqs.queue(call, params)
    entries: list[dict[str, Any]] = params["Entries"]
    batches.check(entries, "SendMessageBatchRequestEntry")
    if queue.is_fifo:
        for entry in entries:
            drafts.check_fifo(queue, entry, errors.INVALID_PARAMETER)
    checked, failed = _drafts(sqs, call, queue, entries)
    _check_total(entries, checked)
    now = sqs.now()
    sent = await sqs.db.write(
        lambda connection: [_insert(connection, queue, draft, now) for draft in checked.values()]
    )
    _tell(sqs, queue, list(checked.values()), now)
    successful = [
        {"Id": key} | _answer(draft, result if queue.is_fifo else None)
        for (key, draft), result in zip(checked.items(), sent, strict=True)
    ]
    return {"Successful": successful, "Failed": failed}


def _drafts(
    sqs: Sqs, call: Call, queue: Queue, entries: list[dict[str, Any]]
) -> tuple[dict[str, Draft], list[dict[str, Any]]]:
    checked: dict[str, Draft] = {}
    failed: list[dict[str, Any]] = []
    for entry in entries:
        try:
            checked[entry["Id"]] = drafts.draft(queue, entry, sqs.ids(), call.account)
        except AwsError as error:
            failed.append(batches.failed(entry, error))
    return checked, failed


def _check_total(entries: list[dict[str, Any]], checked: dict[str, Draft]) -> None:
    total = sum(
        checked[entry["Id"]].size
        if entry["Id"] in checked
        else len(entry["MessageBody"].encode(errors="replace"))
        for entry in entries
    )
    if total > limits.BATCH_BYTES:
        raise errors.BATCH_TOO_LONG(
            f"Batch requests cannot be longer than {limits.BATCH_BYTES} bytes. You have sent {total} bytes."
        )


def _insert(connection: Connection, queue: Queue, draft: Draft, now: int) -> Sent:
    if queue.is_fifo:
        return insert_fifo(connection, queue, draft, now)
    return Sent(
        messages.insert(connection, queue.partition, draft, now), draft.message_id, is_new=True
    )


def insert_fifo(connection: Connection, queue: Queue, draft: Draft, now: int) -> Sent:
    """Keeps a message of a FIFO queue, or finds it sent before."""
    scope = draft.group or "" if queue.is_per_group else ""
    until = now + limits.DEDUPLICATION_MS
    return fifo.insert(connection, queue.id, queue.partition, draft, now, scope, until)


def _tell(sqs: Sqs, queue: Queue, sent: list[Draft], now: int) -> None:
    """Wakes the receivers that wait for the messages, now or when their delay ends."""
    sqs.traffic.sent[queue.id] += len(sent)
    if queue.id not in sqs.waiters:
        return
    sqs.waiters.wake(queue.id, sum(1 for draft in sent if draft.delay_ms == 0))
    delays = [draft.delay_ms for draft in sent if draft.delay_ms]
    if delays:
        sqs.waiters.due(queue.id, now + min(delays))


def _answer(draft: Draft, sent: Sent | None) -> Params:
    answer: Params = {"MD5OfMessageBody": draft.md5, "MessageId": draft.message_id}
    if draft.attributes_md5 is not None:
        answer["MD5OfMessageAttributes"] = draft.attributes_md5
    if draft.system_md5 is not None:
        answer["MD5OfMessageSystemAttributes"] = draft.system_md5
    if sent is not None:
        answer["MessageId"] = sent.message_id
        answer["SequenceNumber"] = drafts.sequence_number(sent.row)
    return answer
