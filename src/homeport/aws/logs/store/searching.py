"""Events of many streams, merged in the order of their time."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from homeport.aws.logs.engine.tokens import Place
from homeport.aws.logs.store import events
from homeport.aws.logs.store.events import Event

Connection = sqlite3.Connection


class Range(NamedTuple):
    """From one place, which is inclusive, to another, which is not."""

    start: Place
    end: Place


class Source(NamedTuple):
    """A stream to be searched; no event of it is before or behind its times."""

    id: int
    name: str
    first_event: int
    last_event: int


class Found(NamedTuple):
    """An event, and the name of its stream."""

    event: Event
    stream: str


def of_group(
    connection: Connection, group: int, prefix: str, within: Range, *, is_forward: bool
) -> Iterator[Source]:
    """Streams with events in a range: those with the oldest events first, or with the newest where read backwards.

    They are read as they are asked for, so a page opens only streams that reach into it.
    """
    order = "first_event" if is_forward else "last_event DESC"
    rows = connection.execute(
        "SELECT id, name, first_event, last_event FROM log_stream"  # noqa: S608
        " WHERE log_group = ? AND last_ingestion > 0 AND first_event <= ? AND last_event >= ?"
        f" AND substr(name, 1, ?) = ? ORDER BY {order}",
        (group, within.end.timestamp, within.start.timestamp, len(prefix), prefix),
    )
    return map(Source._make, rows)


def of_names(
    connection: Connection, group: int, names: Iterable[str], *, is_forward: bool
) -> Iterator[Source]:
    """Streams of these names, in the same order."""
    found = [
        Source._make(row)
        for name in set(names)
        for row in connection.execute(
            "SELECT id, name, first_event, last_event FROM log_stream WHERE log_group = ? AND name = ?",
            (group, name),
        )
    ]
    found.sort(key=lambda each: each.first_event if is_forward else -each.last_event)
    return iter(found)


def merged(
    connection: Connection, sources: Iterator[Source], within: Range, *, is_forward: bool
) -> Iterator[Found]:
    """All events of streams in a range, in the order of their time, or the other way round.

    A stream is opened once the merge has come to the time of its first event.
    """
    read = events.forward if is_forward else events.backward
    sign = 1 if is_forward else -1
    following = next(sources, None)
    heap: list[tuple[int, int, Found, Iterator[Event]]] = []

    def push(stream: str, rest: Iterator[Event]) -> None:
        event = next(rest, None)
        if event is not None:
            entry = (sign * event.timestamp, sign * event.id, Found(event, stream), rest)
            heapq.heappush(heap, entry)

    while True:
        while following is not None:
            edge = sign * (following.first_event if is_forward else following.last_event)
            if heap and heap[0][0] < edge:
                break
            push(following.name, read(connection, following.id, *within))
            following = next(sources, None)
        if not heap:
            return
        *_, found, rest = heapq.heappop(heap)
        yield found
        push(found.stream, rest)
