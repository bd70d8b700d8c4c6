"""The operations of Amazon SQS, by their name in the model."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable

from homeport.aws.protocol.call import Call, Params, Service
from homeport.aws.sqs import inflight, moving, receiving, sending
from homeport.aws.sqs.queues import permissions, queue, tagging
from homeport.aws.sqs.sqs import Sqs

Function = Callable[[Sqs, Call, Params], Params | Awaitable[Params]]

TABLE: dict[str, Function] = {
    "AddPermission": permissions.add_permission,
    "CancelMessageMoveTask": moving.cancel_message_move_task,
    "ChangeMessageVisibility": inflight.change_message_visibility,
    "ChangeMessageVisibilityBatch": inflight.change_message_visibility_batch,
    "CreateQueue": queue.create_queue,
    "DeleteMessage": inflight.delete_message,
    "DeleteMessageBatch": inflight.delete_message_batch,
    "DeleteQueue": queue.delete_queue,
    "GetQueueAttributes": queue.get_queue_attributes,
    "GetQueueUrl": queue.get_queue_url,
    "ListDeadLetterSourceQueues": queue.list_dead_letter_source_queues,
    "ListMessageMoveTasks": moving.list_message_move_tasks,
    "ListQueueTags": tagging.list_queue_tags,
    "ListQueues": queue.list_queues,
    "PurgeQueue": queue.purge_queue,
    "ReceiveMessage": receiving.receive_message,
    "RemovePermission": permissions.remove_permission,
    "SendMessage": sending.send_message,
    "SendMessageBatch": sending.send_message_batch,
    "SetQueueAttributes": queue.set_queue_attributes,
    "StartMessageMoveTask": moving.start_message_move_task,
    "TagQueue": tagging.tag_queue,
    "UntagQueue": tagging.untag_queue,
}


def service(sqs: Sqs) -> Service:
    """SQS for the dispatcher; goes on with what an earlier process left unfinished."""
    moving.resume(sqs)
    return Service("sqs", {name: functools.partial(work, sqs) for name, work in TABLE.items()})
