"""The topics themselves: create, delete, list, and their attributes.

https://docs.aws.amazon.com/sns/latest/api/API_Operations.html
"""

from __future__ import annotations

import functools
import re
from typing import Any

from homeport.aws.protocol.call import Call, Params
from homeport.aws.sns import errors, limits, paging
from homeport.aws.sns.engine import arns, policies, topic_attributes
from homeport.aws.sns.engine.arns import Address
from homeport.aws.sns.engine.model import Topic
from homeport.aws.sns.sns import Sns
from homeport.aws.sns.store import subscriptions, topics
from homeport.aws.sns.topics import tagging

NAME = re.compile(r"[A-Za-z0-9_-]+(\.fifo)?", re.ASCII)


async def create_topic(sns: Sns, call: Call, params: Params) -> Params:
    """CreateTopic. Again with the same settings it answers the topic that is there."""
    name: str = params["Name"]
    requested: dict[str, str] = params.get("Attributes") or {}
    tags = tagging.read(params.get("Tags") or [])
    _check_name(name, requested)
    settings = topic_attributes.of_new(requested)
    protection = params.get("DataProtectionPolicy")
    address = Address(call.account, call.region, name)
    while True:
        existing = sns.find(address)
        if existing is not None:
            _check_same(existing, requested, tags)
            return {"TopicArn": existing.arn}
        topic = Topic(0, *address, settings, tags, protection)
        if await sns.db.write(functools.partial(topics.insert, topic=topic)):
            return {"TopicArn": address.arn}


def _check_name(name: str, requested: dict[str, str]) -> None:
    is_fifo = requested.get("FifoTopic") == "true"
    if (
        len(name) > limits.TOPIC_NAME_CHARACTERS
        or not NAME.fullmatch(name)
        or name.endswith(".fifo") != is_fifo
    ):
        raise errors.invalid("Topic Name")


def _check_same(existing: Topic, requested: dict[str, str], tags: dict[str, str]) -> None:
    if not topic_attributes.is_same(existing, requested):
        raise errors.invalid("Attributes", "Topic already exists with different attributes")
    # `test_create_duplicate_topic_check_idempotency`: some of the tags are as good as all.
    if not tags.items() <= existing.tags.items():
        raise errors.invalid("Tags", "Topic already exists with different tags")


async def delete_topic(sns: Sns, call: Call, params: Params) -> Params:
    """DeleteTopic; one that is not there is not missed."""
    topic = sns.find(arns.topic(params["TopicArn"], call.region))
    if topic is not None:
        await sns.write(
            lambda connection: topics.delete(connection, topic), lambda _: sns.forget(topic)
        )
    return {}


def list_topics(sns: Sns, call: Call, params: Params) -> Params:
    """ListTopics"""
    rows = topics.page(
        sns.db.query, call.account, call.region, paging.after(params), limits.PAGE + 1
    )
    found, has_more = paging.cut(rows)
    listed = [{"TopicArn": Address(call.account, call.region, name).arn} for _, name in found]
    return {"Topics": listed, "NextToken": paging.token(found[-1][0]) if has_more else None}


def get_topic_attributes(sns: Sns, call: Call, params: Params) -> Params:
    """GetTopicAttributes"""
    topic = sns.topic(call, params["TopicArn"])
    counts = subscriptions.counts(sns.db.query, topic.id)
    return {"Attributes": topic_attributes.described(topic, counts)}


async def set_topic_attributes(sns: Sns, call: Call, params: Params) -> Params:
    """SetTopicAttributes"""
    topic = sns.topic(call, params["TopicArn"])
    name, value = params["AttributeName"], params.get("AttributeValue") or ""

    def change(before: Topic) -> dict[str, Any]:
        settings = topic_attributes.changed(
            before.settings, name, value, "AttributeName", is_fifo=before.is_fifo
        )
        return {"settings": settings}

    await sns.change_topic(topic, change)
    return {}


async def put_data_protection_policy(sns: Sns, call: Call, params: Params) -> Params:
    """PutDataProtectionPolicy; kept, without effect.

    https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-policies.html
    """
    topic = sns.topic(call, params["ResourceArn"], "ResourceArn")
    policy: str = params["DataProtectionPolicy"]
    if len(policy.encode()) > limits.POLICY_BYTES:
        raise errors.invalid("DataProtectionPolicy", "Policy is too large")
    await sns.change_topic(topic, lambda _: {"protection": policy or None})
    return {}


def get_data_protection_policy(sns: Sns, call: Call, params: Params) -> Params:
    """GetDataProtectionPolicy"""
    return {
        "DataProtectionPolicy": sns.topic(call, params["ResourceArn"], "ResourceArn").protection
    }


def policy(topic: Topic) -> policies.Policy:
    """The policy of a topic, its own or the default."""
    kept = topic.settings.get("Policy")
    return policies.read(kept) if kept else policies.default(topic.arn, topic.account)
