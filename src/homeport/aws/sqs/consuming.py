"""A queue as a consumer inside of this process reads it: Lambda's event source mappings.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

from collections.abc import Sequence

from homeport.aws.protocol.call import AwsError, Params
from homeport.aws.sqs import errors, inflight, receiving
from homeport.aws.sqs.engine.queue import Queue
from homeport.aws.sqs.engine.redrive import Address
from homeport.aws.sqs.receiving import Wish
from homeport.aws.sqs.sqs import Sqs
from homeport.aws.sqs.store import messages
from homeport.aws.sqs.waiters import Ticket
from homeport.errors import StorageError

STEP = 50
"""Messages that are received in one write, unless ten were asked for: a message may have a megabyte."""
DELETED = 500
"""Messages that are deleted in one write."""
WAIT_MS = 24 * 60 * 60 * 1000
"""A wait has some end; after that one it begins anew."""
LOOK_MS = 20
"""How long a look for a full batch is not repeated, whatever is sent meanwhile."""


class Consumer:
    """Waits for messages, takes them and deletes them. One call of `wait` at a time."""

    def __init__(self, sqs: Sqs, address: Address) -> None:
        self._sqs = sqs
        self._address = address
        self._ticket: Ticket | None = None
        self._is_stopped = False

    def stop(self) -> None:
        """Ends a wait, and all that come."""
        self._is_stopped = True
        if self._ticket is not None:
            self._ticket.abandon()

    @property
    def visibility_ms(self) -> int:
        """How long a message is with who took it."""
        return self._queue().visibility_ms

    async def wait(self, count: int, window_ms: int) -> bool:
        """Returns when there are messages: at once `count` of them, or those that came until `window_ms` after the first.

        False where it was stopped. Raises QueueDoesNotExist.
        """
        number = self._queue().id
        with self._sqs.waiters.join(number) as ticket:
            self._ticket = ticket
            try:
                end_ms = await self._first(ticket)
                if end_ms is not None and window_ms:
                    await self._fill(ticket, count, end_ms + window_ms)
            finally:
                self._ticket = None
        return end_ms is not None and not self._has_ended()

    async def _first(self, ticket: Ticket) -> int | None:
        """Waits for a message, and returns the time; None where it was stopped."""
        while not self._has_ended():
            ticket.look()
            queue, now = self._same(ticket), self._sqs.now()
            due = receiving.next_due(self._sqs, queue)
            if due is not None and due <= now:
                return now
            self._sqs.waiters.due(queue.id, due)
            await ticket.wait(now + WAIT_MS)
        return None

    async def _fill(self, ticket: Ticket, count: int, end_ms: int) -> None:
        """Waits for more messages, but not longer than until `end_ms`. None of them is taken meanwhile."""
        query, clock = self._sqs.db.query, self._sqs.clock
        while not self._has_ended():
            now = self._sqs.now()
            if now >= end_ms:
                return
            ticket.look()
            if messages.count(query, self._same(ticket).partition, now, count).visible >= count:
                return
            await ticket.wait(end_ms)
            rest_ms = min(LOOK_MS, end_ms - self._sqs.now())
            if rest_ms > 0 and not self._has_ended():
                await clock.sleep(rest_ms / 1000)

    async def receive(self, count: int, size: int) -> list[Params]:
        """Takes the messages that are there with all their attributes: `count` at most, and not many more bytes than `size`.

        Raises QueueDoesNotExist, and OverLimit where too many messages are in flight.
        """
        found: list[Params] = []
        while len(found) < count and size > 0:
            step = min(count, 10) if not found else min(count - len(found), STEP)
            try:
                more = await self._take(step)
            except (AwsError, StorageError):
                if found:
                    # What was taken is to be given out: it is with nobody else.
                    return found
                raise
            found += more
            size -= sum(len(message["Body"]) for message in more)
            if len(more) < step:
                break
        return found

    async def _take(self, count: int) -> list[Params]:
        queue = self._queue()
        wish = Wish(count, None, 0, None, receiving.EVERY, ["All"])
        deliveries = await receiving.receive(self._sqs, queue, wish)
        return [receiving.message(self._sqs, queue, wish, each) for each in deliveries]

    async def delete(self, handles: Sequence[str]) -> None:
        """Deletes messages that were taken; one whose time has run out meanwhile comes again, and one that is gone is gone."""
        for start in range(0, len(handles), DELETED):
            await inflight.delete(self._sqs, self._queue(), handles[start : start + DELETED])

    def _has_ended(self) -> bool:
        return self._is_stopped or self._sqs.waiters.is_closed

    def _same(self, ticket: Ticket) -> Queue:
        """The queue that is waited for, as it is now: a purge gives it another partition."""
        queue = self._queue()
        if queue.id != ticket.queue:
            raise errors.QUEUE_DOES_NOT_EXIST()
        return queue

    def _queue(self) -> Queue:
        queue = self._sqs.find(self._address)
        if queue is None:
            raise errors.QUEUE_DOES_NOT_EXIST()
        return queue
