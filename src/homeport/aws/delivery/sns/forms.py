"""A message in the forms that its receivers get, each made once."""

from __future__ import annotations

from typing import Any

from homeport.aws.delivery.queues import QueueEntry
from homeport.aws.sns.engine import contents, envelope
from homeport.aws.sns.engine.envelope import Envelope, Signed
from homeport.aws.sns.engine.model import Message, Subscription
from homeport.aws.sns.signing.key import Signing


class Forms:
    """One message. Where it is to be signed, the key must be open."""

    def __init__(self, message: Message, signing: Signing) -> None:
        self.message = message
        self._signing = signing
        self._attributes: dict[str, dict[str, Any]] | None = None
        self._has_attributes = False
        self._texts: dict[str, str] = {}
        self._envelopes: dict[str, Envelope] = {}
        self._signed: dict[str, Signed] = {}

    def signed(self, text: str) -> Signed | None:
        """The signature over a text; None where messages of the topic are not signed."""
        version = self.message.signature_version
        if not version:
            return None
        if text not in self._signed:
            to_sign = envelope.notification_to_sign(self.message, text)
            self._signed[text] = self._signing.signed(to_sign, version)
        return self._signed[text]

    def body(self, subscription: Subscription) -> str:
        """The text of a message, in its envelope unless the subscription wants it raw."""
        protocol = subscription.protocol
        text = self._texts.get(protocol)
        if text is None:
            text = self._texts[protocol] = self.message.text(protocol)
        if subscription.is_raw:
            return text
        found = self._envelopes.get(text)
        if found is None:
            found = self._envelopes[text] = Envelope(self.message, text, self.signed(text))
        return found.body(subscription)

    def event(self, subscription: Subscription) -> bytes:
        """The event of a function."""
        text = self.message.text(subscription.protocol)
        signed = self.signed(text) or Signed("", "", "")
        return envelope.lambda_event(self.message, text, subscription, signed).encode()

    def entry(self, subscription: Subscription) -> QueueEntry:
        """The message for a queue. Attributes travel with raw messages only, otherwise they are in the envelope."""
        message, arn = self.message, subscription.endpoint
        is_fifo = arn.endswith(".fifo")
        # `test_fifo_topic_to_regular_sqs` shows no group, `test_publish_message_group_id` one of a standard topic:
        # https://github.com/localstack/localstack/blob/main/tests/aws/services/sns/test_sns.snapshot.json
        has_group = is_fifo or message.sequence is None
        return QueueEntry(
            arn,
            self.body(subscription),
            self._raw_attributes() if subscription.is_raw else None,
            message.group if has_group else None,
            message.deduplication_id if is_fifo else None,
            message.topic_arn,
        )

    def _raw_attributes(self) -> dict[str, dict[str, Any]] | None:
        if not self._has_attributes:
            self._attributes = contents.as_sent(self.message.attributes)
            self._has_attributes = True
        return self._attributes


def needs_key(message: Message, subscriptions: list[Subscription]) -> bool:
    """Whether a message has to be signed for any of these."""
    return bool(message.signature_version) and not all(one.is_raw for one in subscriptions)
