"""Events of a whole log group: FilterLogEvents, and TestMetricFilter, which tries a pattern out.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from homeport.aws.logs import errors, limits, streams
from homeport.aws.logs.engine import tokens
from homeport.aws.logs.engine.tokens import END_OF_TIME, Place, Token
from homeport.aws.logs.filter_pattern import pattern
from homeport.aws.logs.filter_pattern.wording import Match
from homeport.aws.logs.logs import Logs
from homeport.aws.logs.store import events, searching
from homeport.aws.logs.store.groups import Connection, Group
from homeport.aws.logs.store.searching import Found, Range
from homeport.aws.protocol.call import Call, Params

_TOKEN = re.compile(r"([fb])/(\d{1,19})/(\d{1,19})")


class _Search(NamedTuple):
    """What one page looks for."""

    group: int
    names: list[str] | None
    prefix: str
    within: Range
    is_forward: bool
    match: Match
    limit: int


class _Page(NamedTuple):
    found: list[Found]
    following: Token | None
    """Where to look on; None where all was looked at."""


async def filter_log_events(logs: Logs, call: Call, params: Params) -> Params:
    """FilterLogEvents: events of all streams in the order of their time. Where a page ends early, its token goes on."""
    await logs.writer.flush()
    names: list[str] | None = params.get("logStreamNames")
    prefix: str = params.get("logStreamNamePrefix") or ""
    if names and prefix:
        # How AWS says this is not recorded.
        raise errors.INVALID_PARAMETER(
            "logStreamNames and logStreamNamePrefix are mutually exclusive parameters."
        )
    streams.check_text(prefix)
    match = pattern.compiled(params.get("filterPattern") or "")
    group = logs.group(call, params)
    for name in names or ():
        logs.stream(group, name)
    within, is_forward = _range(logs, group, params)
    limit: int = params.get("limit") or limits.PAGE_EVENTS
    search = _Search(group.id, names, prefix, within, is_forward, match, limit)
    async with logs.searches:
        page = await logs.db.scan(lambda connection: _page(connection, search))
    answer: Params = {"events": [_shown(each) for each in page.found], "searchedLogStreams": []}
    if page.following is not None:
        answer["nextToken"] = _write(page.following)
    return answer


def _range(logs: Logs, group: Group, params: Params) -> tuple[Range, bool]:
    """Where to look, and whether forwards. The end of the time is inclusive here, other than with GetLogEvents."""
    start_ms = tokens.time(params.get("startTime"), 0)
    start = Place(max(start_ms, logs.oldest(group)), 0)
    end = Place(min(tokens.time(params.get("endTime"), END_OF_TIME), END_OF_TIME - 1) + 1, 0)
    text: str | None = params.get("nextToken")
    if text is not None:
        token = _read(text)
        if token.is_forward:
            return Range(max(start, token.place), end), True
        return Range(start, min(end, token.place)), False
    is_forward = params.get("startFromHead") is not False
    if not is_forward and start_ms < limits.LATEST_FIRST_SINCE_MS:
        # The text is not recorded.
        raise errors.INVALID_PARAMETER(
            "startFromHead can be false only where startTime is on or after January 1, 2024 00:00:00 UTC."
        )
    return Range(start, end), is_forward


def _write(token: Token) -> str:
    return tokens.hide(
        f"{'f' if token.is_forward else 'b'}/{token.place.timestamp}/{token.place.event}"
    )


def _read(text: str) -> Token:
    found = _TOKEN.fullmatch(tokens.reveal(text))
    if found is None:
        raise errors.invalid_token()
    place = Place(int(found[2]), int(found[3]))
    if max(place) > END_OF_TIME:
        raise errors.invalid_token()
    return Token(found[1] == "f", place)


def _page(connection: Connection, search: _Search) -> _Page:
    """Reads until the page is full, or enough was looked at."""
    found: list[Found] = []
    size = looked_at = looked_at_bytes = 0
    for each in _events(connection, search):
        event = each.event
        is_full = len(found) == search.limit or looked_at == limits.SEARCHED_EVENTS
        if is_full or (looked_at and looked_at_bytes + event.bytes > limits.SEARCHED_BYTES):
            return _Page(found, _following(event, search))
        looked_at += 1
        looked_at_bytes += event.bytes
        if search.match(event.message) is None:
            continue
        if found and size + event.bytes > limits.PAGE_BYTES:
            return _Page(found, _following(event, search))
        size += event.bytes
        found.append(each)
    return _Page(found, None)


def _following(event: events.Event, search: _Search) -> Token:
    """The token of a page that begins with this event."""
    if search.is_forward:
        return Token(is_forward=True, place=event.place)
    return Token(is_forward=False, place=Place(event.timestamp, event.id + 1))


def _events(connection: Connection, search: _Search) -> Iterator[Found]:
    if search.names is None:
        sources = searching.of_group(
            connection, search.group, search.prefix, search.within, is_forward=search.is_forward
        )
    else:
        sources = searching.of_names(
            connection, search.group, search.names, is_forward=search.is_forward
        )
    return searching.merged(connection, sources, search.within, is_forward=search.is_forward)


def _shown(found: Found) -> dict[str, Any]:
    event = found.event
    return {
        "logStreamName": found.stream,
        "timestamp": event.timestamp,
        "message": event.message,
        "ingestionTime": event.ingested_at,
        "eventId": tokens.event_id(event.timestamp, event.id),
    }


async def try_metric_filter(logs: Logs, _: Call, params: Params) -> Params:
    """TestMetricFilter

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TestMetricFilter.html
    """
    match = pattern.compiled(params["filterPattern"])
    messages: list[str] = params["logEventMessages"]
    async with logs.searches:
        return {"matches": await asyncio.to_thread(_tried, match, messages)}


def _tried(match: Match, messages: list[str]) -> list[dict[str, Any]]:
    return [
        {"eventNumber": number, "eventMessage": message, "extractedValues": values}
        for number, message in enumerate(messages, 1)
        if (values := match(message)) is not None
    ]
