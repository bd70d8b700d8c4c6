"""A topic, a subscription, a message: as they are kept."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from homeport.aws.patterns import grammar
from homeport.aws.patterns.pattern import Pattern
from homeport.aws.sns.engine.arns import Address

PENDING, CONFIRMED, DELETED = "pending", "confirmed", "deleted"

Attributes = dict[str, dict[str, Any]]
"""Message attributes as `Publish` takes them."""


@dataclass(frozen=True)
class Topic:
    """A topic. `settings` are the attributes that were set."""

    id: int
    account: str
    region: str
    name: str
    settings: dict[str, str]
    tags: dict[str, str]
    protection: str | None = None

    @cached_property
    def arn(self) -> str:
        """Its ARN."""
        return Address(self.account, self.region, self.name).arn

    @cached_property
    def is_fifo(self) -> bool:
        """Whether it keeps the order: https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html"""
        return self.settings.get("FifoTopic") == "true"

    @property
    def is_content_based(self) -> bool:
        """Whether the digest of a message is its deduplication id."""
        return self.settings.get("ContentBasedDeduplication") == "true"

    @property
    def is_per_group(self) -> bool:
        """Whether deduplication ids count for a message group each.

        https://docs.aws.amazon.com/sns/latest/dg/fifo-high-throughput.html
        """
        return self.settings.get("FifoThroughputScope") == "MessageGroup"

    @property
    def lane(self) -> str:
        """Where its deliveries to queues are carried."""
        return f"fan/{self.id}"


@dataclass(frozen=True)
class Subscription:
    """A subscription. `settings` are the attributes that were set."""

    id: int
    topic: int
    uuid: str
    account: str
    region: str
    owner: str
    protocol: str
    endpoint: str
    state: str
    is_authenticated: bool
    needs_authentication: bool
    token: str | None
    base: str
    """Scheme and host by which the subscriber reaches us."""
    settings: dict[str, str]
    changed_at: int
    topic_name: str

    @cached_property
    def topic_arn(self) -> str:
        """The ARN of its topic."""
        return Address(self.account, self.region, self.topic_name).arn

    @cached_property
    def arn(self) -> str:
        """Its ARN."""
        return f"{self.topic_arn}:{self.uuid}"

    @cached_property
    def is_raw(self) -> bool:
        """https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html"""
        return self.settings.get("RawMessageDelivery") == "true"

    @cached_property
    def pattern(self) -> Pattern | None:
        """Its filter policy; None where it has none."""
        policy = self.settings.get("FilterPolicy")
        return grammar.parse(policy) if policy else None

    @property
    def filters_body(self) -> bool:
        """Whether its filter policy looks at the message, not at its attributes."""
        return self.settings.get("FilterPolicyScope") == "MessageBody"

    @cached_property
    def dead_letters(self) -> str | None:
        """The ARN of the queue that takes what cannot be delivered."""
        policy = self.settings.get("RedrivePolicy")
        return json.loads(policy)["deadLetterTargetArn"] if policy else None

    @cached_property
    def unsubscribe_url(self) -> str:
        """Where anybody who has a message of it can end it."""
        return unsubscribe_url(self.base, self.arn)

    @property
    def lane(self) -> str:
        """Where its own deliveries are carried."""
        return f"sub/{self.id}"


def unsubscribe_url(base: str, arn: str) -> str:
    """The link that ends a subscription."""
    return f"{base}/?Action=Unsubscribe&SubscriptionArn={arn}"


class Message(NamedTuple):
    """A message that was accepted."""

    row: int
    topic_arn: str
    message_id: str
    sent_at: int
    signature_version: str
    """`1` or `2`; empty for FIFO topics, whose messages are not signed."""
    sequence: str | None
    group: str | None
    deduplication_id: str | None
    subject: str | None
    attributes: str | None
    """As `homeport.aws.sns.engine.contents.pack` writes them."""
    is_structured: bool
    body: str
    """The text; where it is structured, the JSON object of the texts for each protocol."""
    trace: str | None = None
    """The trace that its publisher is part of."""

    def text(self, protocol: str) -> str:
        """The text for a protocol: https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html"""
        if not self.is_structured:
            return self.body
        texts: dict[str, Any] = json.loads(self.body)
        text = texts.get(protocol)
        return text if isinstance(text, str) else str(texts["default"])
