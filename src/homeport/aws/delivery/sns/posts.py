"""Posts to HTTP endpoints, each in its own pace.

https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from homeport.aws.delivery.sns import retries
from homeport.aws.delivery.sns.retries import Schedule
from homeport.aws.sns import limits
from homeport.aws.sns.engine import delivery_policy
from homeport.aws.sns.engine.arns import Address
from homeport.aws.sns.engine.envelope import NOTIFICATION, Confirmation
from homeport.aws.sns.engine.model import Message, Subscription
from homeport.aws.sns.sns import Sns

AT_ONCE = 8
"""Posts under way to one endpoint that answers well."""
SLOW_S = 1.0
"""An endpoint that takes longer gets one post at a time, so that it never takes the threads of the others."""
SLOW_AT_ONCE = 16
"""Posts under way to all endpoints that fail or are slow: half of the threads that there are for posts."""
TOO_MANY = 429


class Unanswered(NamedTuple):
    """Why a post failed, and whether it may be tried again."""

    why: str
    is_passing: bool


class Web(Protocol):
    """Posts, as `homeport.edge.outgoing.Outgoing` does."""

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status of the answer. Raises where there is none."""


@dataclass(slots=True)
class _Pace:
    width: int = 1
    is_slow: bool = False
    """Whether the last post failed, or took long."""
    is_failing: bool = False
    """Whether it failed."""
    next_at: float = 0.0
    """When the next post may go where a policy limits them."""


class Poster:
    """Posts messages; `web` gives what posts, when it is first needed."""

    def __init__(self, sns: Sns, web: Callable[[], Awaitable[Web]]) -> None:
        self._sns = sns
        self._web = web
        self._paces: dict[str, _Pace] = {}
        self._slow = asyncio.Semaphore(SLOW_AT_ONCE)
        self.default = retries.of_policy(delivery_policy.RETRY)

    def width(self, lane: str) -> int:
        """How many posts may be under way to an endpoint."""
        return self._pace(lane).width

    def is_failing(self, lane: str) -> bool:
        """Whether the last post to an endpoint failed."""
        return self._pace(lane).is_failing

    def _pace(self, lane: str) -> _Pace:
        if lane not in self._paces:
            if len(self._paces) >= limits.CACHED:
                self._paces.clear()
            self._paces[lane] = _Pace()
        return self._paces[lane]

    def _policy(self, to: Subscription) -> delivery_policy.Document:
        topic = self._sns.find(Address(to.account, to.region, to.topic_name))
        of_topic = None if topic is None else topic.settings.get("DeliveryPolicy")
        return delivery_policy.effective(to.settings.get("DeliveryPolicy"), of_topic)

    def schedule(self, to: Subscription) -> Schedule:
        """When to try again."""
        return retries.of_policy(self._policy(to)["healthyRetryPolicy"])

    async def notify(self, to: Subscription, message: Message, body: str) -> Unanswered | None:
        """Posts a message; None where it arrived."""
        policy = self._policy(to)
        if policy["throttlePolicy"]:
            await self._wait(to.lane, policy["throttlePolicy"]["maxReceivesPerSecond"])
        headers = {
            **_headers(NOTIFICATION, message.message_id, message.topic_arn),
            "x-amz-sns-subscription-arn": to.arn,
            "Content-Type": policy["requestPolicy"]["headerContentType"],
        }
        if to.is_raw:
            headers["x-amz-sns-rawdelivery"] = "true"
        return await self._post(to.lane, to.endpoint, headers, body)

    async def confirm(
        self, lane: str, url: str, made: Confirmation, body: str
    ) -> Unanswered | None:
        """Posts a message about a subscription."""
        headers = _headers(made.kind, made.message_id, made.topic_arn)
        headers["Content-Type"] = delivery_policy.REQUEST["headerContentType"]
        return await self._post(lane, url, headers, body)

    async def _wait(self, lane: str, rate: int) -> None:
        """Lets so many posts go in a second."""
        pace, now = self._pace(lane), self._sns.clock.now()
        at = max(now, pace.next_at)
        pace.next_at = at + 1 / rate
        if at > now:
            await self._sns.clock.sleep(at - now)

    async def _post(
        self, lane: str, url: str, headers: Mapping[str, str], body: str
    ) -> Unanswered | None:
        web, pace = await self._web(), self._pace(lane)
        async with self._slow if pace.is_slow else contextlib.nullcontext():
            begun = self._sns.clock.now()
            failure = await _posted(web, url, headers, body.encode())
            taken_s = self._sns.clock.now() - begun
        pace.is_failing = failure is not None
        pace.is_slow = pace.is_failing or taken_s > SLOW_S
        pace.width = 1 if pace.is_slow else min(2 * pace.width, AT_ONCE)
        return failure


async def _posted(web: Web, url: str, headers: Mapping[str, str], body: bytes) -> Unanswered | None:
    try:
        status = await web.post(url, headers, body)
    except ConnectionError as error:
        return Unanswered(str(error), is_passing=True)
    if 200 <= status < 300:
        return None
    # "All 5XX errors and 429 are retryable. All other errors are permanent failures":
    # https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html#creating-delivery-policy
    return Unanswered(f"The endpoint answered {status}.", status >= 500 or status == TOO_MANY)


def _headers(kind: str, message_id: str, topic_arn: str) -> dict[str, str]:
    """https://docs.aws.amazon.com/sns/latest/dg/http-header.html"""
    return {
        "x-amz-sns-message-type": kind,
        "x-amz-sns-message-id": message_id,
        "x-amz-sns-topic-arn": topic_arn,
        "User-Agent": "Amazon Simple Notification Service Agent",
        "Accept-Encoding": "gzip,deflate",
    }
