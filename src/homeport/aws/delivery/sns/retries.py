"""When a delivery is tried again.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from homeport.aws.sns.engine import delivery_policy

Schedule = Callable[[int], float | None]
"""Seconds until the next try after so many tries before the one that failed; None where that was the last one."""

_FIRST: Sequence[float] = (
    *[0.0] * 3,
    *[1.0] * 2,
    *delivery_policy.grown("exponential", 1, 20, 10),
)
_THEN_COUNT, _THEN_S = 100_000, 20.0


def managed(attempts: int) -> float | None:
    """For what AWS itself runs, queues and functions: 100,015 tries over 23 days. AWS adds some chance to the times; this does not."""
    if attempts < len(_FIRST):
        return _FIRST[attempts]
    return _THEN_S if attempts < len(_FIRST) + _THEN_COUNT else None


def of_policy(policy: delivery_policy.Document) -> Schedule:
    """For HTTP endpoints."""
    delays = delivery_policy.delays(policy)
    return lambda attempts: delays[attempts] if attempts < len(delays) else None
