"""A message in the forms that its receivers get, each made once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from homeport.aws.delivery.queues import Broadcast, QueueEntry, Readers
from homeport.aws.sns.engine import contents, envelope
from homeport.aws.sns.engine.envelope import Envelope, Signed
from homeport.aws.sns.engine.model import Message, Subscription
from homeport.aws.sns.signing.key import Signing


class Form(NamedTuple):
    """What is alike in all queues that get one message."""

    is_raw: bool
    is_fifo: bool
    base: str


def of(subscription: Subscription) -> Form:
    """The form that the queue of a subscription gets."""
    is_fifo = subscription.endpoint.endswith(".fifo")
    return Form(subscription.is_raw, is_fifo, subscription.base)


def readers(subscriptions: Sequence[Subscription]) -> Readers:
    """The queues of subscriptions that get one form; envelopes differ in the id of the subscription."""
    arns = [one.endpoint for one in subscriptions]
    return Readers(arns, ["" if one.is_raw else one.uuid for one in subscriptions])


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
        text = self._text(subscription.protocol)
        return text if subscription.is_raw else self._envelope(text).body(subscription)

    def _text(self, protocol: str) -> str:
        text = self._texts.get(protocol)
        if text is None:
            text = self._texts[protocol] = self.message.text(protocol)
        return text

    def _envelope(self, text: str) -> Envelope:
        found = self._envelopes.get(text)
        if found is None:
            found = self._envelopes[text] = Envelope(self.message, text, self.signed(text))
        return found

    def event(self, subscription: Subscription) -> bytes:
        """The event of a function."""
        text = self._text(subscription.protocol)
        signed = self.signed(text) or Signed("", "", "")
        return envelope.lambda_event(self.message, text, subscription, signed).encode()

    def entry(self, subscription: Subscription) -> QueueEntry:
        """The message for one queue."""
        return self.broadcast(of(subscription), readers([subscription])).entry(0)

    def broadcast(self, form: Form, to: Readers) -> Broadcast:
        """The message for queues. Attributes travel with raw messages only, otherwise they are in the envelope."""
        message, text = self.message, self._text("sqs")
        start, finish = text, ""
        if not form.is_raw:
            envelope = self._envelope(text)
            start, finish = envelope.start(form.base), envelope.finish
        # `test_fifo_topic_to_regular_sqs` shows no group, `test_publish_message_group_id` one of a standard topic:
        # https://github.com/localstack/localstack/blob/main/tests/aws/services/sns/test_sns.snapshot.json
        has_group = form.is_fifo or message.sequence is None
        return Broadcast(
            to,
            start,
            finish,
            self._raw_attributes() if form.is_raw else None,
            message.group if has_group else None,
            message.deduplication_id if form.is_fifo else None,
            message.topic_arn,
            message.trace,
        )

    def _raw_attributes(self) -> dict[str, dict[str, Any]] | None:
        if not self._has_attributes:
            self._attributes = contents.as_sent(self.message.attributes)
            self._has_attributes = True
        return self._attributes
