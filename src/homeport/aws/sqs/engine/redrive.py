"""Redrive policies: which queue takes the messages that were received too often, and from whom.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from homeport.aws.sqs import errors, limits

PERMISSIONS = ("allowAll", "denyAll", "byQueue")
_UNSUPPORTED = (
    "Invalid value for the parameter RedriveAllowPolicy. Reason: Amazon SQS can't create the redrive allow policy, "
    "as it’s in an unsupported format."
)


class Policy(NamedTuple):
    """Where messages go that were received more than `max_receive_count` times."""

    target_arn: str
    max_receive_count: int


class Address(NamedTuple):
    """What the ARN of a queue names."""

    account: str
    region: str
    name: str


def address(arn: Any) -> Address | None:
    """The queue that an ARN names, None where it is no ARN of a queue."""
    parts = arn.split(":") if isinstance(arn, str) else []
    if len(parts) != 6 or parts[0] != "arn" or parts[2] != "sqs" or not all(parts[3:]):
        return None
    return Address(parts[4], parts[3], parts[5])


def kept(value: str | None) -> Policy | None:
    """The policy of a queue, from the attribute as it was checked and kept."""
    if not value:
        return None
    policy = json.loads(value)
    return Policy(policy["deadLetterTargetArn"], int(policy["maxReceiveCount"]))


def form(value: str) -> str:
    """A `RedrivePolicy` as AWS gives it back.

    `get-source-attributes` in https://github.com/yavosh/pail/blob/main/test/diff/testdata/golden/sqs-dead-letter.json
    """
    policy = parse(value)
    return json.dumps(
        {
            "deadLetterTargetArn": policy.target_arn,
            "maxReceiveCount": policy.max_receive_count,
        },
        separators=(",", ":"),
    )


def allow_form(value: str) -> str:
    """A `RedriveAllowPolicy` as AWS gives it back.

    `get-allow-by-queue` in https://github.com/yavosh/pail/blob/main/test/diff/testdata/golden/sqs-edge-cases.json
    """
    return json.dumps(json.loads(value), separators=(",", ":"), sort_keys=True)


def parse(value: str) -> Policy:
    """Reads a `RedrivePolicy`; raises `InvalidParameterValue` in AWS's words."""
    policy = _object(
        value,
        "Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map.",
    )
    for name in ("maxReceiveCount", "deadLetterTargetArn"):
        if name not in policy:
            raise _invalid(value, f"Redrive policy does not contain mandatory attribute: {name}.")
    if len(policy) > 2:
        raise _invalid(
            value,
            "Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount].",
        )
    target = policy["deadLetterTargetArn"]
    if address(target) is None:
        raise _invalid(value, "Invalid value for deadLetterTargetArn.")
    return Policy(target, _count(value, policy["maxReceiveCount"]))


def _count(value: str, count: Any) -> int:
    low, high = limits.MAX_RECEIVE_COUNT
    is_number = isinstance(count, int) and not isinstance(count, bool)
    is_text = isinstance(count, str) and count.isascii() and count.isdigit() and len(count) <= 4
    number = int(count) if is_number or is_text else 0
    if not low <= number <= high:
        raise _invalid(
            value,
            f"Invalid value for maxReceiveCount: {count}, valid values are from {low} to {high} both inclusive.",
        )
    return number


def check_target(source: Address, value: str, policy: Policy, allow: str | None) -> None:
    """Checks that a queue may name its dead-letter queue, which exists and has `allow` as its `RedriveAllowPolicy`."""
    target = address(policy.target_arn)
    if target is None:
        raise _invalid(value, "Invalid value for deadLetterTargetArn.")
    if (target.account, target.region) != (source.account, source.region):
        raise _invalid(value, "Dead-letter target owner should be same as the source.")
    if target.name.endswith(".fifo") != source.name.endswith(".fifo"):
        raise _invalid(value, "Dead-letter queue must be same type of queue as the source.")
    # A queue may name itself: `redrive-to-self` in
    # https://github.com/yavosh/pail/blob/main/test/diff/testdata/golden/sqs-edge-cases.json
    if not is_allowed(source, allow):
        raise _invalid(
            value, f"Dead-letter target {policy.target_arn} does not allow this source queue."
        )


def is_allowed(source: Address, allow: str | None) -> bool:
    """Whether a dead-letter queue with this `RedriveAllowPolicy` takes messages of the source."""
    if not allow:
        return True
    policy = json.loads(allow)
    if policy["redrivePermission"] == "byQueue":
        arn = f"arn:aws:sqs:{source.region}:{source.account}:{source.name}"
        return arn in policy["sourceQueueArns"]
    return bool(policy["redrivePermission"] == "allowAll")


def check_allow(value: str) -> None:
    """Checks a `RedriveAllowPolicy`; raises `InvalidParameterValue` in AWS's words."""
    policy = _object(value, _UNSUPPORTED)
    permission = policy.get("redrivePermission")
    sources = policy.get("sourceQueueArns")
    if permission not in PERMISSIONS or not policy.keys() <= {
        "redrivePermission",
        "sourceQueueArns",
    }:
        raise errors.INVALID_PARAMETER(_UNSUPPORTED)
    if sources is not None and not (
        isinstance(sources, list) and all(address(arn) is not None for arn in sources)
    ):
        raise errors.INVALID_PARAMETER(_UNSUPPORTED)
    reason = _wrong_sources(permission, sources)
    if reason:
        raise errors.invalid_value(
            value,
            "RedriveAllowPolicy",
            f"Amazon SQS can't create the redrive allow policy. {reason}",
        )


def _wrong_sources(permission: str, sources: list[str] | None) -> str:
    if permission != "byQueue":
        return (
            "To specify one or more source queue ARNs, you must set redrivePermission to byQueue."
            if sources
            else ""
        )
    if not sources:
        return "When you specify the byQueue permission type, you must also specify one or more sourceQueueArns values."
    if len(sources) > limits.REDRIVE_SOURCES:
        return "The maximum number of source queue ARNs you can specify is 10."
    return ""


def _object(value: str, message: str) -> dict[str, Any]:
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError) as error:
        raise errors.INVALID_PARAMETER(message) from error
    if not isinstance(parsed, dict):
        raise errors.INVALID_PARAMETER(message)
    return parsed


def _invalid(value: str, reason: str) -> Exception:
    return errors.invalid_value(value, "RedrivePolicy", reason)
