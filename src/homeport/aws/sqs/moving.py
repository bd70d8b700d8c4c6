"""StartMessageMoveTask, CancelMessageMoveTask, ListMessageMoveTasks.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
"""

from __future__ import annotations

import base64
import binascii
import functools
import json

from homeport.aws.protocol.call import AwsError, Call, Params
from homeport.aws.sqs import errors, limits
from homeport.aws.sqs.engine import redrive
from homeport.aws.sqs.engine.queue import Queue
from homeport.aws.sqs.sqs import Sqs
from homeport.aws.sqs.store import messages, queues, tasks
from homeport.aws.sqs.store.tasks import Task

STEP = 100
"""Messages that are moved in one write where no rate is given."""
STEPS_A_SECOND = 10
"""Steps in which a given rate is kept."""


async def start_message_move_task(sqs: Sqs, call: Call, params: Params) -> Params:
    """StartMessageMoveTask"""
    source = _resource(sqs, call, params["SourceArn"], "SourceArn")
    if not queues.sources(sqs.db.query, source.arn, "", 1):
        raise errors.INVALID_PARAMETER("Source queue must be configured as a Dead Letter Queue.")
    destination = params.get("DestinationArn")
    if destination:
        target = _resource(sqs, call, destination, "DestinationArn")
        if target.is_fifo != source.is_fifo or target.id == source.id:
            raise errors.INVALID_PARAMETER("Value for parameter DestinationArn is invalid.")
    rate = params.get("MaxNumberOfMessagesPerSecond")
    if rate is not None and not 1 <= rate <= limits.MOVE_RATE:
        raise errors.INVALID_PARAMETER(
            "Value for parameter MaxNumberOfMessagesPerSecond is invalid. "
            f"It must be between 1 and {limits.MOVE_RATE}."
        )
    now = sqs.now()
    counts = await sqs.db.scan(
        lambda connection: messages.count(queues.reader(connection), source.partition, now)
    )
    new = Task(
        0, sqs.ids(), source.arn, destination, rate, tasks.RUNNING, 0, counts.visible, now, None
    )
    task = await sqs.db.write(lambda connection: tasks.start(connection, new))
    if task is None:
        raise errors.INVALID_PARAMETER(
            "There is already a task running. "
            "Only one active task is allowed for a source queue arn at a given time."
        )
    sqs.spawn(_run(sqs, task))
    return {"TaskHandle": _handle(task)}


async def cancel_message_move_task(sqs: Sqs, call: Call, params: Params) -> Params:
    """CancelMessageMoveTask"""
    task_id, source_arn = _read(params["TaskHandle"])
    _resource(sqs, call, source_arn, "SourceArn")
    task = tasks.find(sqs.db.query, task_id)
    if task is None or task.source_arn != source_arn:
        raise errors.NO_RESOURCE("Task does not exist.")
    if not await sqs.db.write(lambda connection: tasks.end(connection, task, tasks.CANCELLED)):
        raise errors.INVALID_PARAMETER("Only active tasks can be cancelled.")
    ended = tasks.find(sqs.db.query, task_id) or task
    return {"ApproximateNumberOfMessagesMoved": ended.moved}


def list_message_move_tasks(sqs: Sqs, call: Call, params: Params) -> Params:
    """ListMessageMoveTasks"""
    source = _resource(sqs, call, params["SourceArn"], "SourceArn")
    limit = params.get("MaxResults") or 1
    if not 1 <= limit <= limits.MOVE_TASKS_LISTED:
        raise errors.INVALID_PARAMETER("Value for parameter MaxResults is invalid.")
    return {"Results": [_entry(task) for task in tasks.listed(sqs.db.query, source.arn, limit)]}


def resume(sqs: Sqs) -> None:
    """Goes on with the tasks that an earlier process left unfinished."""
    for task in tasks.running(sqs.db.query):
        sqs.spawn(_run(sqs, task))


async def _run(sqs: Sqs, task: Task) -> None:
    limit = STEP if task.rate is None else max(1, task.rate // STEPS_A_SECOND)
    goes_on = True
    while goes_on:
        if task.rate is not None:
            await sqs.clock.sleep(limit / task.rate)
        reached, goes_on = await sqs.db.write(
            functools.partial(tasks.step, task=task, limit=limit, now=sqs.now(), ids=sqs.ids)
        )
        for queue in reached:
            sqs.waiters.wake(queue, limit)


def _entry(task: Task) -> Params:
    entry: Params = {
        "Status": task.status,
        "SourceArn": task.source_arn,
        "DestinationArn": task.destination_arn,
        "MaxNumberOfMessagesPerSecond": task.rate,
        "ApproximateNumberOfMessagesMoved": task.moved,
        "ApproximateNumberOfMessagesToMove": task.to_move,
        "StartedTimestamp": task.started_at,
        "FailureReason": task.failure,
    }
    if task.status == tasks.RUNNING:
        entry["TaskHandle"] = _handle(task)
    return {name: value for name, value in entry.items() if value is not None}


def _resource(sqs: Sqs, call: Call, arn: str, parameter: str) -> Queue:
    address = redrive.address(arn)
    if address is None:
        raise errors.INVALID_PARAMETER(
            f"You must use this format to specify the {parameter}: "
            "arn:<partition>:<service>:<region>:<account-id>:<resource-id>"
        )
    queue = sqs.find(address) if address.region == call.region else None
    if queue is None:
        raise errors.NO_RESOURCE(
            f"The resource that you specified for the {parameter} parameter doesn't exist."
        )
    return queue


def _handle(task: Task) -> str:
    content = json.dumps({"taskId": task.task_id, "sourceArn": task.source_arn})
    return base64.b64encode(content.encode()).decode()


def _read(handle: str) -> tuple[str, str]:
    try:
        content = json.loads(base64.b64decode(handle, validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _invalid_handle() from error
    if isinstance(content, dict):
        task_id, source_arn = content.get("taskId"), content.get("sourceArn")
        if isinstance(task_id, str) and task_id.isascii() and isinstance(source_arn, str):
            return task_id, source_arn
    raise _invalid_handle()


def _invalid_handle() -> AwsError:
    return errors.INVALID_PARAMETER("Value for parameter TaskHandle is invalid.")
