"""Attributes of subscriptions: which there are, which values they take, what is told of them.

https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from homeport.aws.protocol.call import AwsError
from homeport.aws.sns import errors
from homeport.aws.sns.engine import arns, delivery_policy, filtering
from homeport.aws.sns.engine.model import CONFIRMED, Subscription

SETTABLE = (
    "FilterPolicyScope",
    "FilterPolicy",
    "DeliveryPolicy",
    "RawMessageDelivery",
    "RedrivePolicy",
    "SubscriptionRoleArn",
)
"""In the order in which they are set: the scope says what a filter policy may be."""
REMOVABLE = frozenset({"FilterPolicy", "DeliveryPolicy", "RedrivePolicy", "SubscriptionRoleArn"})
SCOPES = ("MessageBody", "MessageAttributes")
_DEFAULTS = {"FilterPolicyScope": "MessageAttributes", "RawMessageDelivery": "false"}
Refuse = Callable[[str], AwsError]


def of_new(requested: Mapping[str, str], *, is_fifo: bool, endpoint: str) -> dict[str, str]:
    """The settings of a subscription that is made with these attributes."""
    for name in requested:
        if name == "ReplayPolicy":
            raise replay()
        if name not in SETTABLE:
            raise errors.invalid("Attributes", f"Unknown attribute: {name}")
    settings: dict[str, str] = {}
    for name in SETTABLE:
        if name in requested:
            _set(settings, name, requested[name], _of_attributes, (is_fifo, endpoint))
    return settings


def changed(
    before: Mapping[str, str], name: str, value: str, *, is_fifo: bool, endpoint: str
) -> dict[str, str]:
    """The settings after one attribute was set."""
    if name == "ReplayPolicy":
        raise replay()
    if name not in SETTABLE:
        raise errors.invalid("AttributeName")
    after = dict(before)
    _set(after, name, value, errors.invalid, (is_fifo, endpoint))
    return after


def replay() -> AwsError:
    """Messages are not archived, so none can be replayed."""
    return AwsError(
        "NotImplemented", "Homeport does not implement the attribute ReplayPolicy.", 501
    )


def _of_attributes(text: str) -> AwsError:
    return errors.invalid("Attributes", text)


def _set(
    settings: dict[str, str], name: str, value: str, refuse: Refuse, where: tuple[bool, str]
) -> None:
    if name in REMOVABLE and (not value or (name == "FilterPolicy" and value.strip() == "{}")):
        settings.pop(name, None)
        return
    if name == "FilterPolicy":
        filtering.check(value, settings.get("FilterPolicyScope"), refuse)
    elif name == "FilterPolicyScope":
        _check_scope(settings, value, refuse)
    elif name == "RawMessageDelivery":
        if value.lower() not in ("true", "false"):
            raise refuse(f"RawMessageDelivery: Invalid value [{value}]. Must be true or false.")
        value = value.lower()
    elif name == "RedrivePolicy":
        _check_redrive(value, refuse, *where)
    elif name == "DeliveryPolicy":
        value = delivery_policy.of_subscription(value, refuse)
    settings[name] = value


def _check_scope(settings: Mapping[str, str], value: str, refuse: Refuse) -> None:
    if value not in SCOPES:
        raise refuse(
            f"FilterPolicyScope: Invalid value [{value}]. Please use either MessageBody or MessageAttributes"
        )
    policy = settings.get("FilterPolicy")
    if policy:
        filtering.check(policy, value, refuse)


def _check_redrive(value: str, refuse: Refuse, is_fifo: bool, endpoint: str) -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html"""
    policy = delivery_policy.json_object("RedrivePolicy", value, refuse)
    target = policy.get("deadLetterTargetArn")
    parts = target.split(":") if isinstance(target, str) else []
    if len(parts) != arns.ELEMENTS or parts[0] != "arn" or parts[2] != "sqs" or not all(parts[3:]):
        raise refuse("RedrivePolicy: deadLetterTargetArn is an invalid arn")
    if is_fifo and endpoint.endswith(".fifo") and not parts[5].endswith(".fifo"):
        raise refuse(
            "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic."
        )
    if not is_fifo and parts[5].endswith(".fifo"):
        # The same page asks for a standard queue, as a FIFO queue takes no message without a group; the text is recorded nowhere.
        raise refuse("RedrivePolicy: must use a standard queue as DLQ for a standard Topic.")


def is_same(subscription: Subscription, wanted: Mapping[str, str]) -> bool:
    """Whether a subscription already has the settings that it is to be made with; what is not said does not matter.

    `test_subscribe_idempotency`, see `errors`.
    """
    has = _DEFAULTS | subscription.settings
    return all(_form(has.get(name)) == _form(value) for name, value in wanted.items())


def _form(value: str | None) -> Any:
    return json.loads(value) if value and value.startswith("{") else value


def described(subscription: Subscription, topic_policy: str | None) -> dict[str, str]:
    """All attributes, as `GetSubscriptionAttributes` answers them."""
    settings = _DEFAULTS | subscription.settings
    if "FilterPolicy" not in settings:
        # `sub-attrs-filter-scope-body` in `test_set_subscription_filter_policy_scope`.
        settings.pop("FilterPolicyScope", None)
    if subscription.protocol in ("http", "https"):
        found = delivery_policy.effective(settings.get("DeliveryPolicy"), topic_policy)
        settings["EffectiveDeliveryPolicy"] = json.dumps(found, separators=(",", ":"))
    every = {
        **settings,
        "ConfirmationWasAuthenticated": str(subscription.is_authenticated).lower(),
        "Endpoint": subscription.endpoint,
        "Owner": subscription.owner,
        "PendingConfirmation": str(subscription.state != CONFIRMED).lower(),
        "Protocol": subscription.protocol,
        "SubscriptionArn": subscription.arn,
        "SubscriptionPrincipal": f"arn:aws:iam::{subscription.owner}:root",
        "TopicArn": subscription.topic_arn,
    }
    return dict(sorted(every.items()))
