"""Attributes of topics: which there are, which values they take, what is told of them.

https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from homeport.aws.protocol.call import AwsError
from homeport.aws.sns import errors, limits
from homeport.aws.sns.engine import contents, delivery_policy, policies
from homeport.aws.sns.engine.model import Topic

FEEDBACK = frozenset(
    f"{protocol}{kind}"
    for protocol in ("HTTP", "Firehose", "Lambda", "Application", "SQS")
    for kind in ("SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn")
)
"""Kept: https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html"""
CHOICES: Mapping[str, tuple[str, ...]] = {
    "SignatureVersion": ("1", "2"),
    "TracingConfig": ("Active", "PassThrough"),
    "ContentBasedDeduplication": ("true", "false"),
    "FifoThroughputScope": ("Topic", "MessageGroup"),
}
ONLY_FIFO = frozenset({"ContentBasedDeduplication", "FifoThroughputScope", "ArchivePolicy"})
SETTABLE = frozenset(
    {"DeliveryPolicy", "DisplayName", "KmsMasterKeyId", "Policy", *CHOICES, *ONLY_FIFO, *FEEDBACK}
)
REMOVABLE = frozenset({"DeliveryPolicy", "KmsMasterKeyId", "ArchivePolicy", "Policy", *FEEDBACK})
"""An empty value takes these away."""


class Counts(NamedTuple):
    """Subscriptions of a topic by their state."""

    confirmed: int = 0
    pending: int = 0
    deleted: int = 0


def of_new(requested: Mapping[str, str]) -> dict[str, str]:
    """The settings of a topic that is made with these attributes."""
    is_fifo = requested.get("FifoTopic") == "true"
    settings: dict[str, str] = {"FifoTopic": "true"} if is_fifo else {}
    for name, value in requested.items():
        if name == "FifoTopic":
            if value not in ("true", "false"):
                raise errors.invalid("Attributes", "FifoTopic: Invalid value")
            continue
        if name not in SETTABLE:
            raise errors.invalid("Attributes", f"Unknown attribute: {name}")
        settings = changed(settings, name, value, "Attributes", is_fifo=is_fifo)
    return settings


def changed(
    before: Mapping[str, str], name: str, value: str, parameter: str, *, is_fifo: bool
) -> dict[str, str]:
    """The settings after one attribute was set; raises as AWS does where it cannot be."""

    def refuse(text: str) -> AwsError:
        return (
            errors.invalid("Attributes", text)
            if parameter == "Attributes"
            else errors.invalid(text)
        )

    if name not in SETTABLE:
        raise errors.invalid(parameter)
    if name in ONLY_FIFO and not is_fifo:
        raise refuse(f"{name}: can only be set for FIFO topics")
    after = dict(before)
    if not value and name in REMOVABLE:
        after.pop(name, None)
    else:
        after[name] = _checked(name, value, refuse)
    return after


def _checked(name: str, value: str, refuse: Any) -> str:
    if name in CHOICES and value not in CHOICES[name]:
        raise refuse(f"{name}: Invalid value [{value}]. Must be one of {', '.join(CHOICES[name])}.")
    if name == "DisplayName" and len(value) > limits.DISPLAY_NAME_CHARACTERS:
        raise refuse("DisplayName: Invalid value. Must be at most 100 characters long.")
    if name == "DeliveryPolicy":
        return delivery_policy.of_topic(value, refuse)
    if name == "ArchivePolicy":
        delivery_policy.json_object(name, value, refuse)
    if name == "Policy":
        policies.check(value)
    if contents.size(value) > limits.POLICY_BYTES:
        raise refuse(f"{name}: too long")
    return value


def is_same(topic: Topic, requested: Mapping[str, str]) -> bool:
    """Whether a topic already has what it is to be made with.

    `test_create_topic_different_attrs`: what is not said again does not matter, what was never said differs.
    """
    has = {"FifoTopic": "false", **topic.settings}
    wanted = {"FifoTopic": requested["FifoTopic"]} if "FifoTopic" in requested else {}
    return all(has.get(name) == value for name, value in {**wanted, **of_new(requested)}.items())


def described(topic: Topic, counts: Counts) -> dict[str, str]:
    """All attributes, as `GetTopicAttributes` answers them."""
    kept = topic.settings.get("DeliveryPolicy")
    every = {
        "DisplayName": "",
        "Policy": json.dumps(policies.default(topic.arn, topic.account), separators=(",", ":")),
        **({"ContentBasedDeduplication": "false"} if topic.is_fifo else {}),
        **topic.settings,
        "EffectiveDeliveryPolicy": delivery_policy.effective_of_topic(kept),
        "Owner": topic.account,
        "SubscriptionsConfirmed": str(counts.confirmed),
        "SubscriptionsDeleted": str(counts.deleted),
        "SubscriptionsPending": str(counts.pending),
        "TopicArn": topic.arn,
    }
    return dict(sorted(every.items()))
