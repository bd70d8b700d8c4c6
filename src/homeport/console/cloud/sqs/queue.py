"""One queue, as its pages name it and ask for it."""

from __future__ import annotations

import asyncio
import re
import urllib.parse
from collections.abc import Coroutine, Mapping
from typing import Any, NamedTuple

from homeport.console.asking import troubles
from homeport.console.asking.troubles import Trouble, Unreachable
from homeport.console.visit import Visit

_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo")
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html"""
SUBSCRIPTIONS = 1_000
"""Subscriptions that are looked through for those of a queue: SNS lists them 100 at a time, and not by their end point."""


class Named(NamedTuple):
    """What a queue is called in all the ways there are."""

    name: str
    account: str
    region: str
    url: str
    """As people and programs reach it."""

    @property
    def arn(self) -> str:
        """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""
        return f"arn:aws:sqs:{self.region}:{self.account}:{self.name}"

    @property
    def href(self) -> str:
        """Its page."""
        return f"/sqs/q/{urllib.parse.quote(self.name)}"

    @property
    def is_fifo(self) -> bool:
        """Whether it keeps the order."""
        return self.name.endswith(".fifo")

    @property
    def place(self) -> str:
        """It below pages of the cloud that take region, account and name."""
        return f"{self.region}/{self.account}/{self.name}"


def named(visit: Visit, name: str) -> Named:
    """A queue of the account and region that are shown."""
    scope = visit.cloud.scope
    base = visit.cloud.public_url.rstrip("/")
    return Named(name, scope.account, scope.region, f"{base}/{scope.account}/{name}")


def of(visit: Visit) -> Named:
    """The queue that the path names."""
    name = visit.names["queue"]
    if not _NAME.fullmatch(name):
        raise troubles.missing("There is no such queue: this can be no name of one.")
    return named(visit, name)


def name_of(arn: str) -> str:
    """The name in an ARN, or in a URL."""
    return re.split(r"[:/]", arn)[-1]


async def attributes(visit: Visit, queue: Named) -> dict[str, str]:
    """All attributes of a queue. Raises `Trouble` of status 404 where there is none."""
    try:
        answer = await visit.cloud.call(
            "sqs", "GetQueueAttributes", QueueUrl=queue.url, AttributeNames=["All"]
        )
    except Unreachable:
        raise
    except Trouble as trouble:
        if "does not exist" in trouble.what:
            raise troubles.missing(
                f"There is no queue {queue.name} in account {queue.account} and region {queue.region}.",
                "Another account or region is chosen on the overview of the local AWS.",
            ) from trouble
        raise
    found: Mapping[str, str] = answer.get("Attributes", {})
    return dict(found)


async def with_attributes(
    visit: Visit, queue: Named, *asked: Coroutine[Any, Any, Any]
) -> tuple[dict[str, str], list[Any]]:
    """All attributes, and what else is asked meanwhile. Where there is no such queue that is said, whoever noticed it first."""
    first, *others = await asyncio.gather(attributes(visit, queue), *asked, return_exceptions=True)
    for result in (first, *others):
        if isinstance(result, BaseException):
            raise result
    values: Any = first
    return values, others


async def sources(visit: Visit, queue: Named) -> list[str]:
    """Names of the queues whose dead-letter queue this is."""
    answer = await visit.cloud.call("sqs", "ListDeadLetterSourceQueues", QueueUrl=queue.url)
    return [name_of(url) for url in answer.get("queueUrls", [])]


class Around(NamedTuple):
    """What leads to a queue, and what reads it. None where that service does not tell."""

    sources: list[str]
    topics: list[str] | None
    functions: list[dict[str, Any]] | None


async def around(visit: Visit, queue: Named) -> Around:
    """Asks all services at once."""
    its_sources, topics, functions = await asyncio.gather(
        sources(visit, queue), _told(_topics(visit, queue)), _told(_functions(visit, queue))
    )
    return Around(its_sources, topics, functions)


async def _told(asked: Coroutine[Any, Any, list[Any]]) -> list[Any] | None:
    """A service that is switched off, or still being opened, does not take the page down."""
    try:
        return await asked
    except Trouble:
        return None


async def _topics(visit: Visit, queue: Named) -> list[str]:
    """ARNs of the topics that send here."""
    found: list[str] = []
    token: dict[str, str] = {}
    for _ in range(SUBSCRIPTIONS // 100):
        answer = await visit.cloud.call("sns", "ListSubscriptions", **token)
        found += [
            each["TopicArn"]
            for each in answer.get("Subscriptions", [])
            if each.get("Endpoint") == queue.arn
        ]
        if not answer.get("NextToken"):
            break
        token = {"NextToken": answer["NextToken"]}
    return found


async def _functions(visit: Visit, queue: Named) -> list[dict[str, Any]]:
    """Event source mappings that read it."""
    answer = await visit.cloud.call("lambda", "ListEventSourceMappings", EventSourceArn=queue.arn)
    return [
        {**each, "name": each.get("FunctionArn", "").split(":function:")[-1].split(":")[0]}
        for each in answer.get("EventSourceMappings", [])
    ]
