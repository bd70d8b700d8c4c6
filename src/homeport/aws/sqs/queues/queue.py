"""The queues themselves: create, delete, list, find, purge, and their attributes.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

import base64
import binascii
import functools
import re

from homeport.aws.protocol.call import Call, Params
from homeport.aws.sqs import errors, limits
from homeport.aws.sqs.engine import attributes, redrive
from homeport.aws.sqs.engine.queue import Queue
from homeport.aws.sqs.engine.redrive import Address
from homeport.aws.sqs.queues import tagging
from homeport.aws.sqs.sqs import Sqs
from homeport.aws.sqs.store import messages, queues

NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
FIFO_NAME = re.compile(r"[A-Za-z0-9_-]{1,75}\.fifo")
COUNTED_AT_ONCE = 10_000
"""More messages than this are counted in a thread."""


async def create_queue(sqs: Sqs, call: Call, params: Params) -> Params:
    """CreateQueue"""
    name: str = params["QueueName"]
    requested: dict[str, str] = params.get("Attributes") or {}
    is_fifo = _check_name(name, requested)
    address = Address(call.account, call.region, name)
    settings = attributes.change({}, requested, is_fifo=is_fifo)
    tags: dict[str, str] = params.get("tags") or {}
    tagging.check(tags)
    while True:
        existing = sqs.find(address)
        if existing is not None:
            _check_same(existing, requested)
            return {"QueueUrl": url(call, call.account, name)}
        now = sqs.now()
        queue = Queue(0, 0, *address[:2], name, settings, tags, now, now, 0)
        _check_redrive(sqs, queue, requested)
        if await sqs.change(address, functools.partial(queues.insert, queue=queue)):
            return {"QueueUrl": url(call, call.account, name)}


def _check_name(name: str, requested: dict[str, str]) -> bool:
    is_fifo = requested.get("FifoQueue") == "true"
    if is_fifo and not FIFO_NAME.fullmatch(name):
        raise errors.INVALID_PARAMETER(
            "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
            "must end with .fifo suffix and be 1 to 80 in length."
        )
    if not is_fifo and not NAME.fullmatch(name):
        raise errors.INVALID_PARAMETER(
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
        )
    return is_fifo


def _check_same(existing: Queue, requested: dict[str, str]) -> None:
    name = attributes.first_difference(existing.attributes, requested)
    if name is not None:
        raise errors.QUEUE_NAME_EXISTS(
            f"A queue already exists with the same name and a different value for attribute {name}"
        )


def _check_redrive(sqs: Sqs, queue: Queue, requested: dict[str, str]) -> None:
    value = requested.get("RedrivePolicy")
    if not value:
        return
    policy = redrive.parse(value)
    target = redrive.address(policy.target_arn)
    dead_letters = sqs.find(target) if target else None
    if dead_letters is None:
        raise errors.invalid_value(value, "RedrivePolicy", "Dead letter target does not exist.")
    source = Address(queue.account, queue.region, queue.name)
    redrive.check_target(source, value, policy, dead_letters.attributes.get("RedriveAllowPolicy"))


def url(call: Call, account: str, name: str) -> str:
    """The URL of a queue, with the scheme, host and port under which the client has called."""
    request = call.request
    return f"{request.scheme}://{request.headers.get('host', 'localhost')}/{account}/{name}"


async def delete_queue(sqs: Sqs, call: Call, params: Params) -> Params:
    """DeleteQueue. The name can be used again at once, other than on AWS, where that takes 60 seconds."""
    queue = sqs.queue(call, params)
    address = Address(queue.account, queue.region, queue.name)
    if not await sqs.change(address, lambda connection: queues.delete(connection, queue)):
        raise errors.QUEUE_DOES_NOT_EXIST()
    sqs.waiters.wake_all(queue.id)
    sqs.spawn(sqs.sweep())
    return {}


async def purge_queue(sqs: Sqs, call: Call, params: Params) -> Params:
    """PurgeQueue"""
    queue = sqs.queue(call, params)
    now = sqs.now()
    refusal = errors.PURGE_IN_PROGRESS(
        f"Only one PurgeQueue operation on {queue.name} is allowed every 60 seconds."
    )
    if now - queue.purged_at < limits.PURGE_INTERVAL_MS:
        raise refusal
    address = Address(queue.account, queue.region, queue.name)
    if not await sqs.change(address, lambda connection: queues.empty(connection, queue, now)):
        raise refusal
    sqs.spawn(sqs.sweep())
    return {}


def get_queue_url(sqs: Sqs, call: Call, params: Params) -> Params:
    """GetQueueUrl"""
    account = params.get("QueueOwnerAWSAccountId") or call.account
    name = params["QueueName"]
    if not name:
        raise errors.INVALID_PARAMETER(
            "Value for parameter QueueName is invalid. Reason: Must specify a queue name."
        )
    if sqs.find(Address(account, call.region, name)) is None:
        raise errors.QUEUE_DOES_NOT_EXIST()
    return {"QueueUrl": url(call, account, name)}


def list_queues(sqs: Sqs, call: Call, params: Params) -> Params:
    """ListQueues"""
    limit, after = _page(params)
    prefix: str = params.get("QueueNamePrefix") or ""
    if not prefix.isascii():
        return {}
    names = queues.page(
        sqs.db.query,
        call.account,
        call.region,
        prefix,
        after,
        limit + 1,
    )
    found = [url(call, call.account, name) for name in names[:limit]]
    answer: Params = {"QueueUrls": found} if found else {}
    return answer | _next(params, names, limit)


def list_dead_letter_source_queues(sqs: Sqs, call: Call, params: Params) -> Params:
    """ListDeadLetterSourceQueues"""
    queue = sqs.queue(call, params)
    limit, after = _page(params)
    names = queues.sources(sqs.db.query, queue.arn, after, limit + 1)
    found = [url(call, queue.account, name) for name in names[:limit]]
    # https://github.com/yavosh/pail/blob/main/test/diff/testdata/golden/sqs-dead-letter.json: list-dlq-sources-empty
    answer: Params = {"queueUrls": found} if found else {}
    return answer | _next(params, names, limit)


def _page(params: Params) -> tuple[int, str]:
    """How many names to list, and behind which."""
    limit = params.get("MaxResults")
    if limit is not None and not 1 <= limit <= limits.PAGE:
        raise errors.invalid_value(
            limit, "MaxResults", f"MaxResults must be an integer between 1 and {limits.PAGE}."
        )
    token = params.get("NextToken")
    if not token:
        return limit or limits.PAGE, ""
    try:
        return limit or limits.PAGE, base64.b64decode(token, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise errors.INVALID_PARAMETER("Invalid or expired next token.") from error


def _next(params: Params, names: list[str], limit: int) -> Params:
    """The token of the next page; AWS gives none where `MaxResults` is not set."""
    if params.get("MaxResults") is None or len(names) <= limit:
        return {}
    return {"NextToken": base64.b64encode(names[limit - 1].encode()).decode()}


async def get_queue_attributes(sqs: Sqs, call: Call, params: Params) -> Params:
    """GetQueueAttributes"""
    queue = sqs.queue(call, params)
    wanted = attributes.selected(params.get("AttributeNames") or [])
    every = queue.attributes | {
        "QueueArn": queue.arn,
        "CreatedTimestamp": str(queue.created_at // 1000),
        "LastModifiedTimestamp": str(queue.modified_at // 1000),
    }
    if not wanted.isdisjoint(attributes.COUNTS):
        counts = await _count(sqs, queue)
        every |= dict(zip(attributes.COUNTS, map(str, counts), strict=True))
    return {"Attributes": {name: value for name, value in every.items() if name in wanted}}


async def _count(sqs: Sqs, queue: Queue) -> messages.Counts:
    now = sqs.now()
    while messages.has_expired(sqs.db.query, queue.partition, now - queue.retention_ms):
        await sqs.expire(queue)
    counts = messages.count(sqs.db.query, queue.partition, now, COUNTED_AT_ONCE)
    if counts.visible < COUNTED_AT_ONCE and counts.in_flight + counts.delayed < COUNTED_AT_ONCE:
        return counts
    return await sqs.db.scan(
        lambda connection: messages.count(queues.reader(connection), queue.partition, now)
    )


async def set_queue_attributes(sqs: Sqs, call: Call, params: Params) -> Params:
    """SetQueueAttributes"""
    queue = sqs.queue(call, params)
    requested: dict[str, str] = params["Attributes"]
    if not requested:
        # https://github.com/aws-controllers-k8s/community/issues/2139, https://github.com/pulumi/pulumi-aws/issues/5677
        raise errors.missing("Attribute.Name")
    _check_redrive(sqs, queue, requested)
    await sqs.change_queue(
        call,
        params,
        lambda before: {
            "settings": attributes.change(before.settings, requested, is_fifo=before.is_fifo),
            "modified_at": sqs.now(),
        },
    )
    return {}
