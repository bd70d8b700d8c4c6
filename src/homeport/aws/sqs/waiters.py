"""Long polling without polling: receivers that wait in line for messages of a queue.

A receiver stands in line before it looks, so nothing that is sent meanwhile escapes it. It is woken by a send, by the end of a
delay or of a visibility timeout (one timer for each queue, for the next of them), or by its own deadline. A receiver that goes
away while it is woken hands that on to the next in line.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
"""

from __future__ import annotations

import asyncio
from collections import deque
from types import TracebackType

from homeport.clock import Clock, Timer


class _Line:
    """The receivers that wait for one queue, and its timer."""

    __slots__ = ("due", "members", "timer", "waiting")

    def __init__(self) -> None:
        self.members = 0
        """Receivers that have joined, waiting or just looking."""
        self.waiting: deque[Ticket] = deque()
        self.timer: Timer | None = None
        self.due = 0


class Waiters:
    """All lines, by queue. Times are milliseconds since the epoch."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lines: dict[int, _Line] = {}
        self.total = 0
        self.is_closed = False
        """Whether nobody waits any more: who looks and finds nothing is answered at once."""

    def __contains__(self, queue: int) -> bool:
        return queue in self._lines

    def join(self, queue: int) -> Ticket:
        """A place for one receiver, to be used as a context manager."""
        return Ticket(self, self._clock, queue)

    def wake(self, queue: int, count: int = 1) -> None:
        """Lets the first `count` receivers in line look for messages."""
        line = self._lines.get(queue)
        while line and line.waiting and count > 0:
            if line.waiting.popleft().wake():
                count -= 1

    def wake_all(self, queue: int) -> None:
        """Lets all receivers look, because the queue has changed or is gone."""
        if line := self._lines.get(queue):
            self.wake(queue, len(line.waiting))

    def close(self) -> None:
        """Ends all waiting, now and from now on."""
        self.is_closed = True
        for line in self._lines.values():
            for ticket in line.waiting:
                ticket.end_wait()

    def due(self, queue: int, when: int | None) -> None:
        """Lets a receiver look at `when`, or now where that has passed; the earliest such time counts."""
        line = self._lines.get(queue)
        if line is None or when is None:
            return
        if when <= self._clock.now() * 1000:
            self.wake(queue)
            return
        if line.timer is not None:
            if line.due <= when:
                return
            line.timer.cancel()
        line.due = when
        line.timer = self._clock.call_at(when / 1000, lambda: self._ring(queue, line))

    def _ring(self, queue: int, line: _Line) -> None:
        line.timer = None
        self.wake(queue)

    def enter(self, ticket: Ticket) -> None:
        """Counts a receiver in."""
        line = self._lines.get(ticket.queue)
        if line is None:
            line = self._lines[ticket.queue] = _Line()
        line.members += 1
        self.total += 1

    def line_up(self, ticket: Ticket, *, in_front: bool) -> None:
        """Puts a receiver in line; one that was woken for nothing gets its place in front again."""
        waiting = self._lines[ticket.queue].waiting
        if in_front:
            waiting.appendleft(ticket)
        else:
            waiting.append(ticket)

    def leave(self, ticket: Ticket) -> None:
        """Counts a receiver out; the last one takes the timer with it."""
        line = self._lines[ticket.queue]
        if ticket in line.waiting:
            line.waiting.remove(ticket)
        line.members -= 1
        self.total -= 1
        if line.members == 0:
            if line.timer is not None:
                line.timer.cancel()
            del self._lines[ticket.queue]


class Ticket:
    """The place of one receiver. `look` before each look at the queue, `wait` after one that found nothing."""

    __slots__ = ("_clock", "_has_waited", "_is_woken", "_waiters", "_wakening", "is_gone", "queue")

    def __init__(self, waiters: Waiters, clock: Clock, queue: int) -> None:
        self._waiters = waiters
        self._clock = clock
        self._wakening: asyncio.Future[None] | None = None
        self._is_woken = True
        self._has_waited = False
        self.is_gone = False
        """Whether its client has gone, so that it must not take a message any more."""
        self.queue = queue

    def __enter__(self) -> Ticket:
        self._waiters.enter(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # One that ends in the middle of a look may not have taken what it was woken for.
        has_unused = error is not None or (self._is_woken and self._has_waited)
        self._waiters.leave(self)
        if has_unused:
            self._waiters.wake(self.queue)

    def look(self) -> None:
        """Says that the receiver looks now; what happens from here on wakes it."""
        if self._is_woken:
            self._is_woken = False
            self._waiters.line_up(self, in_front=self._has_waited)
            self._has_waited = True

    def wake(self) -> bool:
        """Ends the wait; False where it was woken before."""
        if self._is_woken:
            return False
        self._is_woken = True
        if self._wakening is not None and not self._wakening.done():
            self._wakening.set_result(None)
        return True

    async def wait(self, deadline: int) -> None:
        """Returns when woken, at the deadline, or when the client or the service goes."""
        if self._is_woken or self.is_gone or self._waiters.is_closed:
            return
        self._wakening = asyncio.get_running_loop().create_future()
        timer = self._clock.call_at(deadline / 1000, self.end_wait)
        try:
            await self._wakening
        finally:
            timer.cancel()
            self._wakening = None

    def abandon(self) -> None:
        """The client has gone: ends the wait."""
        self.is_gone = True
        self.end_wait()

    def end_wait(self) -> None:
        """Lets the receiver go on without a message."""
        if self._wakening is not None and not self._wakening.done():
            self._wakening.set_result(None)
