"""Messages of one text for many queues: the text is kept once, each message has only what is its own.

A message to 100 queues then costs as much as 100 short rows. Whoever receives it puts the text together; the last message that is
deleted takes the text with it, by a trigger.
"""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from homeport.aws.sqs.store.messages import Connection

ROWS = 40
"""Messages that one statement inserts: in the order of their partitions that takes half as long as one by one."""
_INSERT = "INSERT INTO message (partition, visible_at, sent_at, message_id, body, shared, md5, sender) VALUES "
_ROW = "(?, ?, ?, ?, ?, ?, '', '')"
_VALUES = _ROW.count("?")


class Text(NamedTuple):
    """What many messages have in common: a part of their own stands between `start` and `finish`."""

    sender: str
    group: str | None
    trace: str | None
    attributes: str | None
    start: str
    finish: str


class Place(NamedTuple):
    """Where a message goes, and its own part of the text."""

    partition: int
    delay_ms: int
    own: str


def insert(
    connection: Connection,
    sent: Iterable[tuple[Text, Sequence[Place]]],
    ids: Callable[[], str],
    now: int,
) -> None:
    """Keeps a message of each text in each of its places; those of one queue in the order of the texts."""
    rows: list[tuple[int | str, ...]] = []
    for text, places in sent:
        number = _keep(connection, text, len(places))
        rows += [
            (partition, now + delay_ms, now, ids(), own, number)
            for partition, delay_ms, own in places
        ]
    rows.sort(key=operator.itemgetter(0))
    for start in range(0, len(rows), ROWS):
        some = rows[start : start + ROWS]
        connection.execute(_insertion(len(some)), list(itertools.chain.from_iterable(some)))


@functools.cache
def _insertion(rows: int) -> str:
    return _INSERT + ", ".join([_ROW] * rows)


def _keep(connection: Connection, text: Text, messages: int) -> int:
    number = connection.execute(
        "INSERT INTO shared_text (sender, group_name, trace, attributes, start, finish) VALUES (?, ?, ?, ?, ?, ?)",
        text,
    ).lastrowid
    connection.execute("INSERT INTO shared_use (id, messages) VALUES (?, ?)", (number, messages))
    return number or 0
