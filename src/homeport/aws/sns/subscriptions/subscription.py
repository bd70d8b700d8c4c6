"""Lists of subscriptions, and their attributes.

https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptions.html
"""

from __future__ import annotations

import dataclasses

from homeport.aws.protocol.call import Call, Params
from homeport.aws.sns import errors, limits, paging
from homeport.aws.sns.engine import arns, subscription_attributes
from homeport.aws.sns.engine.arns import Address
from homeport.aws.sns.engine.model import CONFIRMED, Subscription
from homeport.aws.sns.sns import Sns
from homeport.aws.sns.store import subscriptions, topics
from homeport.aws.sns.store.topics import Connection
from homeport.aws.sns.subscriptions import subscribe

PENDING_ARN = "PendingConfirmation"


def list_subscriptions(sns: Sns, call: Call, params: Params) -> Params:
    """ListSubscriptions"""
    after = paging.after(params)
    return _listed(
        subscriptions.page_of_account(
            sns.db.query, call.account, call.region, after, limits.PAGE + 1
        )
    )


def list_subscriptions_by_topic(sns: Sns, call: Call, params: Params) -> Params:
    """ListSubscriptionsByTopic"""
    topic = sns.topic(call, params["TopicArn"])
    after = paging.after(params)
    return _listed(subscriptions.page_of_topic(sns.db.query, topic.id, after, limits.PAGE + 1))


def _listed(rows: list[Subscription]) -> Params:
    found, has_more = paging.cut(rows)
    return {
        "Subscriptions": [
            {
                "SubscriptionArn": one.arn if one.state == CONFIRMED else PENDING_ARN,
                "Owner": one.owner,
                "Protocol": one.protocol,
                "Endpoint": one.endpoint,
                "TopicArn": one.topic_arn,
            }
            for one in found
        ],
        "NextToken": paging.token(found[-1].id) if has_more else None,
    }


def get_subscription_attributes(sns: Sns, call: Call, params: Params) -> Params:
    """GetSubscriptionAttributes"""
    found = _find(sns, call, params)
    topic = sns.find(Address(found.account, found.region, found.topic_name))
    policy = None if topic is None else topic.settings.get("DeliveryPolicy")
    return {"Attributes": subscription_attributes.described(found, policy)}


async def set_subscription_attributes(sns: Sns, call: Call, params: Params) -> Params:
    """SetSubscriptionAttributes"""
    found = _find(sns, call, params)
    name, value = params["AttributeName"], params.get("AttributeValue") or ""
    is_fifo = found.topic_name.endswith(".fifo")

    def work(connection: Connection) -> None:
        before = subscriptions.by_uuid(topics.reader(connection), found.uuid)
        if before is None:
            raise errors.NO_SUBSCRIPTION()
        settings = subscription_attributes.changed(
            before.settings, name, value, is_fifo=is_fifo, endpoint=before.endpoint
        )
        if "FilterPolicy" in settings and "FilterPolicy" not in before.settings:
            subscribe.check_filters(connection, before.topic)
        subscriptions.save(connection, dataclasses.replace(before, settings=settings))

    await sns.write(work, lambda _: sns.forget_audience(found.topic))
    return {}


def _find(sns: Sns, call: Call, params: Params) -> Subscription:
    arn: str = params["SubscriptionArn"]
    if arns.subscription(arn).topic.region != call.region:
        raise errors.invalid("SubscriptionArn")
    return sns.subscription(arn)
