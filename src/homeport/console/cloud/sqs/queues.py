"""All queues of an account and region: the list, and a new one.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html
"""

from __future__ import annotations

import asyncio
import urllib.parse
from typing import Any, NamedTuple

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.messaging import forms
from homeport.console.cloud.sqs import queue as queues
from homeport.console.cloud.sqs import settings
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

PAGE = 100
CHOICES = 1_000
"""Queues that a field offers to choose from."""
SORTS = ("name", "visible", "in_flight", "delayed", "oldest", "created")


class Found(NamedTuple):
    """One page of queues."""

    queues: list[dict[str, Any]]
    total: int
    is_whole: bool
    """Whether all of it is known: another cloud than our own tells no age, and no order but by name."""


async def list_page(visit: Visit) -> http.Response:
    """`/sqs`"""
    prefix = visit.query.text("search").strip()
    sort = visit.query.choice("sort", SORTS, "name")
    order = visit.query.choice("order", ("asc", "desc"), "asc")
    offset = visit.query.number("offset", 0, 0, 10**9)
    found = await find(visit, prefix, sort, order, offset, PAGE)
    return visit.page(
        "cloud/sqs/queues.html",
        part="rows",
        found=found,
        prefix=prefix,
        sort=sort,
        order=order,
        offset=offset,
        page=PAGE,
        scope=visit.cloud.scope,
    )


async def find(visit: Visit, prefix: str, sort: str, order: str, offset: int, limit: int) -> Found:
    """Queues with their depth."""
    scope = visit.cloud.scope
    said = {"account": scope.account, "region": scope.region, "prefix": prefix}
    said |= {"sort": sort, "order": order, "offset": str(offset), "n": str(limit)}
    reply = await visit.cloud.ask("GET", f"/_homeport/sqs/queues?{urllib.parse.urlencode(said)}")
    if reply.status != 200:
        return await _elsewhere(visit, prefix, offset, limit)
    answer = reply.json()
    return Found(answer["queues"], answer["total"], is_whole=True)


async def _elsewhere(visit: Visit, prefix: str, offset: int, limit: int) -> Found:
    """As any cloud tells it: names first, then the counts of those that are shown."""
    given = {"QueueNamePrefix": prefix} if prefix else {}
    answer = await visit.cloud.call("sqs", "ListQueues", MaxResults=CHOICES, **given)
    names = sorted(queues.name_of(url) for url in answer.get("QueueUrls", []))
    shown = names[offset : offset + limit]
    rows = await asyncio.gather(*(_counted(visit, name) for name in shown))
    return Found(list(rows), len(names), is_whole=False)


async def _counted(visit: Visit, name: str) -> dict[str, Any]:
    values = await queues.attributes(visit, queues.named(visit, name))
    redrive = settings.redrive_of(values)
    return {
        "name": name,
        "is_fifo": name.endswith(".fifo"),
        "created": float(values.get("CreatedTimestamp", 0)),
        "visible": int(values.get("ApproximateNumberOfMessages", 0)),
        "in_flight": int(values.get("ApproximateNumberOfMessagesNotVisible", 0)),
        "delayed": int(values.get("ApproximateNumberOfMessagesDelayed", 0)),
        "oldest_s": None,
        "dead_letter_queue": redrive[0] if redrive else None,
        "sources": None,
    }


async def names(visit: Visit) -> list[str]:
    """Queues to choose from."""
    answer = await visit.cloud.call("sqs", "ListQueues", MaxResults=CHOICES)
    return [queues.name_of(url) for url in answer.get("QueueUrls", [])]


async def new_page(visit: Visit) -> http.Response:
    """`/sqs/new`"""
    is_fifo = visit.query.has("fifo")
    offered = [name for name in await names(visit) if name.endswith(".fifo") == is_fifo]
    return visit.page(
        "cloud/sqs/new.html",
        is_fifo=is_fifo,
        settings=settings,
        shown=settings.shown({"SqsManagedSseEnabled": "true"}),
        offered=offered,
        tags_note=forms.TAGS_NOTE,
    )


async def create(visit: Visit) -> http.Response:
    """Makes a queue."""
    is_fifo = visit.form.has("fifo")
    name = visit.form.needed("name", "The name of the queue").removesuffix(".fifo")
    whole = f"{name}.fifo" if is_fifo else name
    queue = queues.named(visit, whole)
    asked = settings.asked(visit.form, queue)
    asked["Policy"] = forms.document(visit.form.text("Policy"), "The policy")
    tags = forms.tags(visit.form.text("tags"))
    given: dict[str, Any] = {"tags": tags} if tags else {}
    if whole in await _there(visit, whole):
        raise Trouble(f"There is a queue {whole} already.", hint="Choose another name.", status=409)
    await visit.cloud.call(
        "sqs", "CreateQueue", QueueName=whole, Attributes=settings.to_create(asked, queue), **given
    )
    return visit.go(queue.href, said=f"The queue {whole} was made.")


async def _there(visit: Visit, name: str) -> list[str]:
    answer = await visit.cloud.call("sqs", "ListQueues", QueueNamePrefix=name)
    return [queues.name_of(url) for url in answer.get("QueueUrls", [])]


ROWS = (
    Row("GET", "/sqs", list_page, "cloud"),
    Row("POST", "/sqs", create, "cloud_write"),
    Row("GET", "/sqs/new", new_page, "cloud_write"),
)
