"""A message as its receivers get it.

https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from homeport.aws.sns.engine import contents
from homeport.aws.sns.engine.model import Message, Subscription, unsubscribe_url

NOTIFICATION = "Notification"
SUBSCRIPTION = "SubscriptionConfirmation"
UNSUBSCRIPTION = "UnsubscribeConfirmation"


class Signed(NamedTuple):
    """What a receiver needs to verify a message."""

    version: str
    signature: str
    certificate: str
    """The path of the certificate on our edge."""


def timestamp(at_ms: int) -> str:
    """A time as messages have it."""
    at = datetime.fromtimestamp(at_ms // 1000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"


def to_sign(members: Iterable[tuple[str, str | None]]) -> str:
    """The text that is signed: names and values, a line each.

    https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html
    """
    return "".join(f"{name}\n{value}\n" for name, value in members if value is not None)


def notification_to_sign(message: Message, text: str) -> str:
    """The same, of a notification."""
    return to_sign(
        [
            ("Message", text),
            ("MessageId", message.message_id),
            ("Subject", message.subject),
            ("Timestamp", timestamp(message.sent_at)),
            ("TopicArn", message.topic_arn),
            ("Type", NOTIFICATION),
        ]
    )


def _line(name: str, value: str) -> str:
    return f'  "{name}" : {json.dumps(value, ensure_ascii=False)}'


class Envelope:
    """The JSON around a message: made once, only the id of each subscription is put into its link to unsubscribe."""

    def __init__(self, message: Message, text: str, signed: Signed | None) -> None:
        lines = [_line("Type", NOTIFICATION), _line("MessageId", message.message_id)]
        if message.sequence is not None:
            lines.append(_line("SequenceNumber", message.sequence))
        lines.append(_line("TopicArn", message.topic_arn))
        if message.subject is not None:
            lines.append(_line("Subject", message.subject))
        lines += [_line("Message", text), _line("Timestamp", timestamp(message.sent_at))]
        if signed is not None:
            lines += [
                _line("SignatureVersion", signed.version),
                _line("Signature", signed.signature),
            ]
        self._start = "{\n" + ",\n".join(lines) + ",\n"
        self._certificate = None if signed is None else signed.certificate
        self._starts: dict[str, str] = {}
        self._subscription = f"{message.topic_arn}:"
        self.finish = '"' + _attribute_lines(message.attributes) + "\n}"
        """What stands behind the id of the subscription."""

    def body(self, subscription: Subscription) -> str:
        """The message for one subscription."""
        return f"{self.start(subscription.base)}{subscription.uuid}{self.finish}"

    def start(self, base: str) -> str:
        """What stands before the id of the subscription, for all that reach us by the same scheme and host."""
        found = self._starts.get(base)
        if found is None:
            found = self._starts[base] = self._until_link(base)
        return found

    def _until_link(self, base: str) -> str:
        certificate = (
            ""
            if self._certificate is None
            else f'  "SigningCertURL" : "{base}{self._certificate}",\n'
        )
        link = unsubscribe_url(base, self._subscription)
        return f'{self._start}{certificate}  "UnsubscribeURL" : "{link}'


def _attribute_lines(packed: str | None) -> str:
    if not packed:
        return ""
    lines = [
        f"    {json.dumps(name)} : "
        + json.dumps({"Type": kind, "Value": value}, ensure_ascii=False, separators=(",", ":"))
        for name, (kind, value) in contents.unpack(packed).items()
    ]
    return ',\n  "MessageAttributes" : {\n' + ",\n".join(lines) + "\n  }"


def lambda_event(message: Message, text: str, subscription: Subscription, signed: Signed) -> str:
    """The event of a function: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html"""
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription.arn,
        "Sns": {
            "Type": NOTIFICATION,
            "MessageId": message.message_id,
            "TopicArn": message.topic_arn,
            "Subject": message.subject,
            "Message": text,
            "Timestamp": timestamp(message.sent_at),
            "SignatureVersion": signed.version,
            "Signature": signed.signature,
            "SigningCertUrl": subscription.base + signed.certificate,
            "UnsubscribeUrl": subscription.unsubscribe_url,
            "MessageAttributes": {
                name: {"Type": kind, "Value": value}
                for name, (kind, value) in contents.unpack(message.attributes).items()
            },
        },
    }
    return json.dumps({"Records": [record]}, ensure_ascii=False, separators=(",", ":"))


class Confirmation(NamedTuple):
    """A message about a subscription itself, that its endpoint must act on."""

    kind: str
    message_id: str
    topic_arn: str
    subscription_arn: str
    token: str
    base: str
    sent_at: int
    version: str
    """Of its signature, that of the topic."""

    @property
    def text(self) -> str:
        """What a person is told."""
        if self.kind == SUBSCRIPTION:
            return (
                f"You have chosen to subscribe to the topic {self.topic_arn}.\n"
                "To confirm the subscription, visit the SubscribeURL included in this message."
            )
        return (
            f"You have chosen to deactivate subscription {self.subscription_arn}.\n"
            "To cancel this operation and restore the subscription, visit the SubscribeURL included in this message."
        )

    @property
    def url(self) -> str:
        """Where it is confirmed."""
        return (
            f"{self.base}/?Action=ConfirmSubscription&TopicArn={self.topic_arn}&Token={self.token}"
        )

    def to_sign(self) -> str:
        """The text that is signed."""
        return to_sign(
            [
                ("Message", self.text),
                ("MessageId", self.message_id),
                ("SubscribeURL", self.url),
                ("Timestamp", timestamp(self.sent_at)),
                ("Token", self.token),
                ("TopicArn", self.topic_arn),
                ("Type", self.kind),
            ]
        )

    def body(self, signed: Signed) -> str:
        """The JSON: https://docs.aws.amazon.com/sns/latest/dg/http-subscription-confirmation-json.html"""
        members: dict[str, Any] = {
            "Type": self.kind,
            "MessageId": self.message_id,
            "Token": self.token,
            "TopicArn": self.topic_arn,
            "Message": self.text,
            "SubscribeURL": self.url,
            "Timestamp": timestamp(self.sent_at),
            "SignatureVersion": signed.version,
            "Signature": signed.signature,
            "SigningCertURL": self.base + signed.certificate,
        }
        return "{\n" + ",\n".join(_line(*member) for member in members.items()) + "\n}"
