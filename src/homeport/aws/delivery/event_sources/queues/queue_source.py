"""A queue as a source: messages are taken, filtered, handed to the function in batches, and deleted where that went well.

What is not deleted comes again when its visibility timeout ends, and goes to the dead-letter queue when it came too often: so
nothing is lost, whatever ends here. FIFO queues give out no message of a group while one of it is with somebody.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from homeport.aws.delivery.event_sources import answers, filters, limits, source
from homeport.aws.delivery.event_sources.mapping import Answer, Functions, Mapping
from homeport.aws.delivery.event_sources.queues import messages
from homeport.aws.delivery.event_sources.queues.messages import Record
from homeport.aws.delivery.event_sources.queues.pace import Pace
from homeport.aws.delivery.event_sources.source import Note
from homeport.aws.delivery.event_sources.wakening import Wakening, pause_s
from homeport.aws.protocol.call import AwsError, Params
from homeport.clock import Clock
from homeport.errors import StorageError

logger = logging.getLogger(__name__)

NO_FUNCTION = "ResourceNotFoundException"


class Consumer(Protocol):
    """The queue: `homeport.aws.sqs.consuming.Consumer`."""

    @property
    def visibility_ms(self) -> int:
        """How long a message is with who took it."""

    def stop(self) -> None:
        """Ends a wait, and all that come."""

    async def wait(self, count: int, window_ms: int) -> bool:
        """Returns when there is a batch to take; False where stopped."""

    async def receive(self, count: int, size: int) -> list[Params]:
        """Takes messages that are there."""

    async def delete(self, handles: Sequence[str]) -> None:
        """Deletes messages that were taken."""


class QueueSource:
    """Implements `homeport.aws.delivery.event_sources.source.Source`."""

    def __init__(
        self, mapping: Mapping, consumer: Consumer, functions: Functions, clock: Clock, note: Note
    ) -> None:
        self._mapping = mapping
        self._consumer = consumer
        self._functions = functions
        self._clock = clock
        self._note = note
        self._patterns = filters.parse(mapping.filters)
        self._pace = Pace(mapping.maximum_concurrency, clock.now())
        self._wakening = Wakening(clock)
        self._batches: set[asyncio.Task[None]] = set()

    def stop(self) -> None:
        """Takes no more messages."""
        self._wakening.stop()
        self._consumer.stop()

    async def run(self) -> None:
        """Processes messages until stopped, and returns when the batches that were taken have ended."""
        troubles = misses = 0
        try:
            while not self._wakening.is_stopped:
                pause = 0.0
                try:
                    misses = 0 if await self._turn() else misses + 1
                    troubles = 0
                    if misses:
                        pause = pause_s(misses, limits.FIRST_PAUSE_S, limits.LAST_MISS_PAUSE_S)
                except (AwsError, StorageError) as error:
                    await self._report(error)
                    troubles += 1
                    pause = pause_s(troubles, limits.RETRY_PAUSE_S, limits.LAST_RETRY_PAUSE_S)
                await self._wakening.rest(max(pause, self._pace.pause_s))
            while self._batches:
                await asyncio.wait(self._batches)
        finally:
            for task in self._batches:
                task.cancel()
            await asyncio.gather(*self._batches, return_exceptions=True)

    async def _report(self, error: AwsError | StorageError) -> None:
        if isinstance(error, StorageError):
            logger.warning("Messages of %s wait: %s", self._mapping.source_arn, error)
        else:
            await self._note(source.problem(error.message))

    async def _turn(self) -> bool:
        """Begins a batch as soon as there is one; False where others were quicker to take its messages."""
        await self._room()
        if not await self._consumer.wait(self._mapping.batch_size, self._mapping.window_s * 1000):
            # SQS lets go of all who wait, before the end of the process.
            self._wakening.stop()
            return True
        until = self._clock.now() + self._consumer.visibility_ms / 1000
        found = await self._consumer.receive(self._mapping.batch_size, limits.PAYLOAD)
        if found:
            task = asyncio.ensure_future(self._process(found, until))
            self._batches.add(task)
            task.add_done_callback(self._ended)
        return bool(found)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._batches.discard(task)
        self._wakening.tell()
        if not task.cancelled() and (error := task.exception()) is not None:
            # A fault in this program. The messages come again when their visibility timeout ends.
            self._pace.failed()
            logger.error("A batch of %s failed", self._mapping.source_arn, exc_info=error)

    async def _room(self) -> None:
        """Waits until one more batch may begin."""
        while not self._wakening.is_stopped and len(self._batches) >= self._pace.limit:
            grows_at = self._pace.grow(self._clock.now())
            if len(self._batches) >= self._pace.limit:
                await self._wakening.wait(grows_at)

    # One batch

    async def _process(self, found: list[Params], until: float) -> None:
        """Has messages processed, which others can receive again from `until` on."""
        try:
            await self._process_all(found, until)
        except (AwsError, StorageError) as error:
            # The queue is gone, or the disk is full: what was not deleted comes again.
            await self._report(error)

    async def _process_all(self, found: list[Params], until: float) -> None:
        mapping = self._mapping
        wanted: list[Record] = []
        unwanted: list[str] = []
        for message in found:
            event = messages.event(message, mapping.source_arn, mapping.region)
            if filters.match_message(self._patterns, event):
                wanted.append(messages.record(event))
            else:
                unwanted.append(message["ReceiptHandle"])
        if unwanted:
            await self._consumer.delete(unwanted)
        for batch in messages.batches(wanted, mapping.batch_size):
            answer = await self._invoke(messages.payload(batch), until)
            done = [] if answer is None else self._done(batch, answer)
            if done:
                await self._consumer.delete([record.handle for record in done])
            await self._count(is_done=len(done) == len(batch), is_failure=not done)

    async def _invoke(self, payload: bytes, until: float) -> Answer | None:
        """Invokes the function; where that is refused (throttled, not active) again, as long as the messages are ours."""
        attempts = 0
        while True:
            try:
                return await self._functions.invoke(self._mapping.function_arn, payload)
            except AwsError as error:
                attempts += 1
                pause = pause_s(attempts, limits.RETRY_PAUSE_S, limits.LAST_PAUSE_S)
                is_over = self._wakening.is_stopped or self._clock.now() + pause >= until
                if error.code == NO_FUNCTION or is_over:
                    await self._note(source.problem(error.message))
                    return None
                self._pace.failed()
                await self._clock.sleep(pause)

    def _done(self, batch: list[Record], answer: Answer) -> list[Record]:
        """The records of a batch that need not come again."""
        if answer.function_error:
            return []
        if not self._mapping.reports_failures:
            return batch
        failed = answers.failures(answer.payload, {record.id for record in batch})
        if failed is None:
            return []
        return [record for record in batch if record.id not in failed]

    async def _count(self, *, is_done: bool, is_failure: bool) -> None:
        if is_failure:
            self._pace.failed()
        else:
            self._pace.succeeded()
        await self._note(source.OK if is_done else source.FAILED)
