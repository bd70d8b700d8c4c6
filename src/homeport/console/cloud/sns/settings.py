"""The attributes of topics in plain words, and how a form gives them.

https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from homeport.aws.sns import limits
from homeport.console.cloud.messaging import forms
from homeport.console.cloud.sns.topic import Named
from homeport.console.visit import Fields

ALL = (
    forms.Choice(
        "SignatureVersion",
        "Signature of messages",
        (("1", "1: SHA-1"), ("2", "2: SHA-256")),
        "How messages for HTTP endpoints are signed.",
    ),
    forms.Choice(
        "TracingConfig",
        "Tracing",
        (("PassThrough", "Pass through"), ("Active", "Active")),
        "Kept and given back; nothing here samples traces.",
    ),
)
FIFO = (
    forms.Choice(
        "ContentBasedDeduplication",
        "Deduplication by content",
        (
            ("false", "No: each message has a deduplication id"),
            ("true", "Yes: by the SHA-256 of the message"),
        ),
        "A message that was published within the last 5 minutes is not sent again.",
    ),
    forms.Choice(
        "FifoThroughputScope",
        "Deduplication scope",
        (("Topic", "The whole topic"), ("MessageGroup", "Each message group")),
        "Where a repeated message is looked for.",
    ),
)
DISPLAY_NOTE = f"The sender's name of mails and text messages. At most {limits.DISPLAY_NAME_CHARACTERS} characters."
KEY_NOTE = "Id or alias of a KMS key. Kept and given back; messages are stored as they are."
DELIVERY_NOTE = 'JSON: how posts to HTTP endpoints are tried again, such as {"http": {"defaultHealthyRetryPolicy": {"numRetries": 5}}}.'


def choices(*, is_fifo: bool) -> tuple[forms.Choice, ...]:
    """Those of a topic of this type."""
    return (*FIFO, *ALL[1:]) if is_fifo else ALL


def asked(form: Fields, topic: Named) -> dict[str, str]:
    """All attributes that a form says. Raises `Trouble` that names a wrong one."""
    found = {
        "DisplayName": form.text("DisplayName").strip(),
        "KmsMasterKeyId": form.text("KmsMasterKeyId").strip(),
        "DeliveryPolicy": forms.document(form.text("DeliveryPolicy"), "The delivery policy"),
    }
    for each in choices(is_fifo=topic.is_fifo):
        words = [value for value, _ in each.choices]
        found[each.name] = form.choice(each.name, words, words[0])
    return found


def to_change(wanted: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """What is otherwise now."""
    usual = {each.name: each.choices[0][0] for each in (*ALL, *FIFO)}
    return {
        name: value
        for name, value in wanted.items()
        if not _same(value, now.get(name, usual.get(name, "")))
    }


def _same(wanted: str, current: str) -> bool:
    if wanted == current or not (wanted.startswith("{") and current.startswith("{")):
        return wanted == current
    return bool(json.loads(wanted) == json.loads(current))
