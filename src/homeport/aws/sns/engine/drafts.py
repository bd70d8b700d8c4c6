"""A message as its publisher gave it, checked against its topic.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homeport.aws.sns import errors, limits
from homeport.aws.sns.engine import contents
from homeport.aws.sns.engine.model import Attributes, Message, Topic

_TOKEN = re.compile(rf"[!-~]{{1,{limits.TOKEN_CHARACTERS}}}")
"""Group and deduplication ids: letters, digits and punctuation of ASCII."""
_TRACE = re.compile(r"[!-~]{1,256}")
"""What else might be in the header is not handed on."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that can be sent."""

    body: str
    subject: str | None
    attributes: Attributes
    is_structured: bool
    size: int
    group: str | None = None
    deduplication_id: str | None = None
    trace: str | None = None

    def message(self, topic_arn: str, message_id: str, sent_at: int, version: str) -> Message:
        """The message, before it has a row or a sequence number."""
        return Message(
            row=0,
            topic_arn=topic_arn,
            message_id=message_id,
            sent_at=sent_at,
            signature_version=version,
            sequence=None,
            group=self.group,
            deduplication_id=self.deduplication_id,
            subject=self.subject,
            attributes=contents.pack(self.attributes),
            is_structured=self.is_structured,
            body=self.body,
            trace=self.trace,
        )


def draft(params: Mapping[str, Any]) -> Draft:
    """Checks what does not depend on the topic. `params` are members of `Publish`, or an entry of its batch."""
    body: str = params["Message"]
    attributes: Attributes = params.get("MessageAttributes") or {}
    if not body:
        raise errors.invalid("Empty message")
    contents.check_subject(params.get("Subject"))
    is_structured = contents.check_structure(params)
    size = contents.size(body) + contents.check_attributes(attributes)
    return Draft(body, params.get("Subject"), attributes, is_structured, size)


def check_size(drafted: Draft) -> None:
    """Refuses a message that is too long."""
    if drafted.size > limits.MESSAGE_BYTES:
        raise errors.invalid("Message too long")


def check_address(topic: Topic, params: Mapping[str, Any]) -> None:
    """Refuses what a topic cannot take: `test_validations_for_fifo`, see `errors`."""
    group, token = params.get("MessageGroupId"), params.get("MessageDeduplicationId")
    if topic.is_fifo:
        if not group:
            raise errors.invalid("The MessageGroupId parameter is required for FIFO topics")
        if not token and not topic.is_content_based:
            raise errors.invalid(
                "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
            )
    elif token:
        raise errors.invalid(
            "MessageDeduplicationId",
            "The request includes MessageDeduplicationId parameter that is not valid for this topic type",
        )
    for name, value in (("MessageGroupId", group), ("MessageDeduplicationId", token)):
        if value and not _TOKEN.fullmatch(value):
            raise errors.invalid(
                name,
                f"{name} can only include alphanumeric and punctuation characters. 1 to 128 in length",
            )


def deduplication_id(topic: Topic, params: Mapping[str, Any]) -> str | None:
    """The id by which a FIFO topic knows a message again."""
    if not topic.is_fifo:
        return None
    token: str | None = params.get("MessageDeduplicationId")
    return token or hashlib.sha256(params["Message"].encode()).hexdigest()


def trace(header: str | None) -> str | None:
    """The trace that a publisher is part of, which queues get too: https://docs.aws.amazon.com/sns/latest/dg/sns-active-tracing.html

    `test_publish_sqs_from_sns_with_xray_propagation`, see `errors`.
    """
    return header if header and _TRACE.fullmatch(header) else None


def sequence_number(count: int) -> str:
    """Twenty digits that grow with each message: https://docs.aws.amazon.com/sns/latest/dg/fifo-topic-message-ordering.html"""
    return f"{10**19 + count}"
