"""Messages into the queues that subscribe to a topic: many messages, and all their queues, in one commit of SQS.

A message that a queue refuses for now becomes a delivery of its own, in the lane of its subscription, so that it holds up nobody else.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from homeport.aws.delivery.carrier import DONE, Outcome
from homeport.aws.delivery.queues import QueueEntry
from homeport.aws.delivery.sns import failures
from homeport.aws.delivery.sns.failures import Lost, Queues
from homeport.aws.delivery.sns.forms import Forms, needs_key
from homeport.aws.sns import limits
from homeport.aws.sns.engine.model import Message, Subscription
from homeport.aws.sns.sns import Sns
from homeport.aws.sns.store import messages
from homeport.aws.sns.store.topics import Connection
from homeport.storage import outbox
from homeport.storage.outbox import Entry


class _Part(NamedTuple):
    """A message with the subscriptions that it goes to, and what each of their queues gets."""

    message: Message
    subscriptions: list[Subscription]
    entries: list[QueueEntry]


class Fan:
    """Delivers the entries of the lanes of topics."""

    def __init__(self, sns: Sns, queues: Queues) -> None:
        self._sns = sns
        self._queues = queues

    async def deliver(self, topic: int, entries: Sequence[Entry]) -> list[Outcome]:
        """Puts messages into queues; those entries that are taken are done with afterwards."""
        bodies = _first(json.loads(entry.body) for entry in entries)
        found = messages.find(self._sns.db.query, (body["m"] for body in bodies))
        subscribers = {one.id: one for one in self._sns.subscribers(topic).all}
        waiting = self._waiting(entries, subscribers)
        parts: list[_Part] = []
        held: list[tuple[int, str]] = []
        for body in bodies:
            message = found.get(body["m"])
            if message is None:
                continue
            chosen = [subscribers[number] for number in body["s"] if number in subscribers]
            if waiting:
                held += [(message.row, one.lane) for one in chosen if one.lane in waiting]
                chosen = [one for one in chosen if one.lane not in waiting]
            parts.append(await self._part(message, chosen))
        again = await self._send(parts) + held
        return _outcomes(entries[0], [body["m"] for body in bodies], again, self._sns.now())

    def _waiting(self, entries: Sequence[Entry], subscribers: dict[int, Subscription]) -> set[str]:
        """Lanes of subscriptions where messages of a FIFO topic wait already: later ones go behind them."""
        if entries[0].due_ms != outbox.ORDERED:
            return set()
        query = self._sns.db.query
        lanes = [one.lane for one in subscribers.values()]
        return {
            lane for lane in lanes if query("SELECT 1 FROM outbox WHERE lane = ? LIMIT 1", (lane,))
        }

    async def _part(self, message: Message, chosen: list[Subscription]) -> _Part:
        if needs_key(message, chosen):
            await self._sns.signing.open()
            # A signature takes a quarter of a millisecond; requests come in between.
            await asyncio.sleep(0)
        forms = Forms(message, self._sns.signing)
        return _Part(message, chosen, [forms.entry(one) for one in chosen])

    async def _send(self, parts: list[_Part]) -> list[tuple[int, str]]:
        """Sends all; returns row and lane of those to be tried again."""
        sending = [entry for part in parts for entry in part.entries]
        if not sending:
            return []
        results = iter(await self._queues.send(sending))
        again: list[tuple[int, str]] = []
        lost: list[Lost] = []
        for message, subscriptions, entries in parts:
            # The subscriptions end first, so that each part takes as many results as it has entries.
            for to, entry, error in zip(subscriptions, entries, results, strict=False):
                if error is None:
                    continue
                if failures.is_passing(error):
                    again.append((message.row, to.lane))
                else:
                    lost.append(Lost(to, entry, str(error)))
        await failures.bury(self._queues, lost)
        return again


def _first(bodies: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many as go in one go."""
    taken: list[dict[str, Any]] = []
    room = 1.0
    for body in bodies:
        room -= len(body["s"]) / limits.queues_at_once(body["b"])
        if taken and room < 0:
            break
        taken.append(body)
    return taken


def _outcomes(
    first: Entry, rows: list[int], again: list[tuple[int, str]], now: int
) -> list[Outcome]:
    """All done; what is to be tried again is written down in the same commit."""
    due = outbox.ORDERED if first.due_ms == outbox.ORDERED else now

    def work(connection: Connection) -> None:
        for row, lane in again:
            messages.hold(connection, row, 1)
            outbox.add(connection, lane, f'{{"m":{row}}}', now, due)
        messages.release(connection, rows)

    last = Outcome(work=work, wakes=tuple({lane for _, lane in again}))
    return [*[DONE] * (len(rows) - 1), last]
