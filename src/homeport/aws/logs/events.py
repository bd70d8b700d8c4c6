"""Events of one stream: PutLogEvents, GetLogEvents.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from homeport.aws.logs import errors, limits
from homeport.aws.logs.engine import batches, tokens
from homeport.aws.logs.engine.batches import Sorted
from homeport.aws.logs.engine.tokens import END_OF_TIME, Place, Token
from homeport.aws.logs.logs import Logs, existing_stream
from homeport.aws.logs.store import events, groups
from homeport.aws.logs.store.events import Connection, Event
from homeport.aws.protocol.call import Call, Params


async def put_log_events(logs: Logs, call: Call, params: Params) -> Params:
    """PutLogEvents: sequence tokens are given and not asked for, as AWS does."""
    batch = [batches.draft(each["timestamp"], each["message"]) for each in params["logEvents"]]
    batches.check(batch)
    group = logs.group(call, params)
    stream_name: str = params["logStreamName"]
    stream = logs.stream(group, stream_name)
    now = logs.now()
    found = batches.sort_out(batch, now, group.retention_ms)

    def work(connection: Connection) -> None:
        query = groups.reader(connection)
        current = groups.find(query, group.account, group.region, group.name)
        if current is None:
            raise errors.NO_GROUP()
        # Where it was deleted and made anew meanwhile, it is another one.
        there = existing_stream(query, current, stream_name)
        events.append(connection, current.id, there.id, found.kept, now)

    if found.kept:
        await logs.write(work)
    answer: Params = {"nextSequenceToken": tokens.event_id(now, stream.id)}
    rejected = _rejected(found)
    if rejected:
        answer["rejectedLogEventsInfo"] = rejected
    return answer


def _rejected(found: Sorted) -> dict[str, int]:
    members = {
        "tooNewLogEventStartIndex": found.too_new_start,
        "tooOldLogEventEndIndex": found.too_old_end,
        "expiredLogEventEndIndex": found.expired_end,
    }
    return {name: index for name, index in members.items() if index is not None}


async def get_log_events(logs: Logs, call: Call, params: Params) -> Params:
    """GetLogEvents: at either end, the answer has the token that was asked with."""
    await logs.writer.flush()
    group = logs.group(call, params)
    stream = logs.stream(group, params["logStreamName"])
    text: str | None = params.get("nextToken")
    token = None if text is None else tokens.read(text)
    start = Place(max(tokens.time(params.get("startTime"), 0), logs.oldest(group)), 0)
    end = Place(tokens.time(params.get("endTime"), END_OF_TIME), 0)
    limit: int = params.get("limit") or limits.PAGE_EVENTS
    is_forward = bool(params.get("startFromHead")) if token is None else token.is_forward
    page = logs.db.read(
        lambda connection: _page(connection, stream.id, start, end, token, limit, is_forward)
    )
    empty = start if token is None else token.place
    first = page[0].place if page else empty
    behind = Place(page[-1].timestamp, page[-1].id + 1) if page else empty
    return {
        "events": [
            {
                "timestamp": each.timestamp,
                "message": each.message,
                "ingestionTime": each.ingested_at,
            }
            for each in page
        ],
        "nextForwardToken": tokens.write(Token(is_forward=True, place=behind)),
        "nextBackwardToken": tokens.write(Token(is_forward=False, place=first)),
    }


def _page(
    connection: Connection,
    stream: int,
    start: Place,
    end: Place,
    token: Token | None,
    limit: int,
    is_forward: bool,
) -> list[Event]:
    """Events of one page, oldest first, whichever way they are read."""
    if is_forward:
        low = start if token is None else max(start, token.place)
        return list(_fitting(events.forward(connection, stream, low, end), limit))
    high = end if token is None else min(end, token.place)
    page = list(_fitting(events.backward(connection, stream, start, high), limit))
    page.reverse()
    return page


def _fitting(found: Iterator[Event], limit: int) -> Iterator[Event]:
    """As many events as a page may have, and one at least."""
    size = 0
    for event in itertools.islice(found, limit):
        size += event.bytes
        if size > limits.PAGE_BYTES and size > event.bytes:
            return
        yield event
