"""Attributes of queues: which there are, their defaults, which values they take.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from homeport.aws.sqs import errors, limits
from homeport.aws.sqs.engine import redrive

RANGES = {
    "DelaySeconds": limits.DELAY_S,
    "MaximumMessageSize": limits.MESSAGE_SIZE,
    "MessageRetentionPeriod": limits.RETENTION_S,
    "ReceiveMessageWaitTimeSeconds": limits.WAIT_S,
    "VisibilityTimeout": limits.VISIBILITY_S,
    "KmsDataKeyReusePeriodSeconds": limits.KMS_REUSE_S,
}
CHOICES = {
    "SqsManagedSseEnabled": ("true", "false"),
    "FifoQueue": ("true",),
    "ContentBasedDeduplication": ("true", "false"),
    "DeduplicationScope": ("queue", "messageGroup"),
    "FifoThroughputLimit": ("perQueue", "perMessageGroupId"),
}
ONLY_FIFO = {"FifoQueue", "ContentBasedDeduplication"}
"""Unknown to a standard queue."""
HIGH_THROUGHPUT = {"DeduplicationScope", "FifoThroughputLimit"}
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html"""
COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
READ_ONLY = {*COUNTS, "CreatedTimestamp", "LastModifiedTimestamp", "QueueArn"}
DEFAULTS = {
    "VisibilityTimeout": "30",
    "MaximumMessageSize": str(limits.MESSAGE_SIZE[1]),
    "MessageRetentionPeriod": "345600",
    "DelaySeconds": "0",
    "ReceiveMessageWaitTimeSeconds": "0",
    "SqsManagedSseEnabled": "true",
}
FIFO_DEFAULTS = {
    "FifoQueue": "true",
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "FifoThroughputLimit": "perQueue",
}
JSON = {"Policy", "RedrivePolicy", "RedriveAllowPolicy"}
REMOVABLE = {*JSON, "KmsMasterKeyId"}
"""An empty value takes these away."""
SETTABLE = {*RANGES, *CHOICES, *REMOVABLE}
NAMES = {*SETTABLE, *READ_ONLY}


def with_defaults(settings: Mapping[str, str], *, is_fifo: bool) -> dict[str, str]:
    """All attributes of a queue: what was set, over what holds by itself."""
    every = DEFAULTS | (FIFO_DEFAULTS if is_fifo else {})
    if "KmsMasterKeyId" in settings:
        every |= {"SqsManagedSseEnabled": "false", "KmsDataKeyReusePeriodSeconds": "300"}
    return {**every, **settings}


def change(
    before: Mapping[str, str], requested: Mapping[str, str], *, is_fifo: bool
) -> dict[str, str]:
    """The settings after a request, which is checked; raises as `SetQueueAttributes` does."""
    after = dict(before)
    for name, value in requested.items():
        _check_name(name, value, is_fifo=is_fifo)
        if value == "" and name in REMOVABLE:
            after.pop(name, None)
            if name == "KmsMasterKeyId":
                after.pop("KmsDataKeyReusePeriodSeconds", None)
            continue
        _check_value(name, value)
        after[name] = _FORMS[name](value) if name in _FORMS else value
    _check_together(after, requested, is_fifo=is_fifo)
    return after


def _check_name(name: str, value: str, *, is_fifo: bool) -> None:
    if name not in SETTABLE:
        raise errors.INVALID_ATTRIBUTE_NAME(f"Unknown Attribute {name}.")
    if not is_fifo and name in ONLY_FIFO:
        raise errors.INVALID_ATTRIBUTE_NAME(f"Unknown Attribute {name}.")
    if not is_fifo and name in HIGH_THROUGHPUT:
        raise errors.INVALID_ATTRIBUTE_NAME(
            f"You can specify the {name} only when FifoQueue is set to true."
        )
    if name == "FifoQueue" and value != "true":
        raise errors.INVALID_ATTRIBUTE_VALUE(
            "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported."
        )


