"""The attributes of queues: which there are, their limits in plain words, and how a form gives them.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from homeport.aws.sqs import limits
from homeport.aws.sqs.engine import attributes
from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.messaging import forms
from homeport.console.cloud.sqs.queue import Named, name_of
from homeport.console.visit import Fields


class Number(NamedTuple):
    """An attribute that is a number."""

    name: str
    label: str
    least: int
    most: int
    unit: str
    note: str

    @property
    def default(self) -> str:
        """What holds where nothing is set."""
        return attributes.DEFAULTS[self.name]

    @property
    def explained(self) -> str:
        """The note with the limits."""
        return f"{self.note} {self.least:,} to {self.most:,} {self.unit}; {int(self.default):,} where nothing is set."


NUMBERS = (
    Number(
        "VisibilityTimeout",
        "Visibility timeout",
        *limits.VISIBILITY_S,
        "seconds",
        "How long a message that was received is hidden from other receivers. It comes back after that, unless it was deleted.",
    ),
    Number(
        "MessageRetentionPeriod",
        "Retention",
        *limits.RETENTION_S,
        "seconds",
        "How long a message is kept that nobody deletes. A day has 86,400 seconds.",
    ),
    Number(
        "DelaySeconds",
        "Delay",
        *limits.DELAY_S,
        "seconds",
        "How long a new message is hidden before it can be received.",
    ),
    Number(
        "ReceiveMessageWaitTimeSeconds",
        "Receive wait",
        *limits.WAIT_S,
        "seconds",
        "How long a receiver waits for a message, where it does not say so itself (long polling).",
    ),
    Number(
        "MaximumMessageSize",
        "Largest message",
        *limits.MESSAGE_SIZE,
        "bytes",
        "Body and attributes together.",
    ),
)
FIFO = (
    forms.Choice(
        "ContentBasedDeduplication",
        "Deduplication by content",
        (
            ("false", "No: each message has a deduplication id"),
            ("true", "Yes: by the SHA-256 of the body"),
        ),
        "A message that was sent within the last 5 minutes is not sent again.",
    ),
    forms.Choice(
        "DeduplicationScope",
        "Deduplication scope",
        (("queue", "The whole queue"), ("messageGroup", "Each message group")),
        "Where a repeated message is looked for.",
    ),
    forms.Choice(
        "FifoThroughputLimit",
        "Throughput limit",
        (("perQueue", "The whole queue"), ("perMessageGroupId", "Each message group")),
        "Each message group needs the scope of deduplication to be that too.",
    ),
)
ENCRYPTION = (
    ("sqs", "Keys of SQS (SSE-SQS)"),
    ("kms", "A key of KMS (SSE-KMS)"),
    ("none", "None"),
)
ENCRYPTION_NOTE = "Kept and given back as AWS does; the local AWS itself stores messages in its data folder as they are."
REDRIVE_NOTE = "Takes messages that were received too often. It has the same type, account and region. Empty: none."
COUNT_NOTE = f"How often a message may be received before it goes there: {limits.MAX_RECEIVE_COUNT[0]} to {limits.MAX_RECEIVE_COUNT[1]:,} times."


def asked(form: Fields, queue: Named) -> dict[str, str]:
    """All attributes that a form says, in AWS's form. Raises `Trouble` that names a wrong one."""
    found: dict[str, str] = {}
    for row in NUMBERS:
        found[row.name] = str(_number(form, row))
    if queue.is_fifo:
        for each in FIFO:
            words = [value for value, _ in each.choices]
            found[each.name] = form.choice(each.name, words, words[0])
    return found | _encryption(form) | _redrive(form, queue) | _allow(form)


def _number(form: Fields, row: Number) -> int:
    text = form.text(row.name).strip()
    if not text:
        return int(row.default)
    is_number = text.isascii() and text.isdigit() and len(text) <= 10
    if not is_number or not row.least <= int(text) <= row.most:
        raise Trouble(
            f"{row.label} must be a whole number from {row.least:,} to {row.most:,} {row.unit}.",
            hint="Change it.",
        )
    return int(text)


def _encryption(form: Fields) -> dict[str, str]:
    kind = form.choice("encryption", [value for value, _ in ENCRYPTION], "sqs")
    if kind != "kms":
        word = "true" if kind == "sqs" else "false"
        return {"KmsMasterKeyId": "", "SqsManagedSseEnabled": word}
    reuse = form.number("KmsDataKeyReusePeriodSeconds", 300, *limits.KMS_REUSE_S)
    return {
        "KmsMasterKeyId": form.needed("KmsMasterKeyId", "The id or alias of the KMS key"),
        "KmsDataKeyReusePeriodSeconds": str(reuse),
        "SqsManagedSseEnabled": "false",
    }


def _redrive(form: Fields, queue: Named) -> dict[str, str]:
    name = name_of(form.text("dead_letters").strip())
    if not name:
        return {"RedrivePolicy": ""}
    count = form.number("receives", 10, *limits.MAX_RECEIVE_COUNT)
    target = queue._replace(name=name).arn
    policy = {"deadLetterTargetArn": target, "maxReceiveCount": count}
    return {"RedrivePolicy": json.dumps(policy, separators=(",", ":"))}


def _allow(form: Fields) -> dict[str, str]:
    return {
        "RedriveAllowPolicy": forms.document(
            form.text("RedriveAllowPolicy"), "The redrive allow policy"
        )
    }


def to_create(asked_for: Mapping[str, str], queue: Named) -> dict[str, str]:
    """What `CreateQueue` is told: only what is not so by itself."""
    usual = attributes.with_defaults({}, is_fifo=queue.is_fifo)
    made = {name: value for name, value in asked_for.items() if value and value != usual.get(name)}
    return made | ({"FifoQueue": "true"} if queue.is_fifo else {})


def to_change(asked_for: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """What `SetQueueAttributes` is told: only what is otherwise now."""
    return {name: value for name, value in asked_for.items() if not _same(value, now.get(name, ""))}


def _same(wanted: str, current: str) -> bool:
    if wanted == current:
        return True
    if not (wanted.startswith("{") and current.startswith("{")):
        return False
    return bool(json.loads(wanted) == json.loads(current))


class Shown(NamedTuple):
    """The attributes of a queue as its form is filled in."""

    values: Mapping[str, str]
    encryption: str
    dead_letters: str
    receives: int
    allow: str
    policy: str


def shown(values: Mapping[str, str]) -> Shown:
    """Fills in the form."""
    redrive = redrive_of(values)
    kind = "sqs" if values.get("SqsManagedSseEnabled") == "true" else "none"
    return Shown(
        values,
        "kms" if values.get("KmsMasterKeyId") else kind,
        redrive[0] if redrive else "",
        redrive[1] if redrive else 10,
        forms.pretty(values.get("RedriveAllowPolicy", "")),
        forms.pretty(values.get("Policy", "")),
    )


def redrive_of(values: Mapping[str, str]) -> tuple[str, int] | None:
    """The name of the dead-letter queue, and after how many receives messages go there."""
    try:
        policy = json.loads(values.get("RedrivePolicy") or "null")
        return name_of(policy["deadLetterTargetArn"]), int(policy["maxReceiveCount"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
