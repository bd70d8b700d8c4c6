"""Delivery policies of HTTP endpoints: how often, how fast, in which form.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html#creating-delivery-policy. How AWS refuses a wrong policy is recorded
nowhere; the texts here name the member.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from homeport.aws.patterns import tokens
from homeport.aws.patterns.invalid import Invalid
from homeport.aws.sns import limits

Refuse = Callable[[str], Exception]
Document = dict[str, Any]

RETRY: Document = {
    "minDelayTarget": 20,
    "maxDelayTarget": 20,
    "numRetries": 3,
    "numMaxDelayRetries": 0,
    "numNoDelayRetries": 0,
    "numMinDelayRetries": 0,
    "backoffFunction": "linear",
}
"""What holds where nothing is said: `EffectiveDeliveryPolicy` in `test_create_topic_with_attributes`, see `errors`."""
REQUEST: Document = {"headerContentType": "text/plain; charset=UTF-8"}
FUNCTIONS = ("arithmetic", "exponential", "geometric", "linear")
CONTENT_TYPES = (
    "application/atom+xml",
    "application/json",
    "application/octet-stream",
    "application/soap+xml",
    "application/x-www-form-urlencoded",
    "application/xhtml+xml",
    "application/xml",
    "text/css",
    "text/csv",
    "text/html",
    "text/plain",
    "text/xml",
)
_COUNTS = ("numMaxDelayRetries", "numNoDelayRetries", "numMinDelayRetries")


def json_object(name: str, text: str, refuse: Refuse) -> Document:
    """An attribute that is an object; what does not read is refused in the words of AWS's reader."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise refuse(f"{name}: {_why(text)}") from None
    if not isinstance(value, dict):
        raise refuse(f"{name}: not a JSON object")
    return value


def _why(text: str) -> str:
    reading = tokens.Tokens(text)
    try:
        while reading.next():
            pass
    except Invalid as wrong:
        return str(wrong)
    return "failed to parse JSON."


def of_topic(text: str, refuse: Refuse) -> str:
    """A policy of a topic as AWS gives it back; empty where it says nothing."""
    http = _member(json_object("DeliveryPolicy", text, refuse), "http", refuse)
    retry = _retry(_member(http, "defaultHealthyRetryPolicy", refuse), refuse)
    throttle = _throttle(_member(http, "defaultThrottlePolicy", refuse), refuse)
    request = _request(_member(http, "defaultRequestPolicy", refuse), refuse)
    kept: Document = {}
    if retry:
        kept["defaultHealthyRetryPolicy"] = retry
    kept["disableSubscriptionOverrides"] = http.get("disableSubscriptionOverrides") is True
    if throttle:
        kept["defaultThrottlePolicy"] = throttle
    if request:
        kept["defaultRequestPolicy"] = request
    return json.dumps({"http": kept}, separators=(",", ":"))


def effective_of_topic(kept: str | None) -> str:
    """What holds for the endpoints of a topic that say nothing."""
    http = json.loads(kept)["http"] if kept else {}
    found: Document = {
        "defaultHealthyRetryPolicy": RETRY | http.get("defaultHealthyRetryPolicy", {}),
        "disableSubscriptionOverrides": http.get("disableSubscriptionOverrides", False),
    }
    if "defaultThrottlePolicy" in http:
        found["defaultThrottlePolicy"] = http["defaultThrottlePolicy"]
    found["defaultRequestPolicy"] = http.get("defaultRequestPolicy", REQUEST)
    return json.dumps({"http": found}, separators=(",", ":"))


def of_subscription(text: str, refuse: Refuse) -> str:
    """A policy of a subscription as AWS gives it back.

    `test_subscribe_external_http_endpoint_content_type`, see `errors`.
    """
    said = json_object("DeliveryPolicy", text, refuse)
    retry = _retry(_member(said, "healthyRetryPolicy", refuse), refuse)
    return json.dumps(
        {
            "healthyRetryPolicy": RETRY | retry if retry else None,
            "sicklyRetryPolicy": None,
            "throttlePolicy": _throttle(_member(said, "throttlePolicy", refuse), refuse) or None,
            "requestPolicy": _request(_member(said, "requestPolicy", refuse), refuse) or None,
            "guaranteed": said.get("guaranteed") is True,
        },
        separators=(",", ":"),
    )


