"""The queues and streams that a function reads.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
"""

from __future__ import annotations

import json
from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.lambda_ import function as its
from homeport.console.cloud.lambda_.function import Function
from homeport.console.routing import Row
from homeport.console.visit import Fields, Visit
from homeport.edge import http

MAPPINGS = 100
OFFERED = 200
"""Queues and streams that the form offers; any other may be written."""


async def show(visit: Visit) -> http.Response:
    """All of them, and a form for one more."""
    function = await its.find(visit)
    return await _page(visit, function)


async def _page(visit: Visit, function: Function, wrong: Trouble | None = None) -> http.Response:
    answer = await visit.cloud.call(
        "lambda",
        "ListEventSourceMappings",
        FunctionName=function.name,
        MaxItems=MAPPINGS,
    )
    return visit.page(
        "cloud/lambda/sources.html",
        status=wrong.status if wrong else 200,
        **its.frame(function, "Event sources"),
        sources=answer["EventSourceMappings"],
        offered=await _offered(visit) if visit.may_write_cloud else [],
        filled=visit.form,
        wrong=wrong,
    )


async def _offered(visit: Visit) -> list[str]:
    """What can be read here. A service that is not there offers nothing."""
    scope = visit.cloud.scope
    found: list[str] = []
    try:
        queues = await visit.cloud.call("sqs", "ListQueues", MaxResults=OFFERED)
        names = [url.rpartition("/")[2] for url in queues.get("QueueUrls", [])]
        found += [f"arn:aws:sqs:{scope.region}:{scope.account}:{name}" for name in names]
        streams = await visit.cloud.call("dynamodbstreams", "ListStreams", Limit=100)
        found += [each["StreamArn"] for each in streams.get("Streams", [])]
    except Trouble:
        return found
    return found


async def add(visit: Visit) -> http.Response:
    """Has the function read one more."""
    function = await its.find(visit)
    try:
        request = definition(visit.form)
        await visit.cloud.call(
            "lambda", "CreateEventSourceMapping", FunctionName=function.name, **request
        )
    except Trouble as trouble:
        return await _page(visit, function, trouble)
    source = _named(request["EventSourceArn"])
    return visit.go(f"{function.path}/sources", said=f"The function reads {source}.")


def _named(arn: str) -> str:
    resource = arn.split(":", 5)[-1]
    kind, _, rest = resource.partition("/")
    return f"the stream of {rest.partition('/')[0]}" if kind in {"table", "stream"} else resource


def definition(form: Fields) -> dict[str, Any]:
    """The members of CreateEventSourceMapping. Raises `Trouble`."""
    source = form.needed("source", "The queue or stream")
    wanted: dict[str, Any] = {"EventSourceArn": source, "Enabled": form.has("enabled")}
    if form.text("batch").strip():
        wanted["BatchSize"] = form.number("batch", 10, 1, 10_000)
    if form.text("window").strip():
        wanted["MaximumBatchingWindowInSeconds"] = form.number("window", 0, 0, 300)
    if form.has("partial"):
        wanted["FunctionResponseTypes"] = ["ReportBatchItemFailures"]
    if ":sqs:" not in source:
        wanted["StartingPosition"] = form.choice("position", ("LATEST", "TRIM_HORIZON"), "LATEST")
    pattern = form.text("filter").strip()
    if pattern:
        wanted["FilterCriteria"] = {"Filters": [{"Pattern": _pattern(pattern)}]}
    return wanted


def _pattern(text: str) -> str:
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html"""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Trouble(
            "The filter is not JSON.", hint='Such as {"body": {"kind": ["a"]}}.'
        ) from error
    if not isinstance(found, dict):
        raise Trouble("A filter is a JSON object.", hint='Such as {"body": {"kind": ["a"]}}.')
    return json.dumps(found)


async def switch(visit: Visit) -> http.Response:
    """Turns one on or off."""
    path = await _own(visit)
    is_on = visit.form.text("on") == "yes"
    uuid = visit.form.needed("uuid", "The event source")
    await visit.cloud.call("lambda", "UpdateEventSourceMapping", UUID=uuid, Enabled=is_on)
    return visit.go(path, said=f"The event source was switched {'on' if is_on else 'off'}.")


async def remove(visit: Visit) -> http.Response:
    """Takes one away; the queue or stream stays."""
    path = await _own(visit)
    uuid = visit.form.needed("uuid", "The event source")
    await visit.cloud.call("lambda", "DeleteEventSourceMapping", UUID=uuid)
    return visit.go(path, said="The event source was removed.")


async def _own(visit: Visit) -> str:
    return f"{(await its.find(visit)).path}/sources"


ROWS = (
    Row("GET", "/lambda/functions/{function}/sources", show, "cloud"),
    Row("POST", "/lambda/functions/{function}/sources", add, "cloud_write"),
    Row("POST", "/lambda/functions/{function}/sources/switch", switch, "cloud_write"),
    Row("POST", "/lambda/functions/{function}/sources/remove", remove, "cloud_write"),
)