def _check_value(name: str, value: str) -> None:
    if name in RANGES:
        low, high = RANGES[name]
        is_number = value.isascii() and value.isdigit() and len(value) <= 10
        is_valid = is_number and low <= int(value) <= high
    elif name in CHOICES:
        is_valid = value in CHOICES[name]
    else:
        _CHECKS[name](value)
        is_valid = True
    if not is_valid:
        raise _invalid(name)


def _check_policy(value: str) -> None:
    if len(value.encode(errors="replace")) > limits.POLICY_BYTES:
        raise errors.OVER_LIMIT(
            f"The policy has more than {limits.POLICY_BYTES} bytes, which is the maximum."
        )
    try:
        policy = json.loads(value)
    except (ValueError, RecursionError) as error:
        raise _invalid("Policy") from error
    statements = policy.get("Statement") if isinstance(policy, dict) else None
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list) or not all(isinstance(one, dict) for one in statements):
        raise _invalid("Policy")
    if len(statements) > limits.POLICY_STATEMENTS:
        raise errors.OVER_LIMIT(
            f"{len(statements)} statements were found in the submitted policy, max allowed is {limits.POLICY_STATEMENTS}"
        )


def _check_key(value: str) -> None:
    if len(value) > 2_048:
        raise _invalid("KmsMasterKeyId")


_CHECKS: dict[str, Callable[[str], Any]] = {
    "Policy": _check_policy,
    "RedrivePolicy": redrive.parse,
    "RedriveAllowPolicy": redrive.check_allow,
    "KmsMasterKeyId": _check_key,
}


_FORMS: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(RANGES, lambda value: str(int(value))),
    "RedrivePolicy": redrive.form,
    "RedriveAllowPolicy": redrive.allow_form,
}
"""Attributes that come back in AWS's own form, however they were written."""


def _check_together(after: dict[str, str], requested: Mapping[str, str], *, is_fifo: bool) -> None:
    if requested.get("KmsMasterKeyId") and "SqsManagedSseEnabled" not in requested:
        after["SqsManagedSseEnabled"] = "false"
    if after.get("KmsMasterKeyId") and after.get("SqsManagedSseEnabled") == "true":
        raise errors.INVALID_ATTRIBUTE_NAME(
            "You can use one type of server-side encryption (SSE) at one time. "
            "You can either enable KMS SSE or SQS SSE."
        )
    every = with_defaults(after, is_fifo=is_fifo)
    is_per_group = every.get("DeduplicationScope") == "messageGroup"
    if every.get("FifoThroughputLimit") == "perMessageGroupId" and not is_per_group:
        raise errors.INVALID_ATTRIBUTE_VALUE(
            "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup."
        )


def first_difference(existing: Mapping[str, str], requested: Mapping[str, str]) -> str | None:
    """The first requested attribute that a queue of the same name has otherwise."""
    for name, value in requested.items():
        if not _is_same(name, existing.get(name, ""), value):
            return name
    return None


def _is_same(name: str, kept: str, requested: str) -> bool:
    if kept == requested:
        return True
    if name in RANGES:
        return requested.isdigit() and kept == str(int(requested))
    if name not in JSON or not kept or not requested:
        return False
    ours, theirs = json.loads(kept), json.loads(requested)
    if name == "RedrivePolicy":
        return redrive.kept(kept) == redrive.parse(requested)
    return bool(ours == theirs)


def selected(names: list[str]) -> set[str]:
    """The attributes that `GetQueueAttributes` is asked for; raises where there is no such name."""
    if "All" in names:
        return NAMES
    for name in names:
        if name not in NAMES:
            raise errors.INVALID_ATTRIBUTE_NAME(f"Unknown Attribute {name}.")
    return set(names)


def _invalid(name: str) -> Exception:
    return errors.INVALID_ATTRIBUTE_VALUE(f"Invalid value for the parameter {name}.")
