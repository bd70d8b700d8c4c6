"""One lane of a shard: it reads in order, invokes the function batch after batch, and keeps how far it has come.

What a commit does not say is done is read again after a stop, so nothing is skipped; it may come twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from homeport.aws.delivery.event_sources import filters, limits, source
from homeport.aws.delivery.event_sources.mapping import Answer, Destinations, Functions, Mapping
from homeport.aws.delivery.event_sources.source import Note
from homeport.aws.delivery.event_sources.streams import discarded, parts, records
from homeport.aws.delivery.event_sources.streams.parts import Part
from homeport.aws.delivery.event_sources.streams.records import Record
from homeport.aws.delivery.event_sources.streams.stream import Page
from homeport.aws.delivery.event_sources.wakening import Wakening, pause_s
from homeport.aws.patterns.pattern import Pattern
from homeport.aws.protocol.call import AwsError
from homeport.clock import Clock

SKIPPED = 1_000
"""Records that are filtered out in a row before the position behind them is kept."""
NO_SUCH = "ResourceNotFoundException"


@dataclass(frozen=True, slots=True)
class Work:
    """What all lanes of a mapping share."""

    mapping: Mapping
    patterns: Sequence[Pattern]
    functions: Functions
    destinations: Destinations
    clock: Clock
    ids: Callable[[], str]
    note: Note


Save = Callable[[int | None], Awaitable[None]]
"""Keeps the position; None at the end."""


class Lane:
    """Runs until its shard has come to its end, or it is stopped."""

    def __init__(
        self, work: Work, shard: str, position: int, read: Callable[[int], Page], save: Save
    ) -> None:
        self._work = work
        self._shard = shard
        self._position = position
        self._read = read
        self._save = save
        self._skipped = 0
        self._troubles = 0
        self.wakening = Wakening(work.clock)

    async def run(self) -> None:
        """Processes records until stopped, or until there is none left and none to come."""
        while not self.wakening.is_stopped:
            batch, end = await self._gather()
            if batch and not await self._process(batch):
                return
            if end is None:
                await self._save(None)
                return
            if end != self._position:
                await self._save(end)
                self._skipped = 0
            self._position = end

    # Reading

    async def _gather(self) -> tuple[list[Record], int | None]:
        """The next batch, and the position behind it; it waits for news, and where there is a window until that ends."""
        mapping = self._work.mapping
        batch: list[Record] = []
        size, position = records.FRAME, self._position
        ends_at = 0.0
        while not self.wakening.is_stopped:
            page = self._page(position)
            for record in page.records:
                if not self._wants(record):
                    self._skipped += 1
                    continue
                size += len(record.json) + 1
                if batch and (len(batch) == mapping.batch_size or size > limits.PAYLOAD):
                    return batch, record.seq
                ends_at = ends_at or self._work.clock.now() + mapping.window_s
                batch.append(record)
            if page.next is None:
                return batch, None
            position = page.next
            if not batch and self._skipped >= SKIPPED:
                return batch, position
            if not page.is_empty:
                # Others have their turn, however much there is to read.
                await asyncio.sleep(0)
            elif len(batch) == mapping.batch_size or (batch and self._work.clock.now() >= ends_at):
                return batch, position
            else:
                await self.wakening.wait(ends_at or None)
        return [], self._position

    def _page(self, position: int) -> Page:
        try:
            return self._read(position)
        except AwsError as error:
            if error.code != NO_SUCH:
                raise
            # A day after its end a shard is forgotten, and what it held is no more.
            return Page([], is_empty=True, next=None)

    def _wants(self, record: Record) -> bool:
        patterns = self._work.patterns
        return not patterns or filters.match_record(patterns, records.event(record))

    # Invoking

    async def _process(self, batch: list[Record]) -> bool:
        """Has the function process a batch, or gives it up as the mapping says; False where it was stopped before."""
        waiting = [Part(batch)]
        while waiting:
            if self.wakening.is_stopped:
                return False
            part = waiting.pop(0)
            old, part = parts.split_old(part, self._work.mapping, self._now_ms())
            if old.records and not await self._give_up(old, discarded.TOO_OLD, None):
                return False
            if part.records:
                again = await self._attempt(part)
                if again is None:
                    return False
                waiting = [*again, *waiting]
            if waiting and waiting[0].records[0].seq != self._position:
                self._position = waiting[0].records[0].seq
                await self._save(self._position)
        return True

    async def _attempt(self, part: Part) -> Sequence[Part] | None:
        """Invokes the function once, and returns what is to be tried again; None where it was stopped before that is known."""
        work = self._work
        try:
            answer = await work.functions.invoke(
                work.mapping.function_arn, records.payload(part.records)
            )
        except AwsError as error:
            # Throttled, or not there: that is no attempt. It ends with the age of the records.
            await work.note(source.problem(error.message))
            await self._rest()
            return [part]
        done = parts.first_failed(part, work.mapping, answer)
        verdict = parts.judge(part, work.mapping, done)
        if done == len(part.records):
            self._troubles = 0
            await work.note(source.OK)
            return ()
        await work.note(source.FAILED)
        if verdict.given_up is not None:
            condition = discarded.EXHAUSTED
            return () if await self._give_up(verdict.given_up, condition, answer) else None
        await self._rest()
        return verdict.again

    async def _rest(self) -> None:
        self._troubles += 1
        await self.wakening.rest(
            pause_s(self._troubles, limits.RETRY_PAUSE_S, limits.LAST_RETRY_PAUSE_S)
        )

    async def _give_up(self, part: Part, condition: str, answer: Answer | None) -> bool:
        """Tells the destination of records that are given up; False where it was stopped before that was done."""
        work = self._work
        if not work.mapping.on_failure_arn:
            return True
        text = discarded.message(
            work.mapping, part, self._shard, condition, answer, work.ids(), work.clock.now()
        )
        while not self.wakening.is_stopped:
            try:
                await work.destinations.send(
                    work.mapping.on_failure_arn, text, source_arn=work.mapping.function_arn
                )
                return True
            except AwsError as error:
                await work.note(source.problem(error.message))
                if error.status < 500 and error.status != 429:
                    # AWS drops it, too, and counts it as DestinationDeliveryFailures:
                    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
                    return True
                await self._rest()
        return False

    def _now_ms(self) -> int:
        return int(self._work.clock.now() * 1000)
