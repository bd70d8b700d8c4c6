"""What a notification configuration may say.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html

Recorded on AWS, where nothing else is said: `test_s3_notifications_sqs.snapshot.json` and its neighbours in
https://github.com/localstack/localstack/tree/main/tests/aws/services/s3
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any, NamedTuple

from homeport.aws.s3 import errors, limits
from homeport.aws.s3.notifications import names

Configuration = dict[str, Any]


class Kind(NamedTuple):
    """One kind of destination, as requests and errors name it."""

    member: str
    arn: str
    argument: str
    service: str


KINDS = (
    Kind("TopicConfigurations", "TopicArn", "Topic", "sns"),
    Kind("QueueConfigurations", "QueueArn", "Queue", "sqs"),
    Kind("LambdaFunctionConfigurations", "LambdaFunctionArn", "CloudFunction", "lambda"),
)
_FILTER_NAMES = {"prefix": "Prefix", "suffix": "Suffix"}


def read(given: dict[str, Any], region: str, new_id: Callable[[], str]) -> dict[str, Any]:
    """A configuration as it is kept: checked, each of its parts with an id."""
    kept: dict[str, Any] = {}
    for kind in KINDS:
        parts = list(_given(given, kind))
        if parts:
            kept[kind.member] = [_read_one(kind, part, region, new_id) for part in parts]
    if "EventBridgeConfiguration" in given:
        kept["EventBridgeConfiguration"] = {}
    every = [one for _, one in configurations(kept)]
    _check_together(every)
    return kept


def configurations(kept: dict[str, Any]) -> Iterator[tuple[Kind, Configuration]]:
    """All parts of a configuration that have a destination."""
    for kind in KINDS:
        for one in kept.get(kind.member, ()):
            yield kind, one


def _given(given: dict[str, Any], kind: Kind) -> Iterator[Configuration]:
    """The parts of one kind; functions are written in two ways, and both are read."""
    yield from given.get(kind.member) or ()
    yield from given.get(f"{kind.member}ByName") or ()


def _read_one(
    kind: Kind, given: Configuration, region: str, new_id: Callable[[], str]
) -> Configuration:
    arn = given.get(kind.arn) or given.get(f"{kind.arn}ByName")
    events = given.get("Events")
    if not arn or not events:
        raise errors.MALFORMED_XML()
    name = given.get("Id") or new_id()
    if len(name) > limits.NOTIFICATION_ID:
        raise errors.argument("Id", name, "The ID must be at most 255 characters long.")
    _check_events(events)
    filters = _filter(given.get("Filter") or {})
    _check_arn(kind, arn, region)
    return {"Id": name, kind.arn: arn, "Events": list(dict.fromkeys(events)), **filters}


def _check_events(events: list[str]) -> None:
    for event in events:
        if event not in names.KNOWN:
            raise errors.argument(
                "Event", event, f"The event '{event}' is not supported for notifications"
            )


def _filter(given: dict[str, Any]) -> dict[str, Any]:
    """A filter with its names in AWS's spelling."""
    rules = (given.get("Key") or {}).get("FilterRules") or []
    read = []
    for rule in rules:
        name, value = rule.get("Name") or "", rule.get("Value") or ""
        if name.lower() not in _FILTER_NAMES:
            raise errors.argument(
                "FilterRule.Name", name, "filter rule name must be either prefix or suffix"
            )
        if len(value.encode()) > limits.KEY_SIZE:
            raise errors.argument(
                "FilterRule.Value",
                value,
                "Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation",
            )
        read.append({"Name": _FILTER_NAMES[name.lower()], "Value": value})
    for name, spelt in _FILTER_NAMES.items():
        if sum(rule["Name"] == spelt for rule in read) > 1:
            raise errors.argument(
                "FilterRule.Name", name, f"Cannot specify more than one {name} rule in a filter."
            )
    return {"Filter": {"Key": {"FilterRules": read}}} if read else {}


def _check_arn(kind: Kind, arn: str, region: str) -> None:
    parts = arn.split(":")
    is_whole = parts[0] == "arn" and len(parts) >= 6 and all(parts[3:6])
    is_function = len(parts) in (7, 8) and parts[5] == "function"
    if not is_whole or parts[2] != kind.service or (is_function != (kind.service == "lambda")):
        raise errors.argument(kind.argument, arn, "The ARN could not be parsed")
    if parts[3] != region:
        raise errors.argument(
            kind.argument,
            arn,
            "The notification destination service region is not valid for the bucket location constraint",
        )
    if kind.service == "sqs" and arn.endswith(".fifo"):
        raise errors.argument(kind.argument, arn, "FIFO SQS queues are not supported.")
    if kind.service == "sns" and arn.endswith(".fifo"):
        # Unrecorded; FIFO topics are not supported either: the page of event types.
        raise errors.argument(kind.argument, arn, "FIFO SNS topics are not supported.")


def _check_together(every: list[Configuration]) -> None:
    if len(every) > limits.NOTIFICATIONS:
        # The number is AWS's, the text is ours: theirs is unrecorded.
        raise errors.INVALID_ARGUMENT(
            f"A bucket can have at most {limits.NOTIFICATIONS} event notification configurations."
        )
    if len({one["Id"] for one in every}) < len(every):
        raise errors.INVALID_ARGUMENT(
            "Same ID used for multiple configurations. IDs must be unique."
        )
    for one, other in combinations(every, 2):
        if _share_keys(one, other) and _share_events(one, other):
            raise errors.INVALID_ARGUMENT(_overlap(one, other))


def _share_events(one: Configuration, other: Configuration) -> bool:
    return any(
        names.covers(a, b) or names.covers(b, a) for a in one["Events"] for b in other["Events"]
    )


def _share_keys(one: Configuration, other: Configuration) -> bool:
    prefix, other_prefix = affix(one, "Prefix"), affix(other, "Prefix")
    suffix, other_suffix = affix(one, "Suffix"), affix(other, "Suffix")
    return (prefix.startswith(other_prefix) or other_prefix.startswith(prefix)) and (
        suffix.endswith(other_suffix) or other_suffix.endswith(suffix)
    )


def _overlap(one: Configuration, other: Configuration) -> str:
    if "Filter" in one or "Filter" in other:
        return (
            "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are "
            "overlapping for the same event type."
        )
    return "Configurations overlap. Configurations on the same bucket cannot share a common event type."


def affix(one: Configuration, name: str) -> str:
    """The prefix or the suffix that a part asks for; empty where it asks for none."""
    rules = one.get("Filter", {}).get("Key", {}).get("FilterRules", ())
    return next((rule["Value"] for rule in rules if rule["Name"] == name), "")
