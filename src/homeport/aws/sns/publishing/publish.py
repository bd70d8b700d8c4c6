"""Publish: a message and the deliveries of it, in one commit.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from homeport.aws.protocol.call import Call, Params
from homeport.aws.sns import errors, limits
from homeport.aws.sns.engine import arns, drafts
from homeport.aws.sns.engine.drafts import Draft
from homeport.aws.sns.engine.filtering import Subject
from homeport.aws.sns.engine.model import Message, Topic
from homeport.aws.sns.mobile import sending
from homeport.aws.sns.sns import Sns
from homeport.aws.sns.store import messages, notes, topics
from homeport.aws.sns.store.messages import Seen
from homeport.aws.sns.store.notes import Note
from homeport.aws.sns.store.topics import Connection
from homeport.storage.deliveries import outbox


class Plan(NamedTuple):
    """A message and where it goes."""

    topic: Topic
    message: Message
    queues: tuple[str, ...]
    """Numbers of the subscriptions of queues, as JSON lists; each list is one entry of the outbox."""
    size: int
    """Bytes of the message."""
    lanes: Sequence[str]
    """Lanes of the subscriptions of functions and HTTP endpoints."""
    notes: Sequence[Note]
    """What is only kept, to be read."""


async def publish(sns: Sns, call: Call, params: Params) -> Params:
    """Publish, to a topic, an endpoint of an application, or a phone."""
    number, target = params.get("PhoneNumber"), params.get("TargetArn")
    if number is not None:
        return await sending.to_phone(sns, call, number, params)
    arn = params.get("TopicArn")
    if arn is None and target is not None and not _is_topic(target):
        return await sending.to_endpoint(sns, call, target, params)
    named = "TopicArn" if arn is not None else "TargetArn"
    chosen = arn if arn is not None else target
    if chosen is None:
        raise errors.invalid("TopicArn or TargetArn", "no value for required parameter")
    drafted = drafts.draft(params)
    drafts.check_size(drafted)
    topic = sns.topic(call, chosen, named)
    plan = make_plan(sns, call, topic, drafted, params)
    (sent,) = await commit(sns, [plan])
    return answer(topic, sent)


def _is_topic(arn: str) -> bool:
    return len(arn.split(":")) == arns.ELEMENTS and "/" not in arn


def make_plan(
    sns: Sns, call: Call, topic: Topic, drafted: Draft, params: Mapping[str, Any]
) -> Plan:
    """Decides who gets a message."""
    drafts.check_address(topic, params)
    drafted = dataclasses.replace(
        drafted,
        group=params.get("MessageGroupId") or None,
        deduplication_id=drafts.deduplication_id(topic, params),
        trace=drafts.trace(call.request.headers.get("x-amzn-trace-id")),
    )
    version = "" if topic.is_fifo else topic.settings.get("SignatureVersion", "1")
    message = drafted.message(topic.arn, sns.ids(), sns.now(), version)
    audience = sns.subscribers(topic.id)
    if audience.is_filtered:
        audience = audience.chosen(Subject(drafted.attributes, message.text).is_for)
    at_once = limits.queues_at_once(drafted.size, is_fifo=topic.is_fifo)
    queues = audience.queues
    parts = (queues[start : start + at_once] for start in range(0, len(queues), at_once))
    return Plan(
        topic,
        message,
        tuple(f"[{','.join(part)}]" for part in parts),
        drafted.size,
        audience.lanes,
        [sending.note(one, message) for one in audience.kept],
    )


async def commit(sns: Sns, plans: Sequence[Plan]) -> list[Seen]:
    """Makes messages durable with all that is to be done for them, and lets it be done."""
    wanted = [plan for plan in plans if plan.topic.is_fifo or _has_deliveries(plan)]
    if not wanted:
        return [Seen(plan.message.message_id, "") for plan in plans]
    return await sns.write(
        lambda connection: [_write(connection, plan) for plan in plans],
        lambda _: _wake(sns, wanted),
    )


def _wake(sns: Sns, plans: Sequence[Plan]) -> None:
    for plan in plans:
        if plan.queues:
            sns.wake(plan.topic.lane)
        for lane in plan.lanes:
            sns.wake(lane)


def _has_deliveries(plan: Plan) -> bool:
    return bool(plan.queues or plan.lanes or plan.notes)


def _write(connection: Connection, plan: Plan) -> Seen:
    topic, message, now = plan.topic, plan.message, plan.message.sent_at
    sent = Seen(message.message_id, "")
    if topic.is_fifo:
        before = _before(connection, topic, message)
        if before is not None:
            return before
        sent = _numbered(connection, topic, message)
        message = message._replace(sequence=sent.sequence)
    deliveries = len(plan.queues) + len(plan.lanes)
    if deliveries:
        row = messages.insert(connection, message, deliveries)
        due = outbox.ORDERED if topic.is_fifo else now
        for numbers in plan.queues:
            outbox.add(
                connection, topic.lane, f'{{"m":{row},"b":{plan.size},"s":{numbers}}}', now, due
            )
        body = f'{{"m":{row}}}'
        outbox.add_all(connection, [(lane, body) for lane in plan.lanes], now)
    for note in plan.notes:
        notes.add(connection, note)
    return sent


def _before(connection: Connection, topic: Topic, message: Message) -> Seen | None:
    token = message.deduplication_id or ""
    messages.forget(connection, message.sent_at)
    return messages.seen(connection, topic.id, _scope(topic, message), token, message.sent_at)


def _numbered(connection: Connection, topic: Topic, message: Message) -> Seen:
    count = topics.next_sequence(connection, topic.id)
    if count is None:
        raise errors.NOT_FOUND()
    sent = Seen(message.message_id, drafts.sequence_number(count))
    until = message.sent_at + limits.DEDUPLICATION_MS
    token = message.deduplication_id or ""
    messages.remember(connection, topic.id, _scope(topic, message), token, until, sent)
    return sent


def _scope(topic: Topic, message: Message) -> str:
    return (message.group or "") if topic.is_per_group else ""


def answer(topic: Topic, sent: Seen) -> Params:
    """What the publisher is told."""
    found: Params = {"MessageId": sent.message_id}
    if topic.is_fifo:
        found["SequenceNumber"] = sent.sequence
    return found
