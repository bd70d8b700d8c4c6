"""All topics of an account and region: the list, and a new one.

https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html
"""

from __future__ import annotations

import urllib.parse
from typing import Any, NamedTuple

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.messaging import forms
from homeport.console.cloud.sns import settings
from homeport.console.cloud.sns import topic as topics
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

PAGE = 100
WALKED = 10
"""Pages of 100 that are asked of a cloud that cannot look for names itself."""


class Found(NamedTuple):
    """One page of topics."""

    topics: list[dict[str, Any]]
    total: int
    is_whole: bool
    """Whether subscriptions were counted."""


async def list_page(visit: Visit) -> http.Response:
    """`/sns`"""
    prefix = visit.query.text("search").strip()
    offset = visit.query.number("offset", 0, 0, 10**9)
    return visit.page(
        "cloud/sns/topics.html",
        part="rows",
        found=await _find(visit, prefix, offset),
        prefix=prefix,
        offset=offset,
        page=PAGE,
        scope=visit.cloud.scope,
    )


async def _find(visit: Visit, prefix: str, offset: int) -> Found:
    scope = visit.cloud.scope
    said = {"account": scope.account, "region": scope.region, "prefix": prefix}
    said |= {"offset": str(offset), "n": str(PAGE)}
    reply = await visit.cloud.ask("GET", f"/_homeport/sns/topics?{urllib.parse.urlencode(said)}")
    if reply.status != 200:
        return await _elsewhere(visit, prefix, offset)
    answer = reply.json()
    return Found(answer["topics"], answer["total"], is_whole=True)


async def _elsewhere(visit: Visit, prefix: str, offset: int) -> Found:
    """As any cloud tells it."""
    names: list[str] = []
    token: dict[str, str] = {}
    for _ in range(WALKED):
        answer = await visit.cloud.call("sns", "ListTopics", **token)
        names += [topics.name_of(each["TopicArn"]) for each in answer.get("Topics", [])]
        if not answer.get("NextToken"):
            break
        token = {"NextToken": answer["NextToken"]}
    fitting = sorted(name for name in names if name.startswith(prefix))
    shown = [
        {"name": name, "is_fifo": name.endswith(".fifo"), "confirmed": None, "pending": None}
        for name in fitting[offset : offset + PAGE]
    ]
    return Found(shown, len(fitting), is_whole=False)


async def new_page(visit: Visit) -> http.Response:
    """`/sns/new`"""
    return visit.page(
        "cloud/sns/new.html",
        is_fifo=visit.query.has("fifo"),
        settings=settings,
        values={},
        tags_note=forms.TAGS_NOTE,
    )


async def create(visit: Visit) -> http.Response:
    """Makes a topic."""
    is_fifo = visit.form.has("fifo")
    name = visit.form.needed("name", "The name of the topic").removesuffix(".fifo")
    topic = topics.named(visit, f"{name}.fifo" if is_fifo else name)
    made = {k: v for k, v in settings.asked(visit.form, topic).items() if v}
    made |= {"FifoTopic": "true"} if is_fifo else {}
    tags = forms.tags(visit.form.text("tags"))
    if await _is_there(visit, topic):
        raise Trouble(
            f"There is a topic {topic.name} already.", hint="Choose another name.", status=409
        )
    await visit.cloud.call(
        "sns",
        "CreateTopic",
        Name=topic.name,
        Attributes=made,
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
    )
    return visit.go(topic.href, said=f"The topic {topic.name} was made.")


async def _is_there(visit: Visit, topic: topics.Named) -> bool:
    try:
        await visit.cloud.call("sns", "GetTopicAttributes", TopicArn=topic.arn)
    except Trouble as trouble:
        if trouble.status in {400, 404}:
            return False
        raise
    return True


ROWS = (
    Row("GET", "/sns", list_page, "cloud"),
    Row("POST", "/sns", create, "cloud_write"),
    Row("GET", "/sns/new", new_page, "cloud_write"),
)
