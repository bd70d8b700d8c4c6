"""Endpoints of subscriptions, by their protocol.

https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from homeport.aws.sns import errors
from homeport.aws.sns.engine import arns

PROTOCOLS = ("application", "email", "email-json", "http", "https", "lambda", "sms", "sqs")
"""`firehose` is not here: there is no Firehose."""
CONFIRMING = frozenset({"email", "email-json", "http", "https"})
"""Protocols whose endpoint has to say that it wants the messages."""
HTTP = frozenset({"http", "https"})
MAIL = frozenset({"email", "email-json"})
_PHONE = re.compile(r"\+?[0-9]+(?:[-./ ]?[0-9]+)*")
_NUMBER = re.compile(r"\+[0-9]{4,15}")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")
_LONGEST = 2_048


def check(protocol: str, endpoint: str | None, *, is_fifo: bool) -> str:
    """The endpoint of a new subscription, checked."""
    if protocol not in PROTOCOLS:
        raise errors.invalid(f"Amazon SNS does not support this protocol string: {protocol}")
    if not endpoint:
        raise errors.invalid("Endpoint must be specified")
    if len(endpoint) > _LONGEST or not endpoint.isprintable():
        raise errors.invalid("Endpoint")
    _CHECKS[protocol](endpoint, protocol)
    if is_fifo and protocol != "sqs":
        # https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html. In words that AWS had for it until 2023:
        # https://github.com/localstack/localstack/pull/7267
        raise errors.invalid("Invalid parameter: Endpoint", "Please use FIFO SQS queue")
    if protocol == "sqs" and not is_fifo and endpoint.endswith(".fifo"):
        raise errors.invalid(
            "Invalid parameter: Endpoint",
            "FIFO SQS Queues can not be subscribed to standard SNS topics",
        )
    return endpoint


def _sqs(endpoint: str, _: str) -> None:
    parts = endpoint.split(":")
    if arns.service_of(endpoint) != "sqs" or len(parts) != arns.ELEMENTS or not all(parts[3:]):
        raise errors.invalid("SQS endpoint ARN")


def _lambda(endpoint: str, _: str) -> None:
    parts = endpoint.split(":")
    if arns.service_of(endpoint) != "lambda" or len(parts) < 7 or parts[5] != "function":
        raise errors.invalid("Lambda endpoint ARN")


def _application(endpoint: str, _: str) -> None:
    if arns.service_of(endpoint) != "sns" or not endpoint.split(":")[5].startswith("endpoint/"):
        raise errors.invalid("Application endpoint arn invalid:" + endpoint)


def _http(endpoint: str, protocol: str) -> None:
    try:
        parts = urlsplit(endpoint)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, has_host = urlsplit(""), False
    if parts.scheme != protocol:
        raise errors.invalid("Endpoint must match the specified protocol")
    if not has_host or not endpoint.isascii() or " " in endpoint:
        raise errors.invalid(f"Unreachable Endpoint: {endpoint}")


def _mail(endpoint: str, _: str) -> None:
    if not _MAIL.fullmatch(endpoint):
        raise errors.invalid("Email address")


def _sms(endpoint: str, _: str) -> None:
    # `test_subscribe_invalid_sms`; the text has no `Invalid parameter` in front.
    if not _PHONE.fullmatch(endpoint):
        raise errors.INVALID(f"Invalid SMS endpoint: {endpoint}")


_CHECKS = {
    "application": _application,
    "email": _mail,
    "email-json": _mail,
    "http": _http,
    "https": _http,
    "lambda": _lambda,
    "sms": _sms,
    "sqs": _sqs,
}


def check_number(number: str) -> None:
    """A phone number to publish to: https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html (E.164)."""
    if not _NUMBER.fullmatch(number):
        raise errors.invalid("PhoneNumber", f"{number} is not valid to publish to")
