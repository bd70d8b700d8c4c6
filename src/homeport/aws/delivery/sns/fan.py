"""Messages into the queues that subscribe to a topic: many messages, and all their queues, in one commit of SQS.

A message that a queue refuses for now becomes a delivery of its own, in the lane of its subscription, so that it holds up nobody else.
"""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from homeport.aws.delivery.queues import Broadcast, Readers
from homeport.aws.delivery.sns import failures, forms
from homeport.aws.delivery.sns.failures import Lost, Queues
from homeport.aws.delivery.sns.forms import Form, Forms
from homeport.aws.sns import limits
from homeport.aws.sns.engine.model import Message, Subscription
from homeport.aws.sns.sns import Sns
from homeport.aws.sns.store import messages
from homeport.aws.sns.store.topics import Connection
from homeport.storage.deliveries import outbox
from homeport.storage.deliveries.carrier import DONE, Outcome
from homeport.storage.deliveries.outbox import Entry


class _Group(NamedTuple):
    """Subscriptions whose queues get one form of a message."""

    form: Form
    subscriptions: list[Subscription]
    readers: Readers


class _Audience(NamedTuple):
    """Who gets a message: now, and later, as earlier ones wait in their lanes."""

    groups: list[_Group]
    lanes: list[str]


class _Part(NamedTuple):
    """A message in one form, and the subscriptions that get it."""

    message: Message
    subscriptions: list[Subscription]
    broadcast: Broadcast


Body = dict[str, Any]
"""An entry of the outbox: `m`, the row of the message, `b`, its bytes, `s`, the numbers of subscriptions."""
Again = list[tuple[int, str]]
"""Row of the message and lane of the subscription of what is to be tried again."""


class Fan:
    """Delivers the entries of the lanes of topics."""

    def __init__(self, sns: Sns, queues: Queues) -> None:
        self._sns = sns
        self._queues = queues

    async def deliver(self, topic: int, entries: Sequence[Entry]) -> list[Outcome]:
        """Puts messages into queues; those entries that are taken are done with afterwards.

        Several commits of SQS are one of ours, and messages are signed while the ones before them are committed.
        """
        is_fifo = entries[0].due_ms == outbox.ORDERED
        goes = _goes((json.loads(entry.body) for entry in entries), is_fifo=is_fifo)
        if is_fifo:
            # What fails in one go may not be overtaken in the next.
            del goes[1:]
        audiences = self._audiences(topic, is_fifo=is_fifo)
        parts, again = await self._prepare(audiences, goes[0])
        for following in [*goes[1:], []]:
            failed, (following_parts, held) = await asyncio.gather(
                self._send(parts), self._prepare(audiences, following)
            )
            parts, again = following_parts, again + failed + held
        rows = [body["m"] for go in goes for body in go]
        return _outcomes(rows, again, self._sns.now(), is_fifo=is_fifo)

    def _audiences(self, topic: int, *, is_fifo: bool) -> Callable[[tuple[int, ...]], _Audience]:
        """Looks subscriptions up by their numbers, once for all messages that go to the same ones."""
        subscribers = {one.id: one for one in self._sns.subscribers(topic).all}
        waiting = self._waiting(subscribers.values()) if is_fifo else set()

        @functools.cache
        def audience(numbers: tuple[int, ...]) -> _Audience:
            chosen = [subscribers[number] for number in numbers if number in subscribers]
            return _audience(chosen, waiting)

        return audience

    async def _prepare(
        self, audiences: Callable[[tuple[int, ...]], _Audience], bodies: list[Body]
    ) -> tuple[list[_Part], Again]:
        """What is to be sent now, and what is to be sent later."""
        found = messages.find(self._sns.db.query, (body["m"] for body in bodies))
        parts: list[_Part] = []
        held: Again = []
        for body in bodies:
            message = found.get(body["m"])
            if message is not None:
                audience = audiences(tuple(body["s"]))
                parts += await self._parts(message, audience.groups)
                held += [(message.row, lane) for lane in audience.lanes]
        return parts, held

    def _waiting(self, subscriptions: Iterable[Subscription]) -> set[str]:
        """Lanes of subscriptions where messages of a FIFO topic wait already: later ones go behind them."""
        query = self._sns.db.query
        lanes = [one.lane for one in subscriptions]
        return {
            lane for lane in lanes if query("SELECT 1 FROM outbox WHERE lane = ? LIMIT 1", (lane,))
        }

    async def _parts(self, message: Message, groups: list[_Group]) -> list[_Part]:
        if message.signature_version and not all(group.form.is_raw for group in groups):
            await self._sns.signing.open()
            # A signature takes a quarter of a millisecond; requests come in between.
            await asyncio.sleep(0)
        made = Forms(message, self._sns.signing)
        return [
            _Part(message, group.subscriptions, made.broadcast(group.form, group.readers))
            for group in groups
        ]

    async def _send(self, parts: list[_Part]) -> Again:
        """Sends all; returns what is to be tried again."""
        again: Again = []
        if not parts:
            return again
        lost: list[Lost] = []
        results = await self._queues.broadcast([part.broadcast for part in parts])
        for (message, subscriptions, broadcast), errors in zip(parts, results, strict=True):
            for number, error in errors.items():
                to = subscriptions[number]
                if failures.is_passing(error):
                    again.append((message.row, to.lane))
                else:
                    lost.append(Lost(message.row, to, broadcast.entry(number), str(error)))
        refused = await failures.bury(self._queues, lost)
        return again + [(one.row, one.to.lane) for one in refused]


def _goes(bodies: Iterable[Body], *, is_fifo: bool) -> list[list[Body]]:
    """Entries in the portions that go into queues at once."""
    most = limits.FIFO_AT_ONCE if is_fifo else limits.QUEUES_AT_ONCE
    goes: list[list[Body]] = []
    queues = size = 0
    for body in bodies:
        count = len(body["s"])
        own_bytes = body["b"] * count if is_fifo else body["b"]
        queues += count
        size += own_bytes
        if not goes or queues > most or size > limits.BYTES_AT_ONCE:
            goes.append([])
            queues, size = count, own_bytes
        goes[-1].append(body)
    return goes


def _audience(chosen: Iterable[Subscription], waiting: set[str]) -> _Audience:
    by_form: dict[Form, list[Subscription]] = {}
    lanes: list[str] = []
    for one in chosen:
        if one.lane in waiting:
            lanes.append(one.lane)
        else:
            by_form.setdefault(forms.of(one), []).append(one)
    groups = [_Group(form, them, forms.readers(them)) for form, them in by_form.items()]
    return _Audience(groups, lanes)


def _outcomes(rows: list[int], again: Again, now: int, *, is_fifo: bool) -> list[Outcome]:
    """All done; what is to be tried again is written down in the same commit."""

    def work(connection: Connection) -> None:
        for row, lane in again:
            messages.hold(connection, row, 1)
            outbox.add(connection, lane, f'{{"m":{row}}}', now, outbox.ORDERED if is_fifo else now)
        messages.release(connection, rows)

    last = Outcome(work=work, wakes=tuple({lane for _, lane in again}))
    return [*[DONE] * (len(rows) - 1), last]