def effective(of_subscription: str | None, of_topic: str | None) -> Document:
    """What holds for an endpoint: its own policy over that of its topic."""
    http = json.loads(effective_of_topic(of_topic))["http"]
    own: Document = {}
    if of_subscription and not http["disableSubscriptionOverrides"]:
        own = json.loads(of_subscription)
    return {
        "healthyRetryPolicy": own.get("healthyRetryPolicy") or http["defaultHealthyRetryPolicy"],
        "sicklyRetryPolicy": None,
        "throttlePolicy": own.get("throttlePolicy") or http.get("defaultThrottlePolicy"),
        "requestPolicy": own.get("requestPolicy") or http["defaultRequestPolicy"],
        "guaranteed": own.get("guaranteed", False),
    }


def _member(document: Document, name: str, refuse: Refuse) -> Document:
    value = document.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise refuse(f"DeliveryPolicy: {name} must be a JSON object")
    return value


def _retry(said: Document, refuse: Refuse) -> Document:
    if not said:
        return {}
    found: Document = {}
    for name in ("minDelayTarget", "maxDelayTarget"):
        _take(said, name, limits.DELAY_S, found, refuse)
    for name in ("numRetries", *_COUNTS):
        _take(said, name, limits.RETRIES, found, refuse)
    function = said.get("backoffFunction")
    if function is not None:
        if function not in FUNCTIONS:
            raise refuse(f"DeliveryPolicy: backoffFunction must be one of {', '.join(FUNCTIONS)}")
        found["backoffFunction"] = function
    _check_together(RETRY | found, refuse)
    return found


def _take(
    said: Document, name: str, limit: tuple[int, int], into: Document, refuse: Refuse
) -> None:
    value = said.get(name)
    if value is None:
        return
    low, high = limit
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise refuse(f"DeliveryPolicy: {name} must be an integer between {low} and {high}")
    into[name] = value


def _check_together(policy: Document, refuse: Refuse) -> None:
    if policy["minDelayTarget"] > policy["maxDelayTarget"]:
        raise refuse("DeliveryPolicy: minDelayTarget must be less than or equal to maxDelayTarget")
    if sum(policy[name] for name in _COUNTS) > policy["numRetries"]:
        raise refuse("DeliveryPolicy: numRetries must be the sum of the retries of all phases")
    if sum(delays(policy)) > limits.POLICY_S:
        raise refuse(
            f"DeliveryPolicy: the total retry time must not exceed {limits.POLICY_S} seconds"
        )


def _throttle(said: Document, refuse: Refuse) -> Document:
    rate = said.get("maxReceivesPerSecond")
    if rate is None:
        return {}
    if isinstance(rate, bool) or not isinstance(rate, int) or rate < 1:
        raise refuse("DeliveryPolicy: maxReceivesPerSecond must be an integer of 1 or more")
    return {"maxReceivesPerSecond": rate}


def _request(said: Document, refuse: Refuse) -> Document:
    content_type = said.get("headerContentType")
    if content_type is None:
        return {}
    kind = content_type.partition(";")[0].strip() if isinstance(content_type, str) else ""
    if kind not in CONTENT_TYPES or not content_type.isprintable() or not content_type.isascii():
        raise refuse("DeliveryPolicy: headerContentType is not supported")
    return {"headerContentType": content_type}


def delays(policy: Document) -> list[float]:
    """Seconds to wait before each retry: at once, at the least delay, growing, at the greatest delay."""
    low, high = policy["minDelayTarget"], policy["maxDelayTarget"]
    at_once, at_low = policy["numNoDelayRetries"], policy["numMinDelayRetries"]
    at_high = policy["numMaxDelayRetries"]
    growing = policy["numRetries"] - at_once - at_low - at_high
    return [
        *[0.0] * at_once,
        *[float(low)] * at_low,
        *grown(policy["backoffFunction"], low, high, growing),
        *[float(high)] * at_high,
    ]


def grown(function: str, low: float, high: float, count: int) -> list[float]:
    """Delays from `low` to `high`. AWS names the functions and draws their curves; the formulas are ours."""
    if count == 1:
        return [float(low)]
    steps = count - 1
    shares = {
        "linear": lambda step: step / steps,
        "arithmetic": lambda step: step * (step + 1) / (steps * (steps + 1)),
        "exponential": lambda step: (2**step - 1) / (2**steps - 1),
    }
    if function == "geometric":
        return [low * (high / low) ** (step / steps) for step in range(count)]
    return [low + (high - low) * shares[function](step) for step in range(count)]
