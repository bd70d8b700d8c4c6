"""The names of topics, subscriptions, applications and endpoints.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html#amazonsns-resources-for-iam-policies
"""

from __future__ import annotations

from typing import NamedTuple

from homeport.aws.sns import errors

ELEMENTS = 6


class Address(NamedTuple):
    """What the ARN of a topic names."""

    account: str
    region: str
    name: str

    @property
    def arn(self) -> str:
        """The ARN."""
        return f"arn:aws:sns:{self.region}:{self.account}:{self.name}"


def parse(arn: str, parameter: str) -> list[str]:
    """The elements of an ARN, six or more; raises in AWS's words."""
    parts = arn.split(":")
    if len(parts) < ELEMENTS:
        raise errors.invalid(
            parameter, f"An ARN must have at least {ELEMENTS} elements, not {len(parts)}"
        )
    return parts


def topic(arn: str, region: str, parameter: str = "TopicArn") -> Address:
    """The topic that an ARN of the caller's region names."""
    parts = parse(arn, parameter)
    if parts[0] != "arn" or parts[2] != "sns" or parts[3] != region or len(parts) != ELEMENTS:
        raise errors.invalid(parameter)
    return Address(parts[4], parts[3], parts[5])


class SubscriptionAddress(NamedTuple):
    """What the ARN of a subscription names."""

    topic: Address
    uuid: str


def subscription(arn: str) -> SubscriptionAddress:
    """The subscription that an ARN names."""
    if not arn:
        raise errors.invalid("SubscriptionArn", "no value for required parameter")
    parts = parse(arn, "SubscriptionArn")
    if len(parts) != ELEMENTS + 1:
        raise errors.invalid("SubscriptionId")
    return SubscriptionAddress(Address(parts[4], parts[3], parts[5]), parts[6])


def service_of(arn: str) -> str:
    """The service that an ARN is of; empty where it is no ARN."""
    parts = arn.split(":")
    return parts[2] if len(parts) >= ELEMENTS and parts[0] == "arn" else ""
