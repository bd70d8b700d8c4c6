"""One topic, as its pages name it and ask for it."""

from __future__ import annotations

import asyncio
import re
import urllib.parse
from collections.abc import Coroutine
from typing import Any, NamedTuple

from homeport.console.asking import troubles
from homeport.console.asking.troubles import Trouble, Unreachable
from homeport.console.visit import Visit

_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}|[A-Za-z0-9_-]{1,251}\.fifo")
"""https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html"""


class Named(NamedTuple):
    """What a topic is called in all the ways there are."""

    name: str
    account: str
    region: str

    @property
    def arn(self) -> str:
        """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""
        return f"arn:aws:sns:{self.region}:{self.account}:{self.name}"

    @property
    def href(self) -> str:
        """Its page."""
        return f"/sns/t/{urllib.parse.quote(self.name)}"

    @property
    def is_fifo(self) -> bool:
        """Whether it keeps the order."""
        return self.name.endswith(".fifo")


def named(visit: Visit, name: str) -> Named:
    """A topic of the account and region that are shown."""
    scope = visit.cloud.scope
    return Named(name, scope.account, scope.region)


def of(visit: Visit) -> Named:
    """The topic that the path names."""
    name = visit.names["topic"]
    if not _NAME.fullmatch(name):
        raise troubles.missing("There is no such topic: this can be no name of one.")
    return named(visit, name)


def name_of(arn: str) -> str:
    """The name in an ARN."""
    return arn.rsplit(":", maxsplit=1)[-1]


async def attributes(visit: Visit, topic: Named) -> dict[str, str]:
    """All attributes of a topic. Raises `Trouble` of status 404 where there is none."""
    try:
        answer = await visit.cloud.call("sns", "GetTopicAttributes", TopicArn=topic.arn)
    except Unreachable:
        raise
    except Trouble as trouble:
        if trouble.status != 404:
            raise
        raise troubles.missing(
            f"There is no topic {topic.name} in account {topic.account} and region {topic.region}.",
            "Another account or region is chosen on the overview of the local AWS.",
        ) from trouble
    return dict(answer["Attributes"])


async def with_attributes(
    visit: Visit, topic: Named, *asked: Coroutine[Any, Any, Any]
) -> tuple[dict[str, str], list[Any]]:
    """All attributes, and what else is asked meanwhile. Where there is no such topic that is said, whoever noticed it first."""
    first, *others = await asyncio.gather(attributes(visit, topic), *asked, return_exceptions=True)
    for result in (first, *others):
        if isinstance(result, BaseException):
            raise result
    values: Any = first
    return values, others
