"""What a receiver does with messages it has: DeleteMessage, ChangeMessageVisibility, and their batches.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from homeport.aws.protocol.call import AwsError, Call, Params
from homeport.aws.sqs.engine import batches, visibility
from homeport.aws.sqs.engine.queue import Queue
from homeport.aws.sqs.engine.receipts import Receipt
from homeport.aws.sqs.sqs import Sqs
from homeport.aws.sqs.store import fifo, messages
from homeport.aws.sqs.store.messages import Connection

Entry = dict[str, Any]
Step = Callable[[Connection], Any]


async def delete_message(sqs: Sqs, call: Call, params: Params) -> Params:
    """DeleteMessage"""
    queue = sqs.queue(call, params)
    is_deleted = await sqs.db.write(_deletion(sqs, queue, params))
    _free(sqs, queue, int(is_deleted))
    return {}


async def delete_message_batch(sqs: Sqs, call: Call, params: Params) -> Params:
    """DeleteMessageBatch"""
    queue = sqs.queue(call, params)
    entries: list[Entry] = params["Entries"]
    batches.check(entries, "DeleteMessageBatchRequestEntry")
    results = await _each(sqs, entries, lambda entry: _deletion(sqs, queue, entry))
    _free(sqs, queue, sum(result is True for result in results))
    return _summary(entries, results)


async def delete(sqs: Sqs, queue: Queue, handles: Sequence[str]) -> None:
    """Deletes messages in one write, as many as there are; those are left of which the handle no longer holds."""
    entries: list[Entry] = [{"ReceiptHandle": handle} for handle in handles]
    results = await _each(sqs, entries, lambda entry: _deletion(sqs, queue, entry))
    _free(sqs, queue, sum(result is True for result in results))


def _deletion(sqs: Sqs, queue: Queue, entry: Entry) -> Callable[[Connection], bool]:
    handle: str = entry["ReceiptHandle"]
    receipt = sqs.receipts.read(handle, queue.id)
    if queue.is_fifo:
        now = sqs.now()
        return lambda connection: _delete_fifo(connection, queue, receipt, handle, now)
    partition = queue.partition
    return lambda connection: messages.delete(connection, partition, receipt)


def _delete_fifo(
    connection: Connection, queue: Queue, receipt: Receipt, handle: str, now: int
) -> bool:
    state = messages.state(connection, queue.partition, receipt.row)
    if state is None:
        return False
    if visibility.is_expired(receipt, state.receives, state.visible_at, now):
        raise visibility.expired(handle)
    fifo.remove(connection, receipt.row, state.group_row or 0)
    return True


def _free(sqs: Sqs, queue: Queue, deleted: int) -> None:
    """Counts messages out, and lets those look who wait for the rest of their groups."""
    if deleted:
        sqs.traffic.deleted[queue.id] += deleted
    if deleted and queue.partition in sqs.in_flight:
        left = sqs.in_flight[queue.partition] - deleted
        if left >= 0:
            sqs.in_flight[queue.partition] = left
        else:
            del sqs.in_flight[queue.partition]
    if queue.is_fifo:
        sqs.waiters.wake(queue.id, deleted)


async def change_message_visibility(sqs: Sqs, call: Call, params: Params) -> Params:
    """ChangeMessageVisibility"""
    queue = sqs.queue(call, params)
    visible_at = await sqs.db.write(_change(sqs, queue, params))
    sqs.waiters.due(queue.id, visible_at)
    return {}


async def change_message_visibility_batch(sqs: Sqs, call: Call, params: Params) -> Params:
    """ChangeMessageVisibilityBatch"""
    queue = sqs.queue(call, params)
    entries: list[Entry] = params["Entries"]
    batches.check(entries, "ChangeMessageVisibilityBatchRequestEntry")
    results = await _each(sqs, entries, lambda entry: _change(sqs, queue, entry))
    changed = [result for result in results if isinstance(result, int)]
    if changed:
        sqs.waiters.due(queue.id, min(changed))
    return _summary(entries, results)


def _change(sqs: Sqs, queue: Queue, entry: Entry) -> Callable[[Connection], int]:
    handle: str = entry["ReceiptHandle"]
    timeout_s: int = entry.get("VisibilityTimeout") or 0
    receipt = sqs.receipts.read(handle, queue.id)
    visibility.check_timeout(timeout_s)
    now = sqs.now()

    def work(connection: Connection) -> int:
        state = messages.state(connection, queue.partition, receipt.row)
        if state is None or (not queue.is_fifo and state.receives != receipt.receives):
            raise visibility.not_available(handle)
        if queue.is_fifo and visibility.is_expired(receipt, state.receives, state.visible_at, now):
            raise visibility.expired(handle)
        visibility.check_total(timeout_s, state.received_at, now)
        visible_at = now + timeout_s * 1000
        messages.set_visible(connection, receipt.row, visible_at)
        if state.group_row is not None:
            fifo.refresh(connection, state.group_row)
        if state.visible_at <= now:
            sqs.in_flight[queue.partition] = sqs.in_flight.get(queue.partition, 0) + 1
        return visible_at

    return work


async def _each(sqs: Sqs, entries: list[Entry], prepare: Callable[[Entry], Step]) -> list[Any]:
    """Runs one step for each entry in one write; an entry that is refused gives its error instead."""
    steps: list[Step | AwsError] = []
    for entry in entries:
        try:
            steps.append(prepare(entry))
        except AwsError as error:
            steps.append(error)
    return await sqs.db.write(lambda connection: [_try(connection, step) for step in steps])


def _try(connection: Connection, step: Step | AwsError) -> Any:
    if isinstance(step, AwsError):
        return step
    try:
        return step(connection)
    except AwsError as error:
        return error


def _summary(entries: list[Entry], results: list[Any]) -> Params:
    pairs = list(zip(entries, results, strict=True))
    return {
        "Successful": [{"Id": e["Id"]} for e, result in pairs if not isinstance(result, AwsError)],
        "Failed": [
            batches.failed(e, result) for e, result in pairs if isinstance(result, AwsError)
        ],
    }
