"""The lines of a function, searched and live.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

from __future__ import annotations

import collections
import urllib.parse
from typing import Any, NamedTuple

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.lambda_ import function as its
from homeport.console.cloud.lambda_.function import Function
from homeport.console.routing import Row
from homeport.console.visit import Visit
from homeport.edge import http

LINES = 300
"""Shown."""
REQUESTS, READ = 10, 1000
"""So many requests of so many lines: 10,000 lines are looked through."""
NEW_BYTES = 4096
"""Of a line that are shown; its stream has the rest."""
LAG_MS = 1000
"""A line may be written so much later than it says: what is younger is left to the next question, so that none is shown twice or never."""
SPANS = {"15m": 900, "1h": 3600, "1d": 86_400, "7d": 604_800, "all": 0}
WORDS = {
    "15m": "the last 15 minutes",
    "1h": "the last hour",
    "1d": "the last day",
    "7d": "the last 7 days",
    "all": "all time",
}


class Line(NamedTuple):
    """A line of a log."""

    at: float
    text: str
    stream: str
    kind: str
    """`bad` for errors, `soft` for the lines of Lambda itself."""


class Found(NamedTuple):
    """The newest lines that fit, in the order in which they were written: a trace is read from its top."""

    lines: list[Line]
    streams: list[dict[str, Any]]
    is_cut: bool
    """Whether there are more than were looked through."""
    is_there: bool
    """Whether there is a log at all."""


async def show(visit: Visit) -> http.Response:
    """The lines of a span of time, and a place where new ones appear."""
    function = await its.find(visit)
    pattern, stream = visit.query.text("pattern"), visit.query.text("stream")
    span = visit.query.choice("span", list(SPANS), "1h")
    until = int(visit.clock.now() * 1000) - LAG_MS
    since = until - SPANS[span] * 1000 if SPANS[span] else 0
    found, wrong = Found([], [], is_cut=False, is_there=True), None
    try:
        found = await visit.cloud.use(
            "logs", lambda client: _found(client, function, pattern, stream, since, until)
        )
    except Trouble as trouble:
        wrong = trouble
    return visit.page(
        "cloud/lambda/logs.html",
        status=wrong.status if wrong else 200,
        **its.frame(function, "Logs"),
        found=found,
        wrong=wrong,
        pattern=pattern,
        stream=stream,
        span=span,
        spans=list(WORDS.items()),
        lines=found.lines,
        most=LINES,
        poll="" if wrong else _poll(function, pattern, stream, until),
    )


def _poll(function: Function, pattern: str, stream: str, after: int) -> str:
    query = {"pattern": pattern, "stream": stream, "after": after}
    text = urllib.parse.urlencode({name: value for name, value in query.items() if value})
    return f"{function.path}/logs/new?{text}"


async def new(visit: Visit) -> http.Response:
    """What has been written since the page last asked: a part of the page."""
    function = await its.find(visit)
    pattern, stream = visit.query.text("pattern"), visit.query.text("stream")
    after = visit.query.number("after", 0, 0, 10**15)
    until = max(after, int(visit.clock.now() * 1000) - LAG_MS)

    def work(client: Any) -> list[Line]:
        try:
            return _lines(client, function, pattern, stream, after + 1, until)[0]
        except client.exceptions.ResourceNotFoundException:
            # It has not run yet.
            return []

    lines = await visit.cloud.use("logs", work) if until > after else []
    return visit.page(
        "cloud/lambda/lines.html", lines=lines, poll=_poll(function, pattern, stream, until)
    )


def _found(
    client: Any, function: Function, pattern: str, stream: str, since: int, until: int
) -> Found:
    try:
        streams = client.describe_log_streams(
            logGroupName=function.log_group, orderBy="LastEventTime", descending=True, limit=50
        )["logStreams"]
        lines, is_cut = _lines(client, function, pattern, stream, since, until)
    except client.exceptions.ResourceNotFoundException:
        return Found([], [], is_cut=False, is_there=False)
    return Found(lines, streams, is_cut, is_there=True)


def _lines(
    client: Any, function: Function, pattern: str, stream: str, since: int, until: int
) -> tuple[list[Line], bool]:
    """The newest lines of a time, and whether there is more than was looked through.

    AWS answers the oldest first, so all of a time has to be walked to its end.
    """
    request: dict[str, Any] = {
        "logGroupName": function.log_group,
        "startTime": since,
        "endTime": until,
        "limit": READ,
    }
    if pattern:
        request["filterPattern"] = pattern
    if stream:
        request["logStreamNames"] = [stream]
    newest: collections.deque[Line] = collections.deque(maxlen=LINES)
    for _ in range(REQUESTS):
        answer = client.filter_log_events(**request)
        newest.extend(map(_line, answer["events"]))
        if "nextToken" not in answer:
            return list(newest), False
        request["nextToken"] = answer["nextToken"]
    return list(newest), True


def _line(event: dict[str, Any]) -> Line:
    text = event["message"].rstrip("\n")
    kind = ""
    if text.startswith(("START RequestId", "END RequestId", "REPORT RequestId", "INIT_START")):
        kind = "none"
    elif "[ERROR]" in text[:200] or "\tERROR\t" in text[:200] or "Task timed out" in text[:200]:
        kind = "wrong"
    shown = text if len(text) <= NEW_BYTES else f"{text[:NEW_BYTES]}…"
    return Line(event["timestamp"] / 1000, shown, event["logStreamName"], kind)


ROWS = (
    Row("GET", "/lambda/functions/{function}/logs", show, "cloud"),
    Row("GET", "/lambda/functions/{function}/logs/new", new, "cloud"),
)
