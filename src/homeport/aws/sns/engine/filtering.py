"""Which subscriptions a message goes to: their filter policies.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from homeport.aws.patterns import grammar
from homeport.aws.patterns.invalid import Invalid
from homeport.aws.patterns.pattern import Pattern
from homeport.aws.sns import errors, limits
from homeport.aws.sns.engine import contents
from homeport.aws.sns.engine.model import Attributes, Subscription


def check(policy: str, scope: str | None, refuse: Callable[[str], Exception]) -> Pattern:
    """A filter policy, checked. `refuse` makes the error of a text.

    https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
    """
    if contents.size(policy) > limits.FILTER_BYTES:
        raise refuse("FilterPolicy: Filter policy is too large")
    try:
        pattern = grammar.parse(policy)
    except Invalid as wrong:
        raise refuse(f"FilterPolicy: {wrong}") from None
    if pattern.is_nested and scope != "MessageBody":
        raise errors.invalid(
            "Filter policy scope MessageAttributes does not support nested filter policy"
        )
    if pattern.complexity > limits.FILTER_COMBINATIONS:
        raise refuse("FilterPolicy: Filter policy is too complex")
    if len(pattern.keys) > limits.FILTER_KEYS:
        raise refuse(
            f"FilterPolicy: Filter policy can not have more than {limits.FILTER_KEYS} keys"
        )
    return pattern


class Subject:
    """A message as filter policies see it, each view made once."""

    def __init__(self, attributes: Attributes, text: Callable[[str], str]) -> None:
        self._attributes = attributes
        self._text = text
        self._seen: dict[str, Any] | None = None
        self._bodies: dict[str, Any] = {}

    def is_for(self, subscription: Subscription) -> bool:
        """Whether a subscription gets the message."""
        pattern = subscription.pattern
        if pattern is None:
            return True
        if not subscription.filters_body:
            if self._seen is None:
                self._seen = _as_event(self._attributes)
            return pattern.matches(self._seen)
        text = self._text(subscription.protocol)
        if text not in self._bodies:
            self._bodies[text] = _json(text)
        body = self._bodies[text]
        # https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html: `InvalidMessageBody` is filtered out.
        return isinstance(body, dict) and pattern.matches(body)


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_json)
    except (ValueError, RecursionError):
        return None


def _no_json(text: str) -> float:
    """Python reads `NaN` and `Infinity`, which JSON does not have: https://www.rfc-editor.org/rfc/rfc8259#section-6"""
    raise ValueError(text)


def _as_event(attributes: Attributes) -> dict[str, Any]:
    """Attributes by name; binary ones cannot be filtered by."""
    event: dict[str, Any] = {}
    for name, attribute in attributes.items():
        kind, text = attribute["DataType"], attribute.get("StringValue", "")
        if kind.startswith("Binary"):
            continue
        if kind == contents.ARRAY:
            event[name] = _json(text)
        else:
            event[name] = float(text) if kind.startswith("Number") else text
    return event
