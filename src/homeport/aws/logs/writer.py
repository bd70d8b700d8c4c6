"""What functions print, taken at once and written down a little later, so that no invocation waits for the disk.

Lines of many functions share a commit. Readers of this service let it flush first, so they see all that was written before.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple

from homeport.aws.logs import limits
from homeport.aws.logs.engine import batches
from homeport.aws.logs.engine.batches import Draft
from homeport.aws.logs.store import events, groups, streams
from homeport.aws.logs.store.groups import Connection, Group
from homeport.clock import Clock, Timer
from homeport.errors import StorageError

logger = logging.getLogger(__name__)

COMMIT_BYTES = 1_048_576
"""Bytes that one commit takes, so that it neither stalls the loop nor the requests beside it."""
COMMIT_EVENTS = 2_000


class Address(NamedTuple):
    """Where events go."""

    account: str
    region: str
    group: str
    stream: str


class _Line(NamedTuple):
    address: Address
    draft: Draft


class Writer:
    """Takes events of functions. Holds 16 MiB at most: where the disk does not keep up, the oldest go, and that is said."""

    def __init__(
        self, commit: Callable[[Callable[[Connection], None]], Awaitable[Any]], clock: Clock
    ) -> None:
        self._commit = commit
        self._clock = clock
        self._lines: deque[_Line] = deque()
        self._bytes = 0
        self._accepted = 0
        """Lines that were ever taken."""
        self._settled = 0
        """How many of them, counted from the first, are durable or dropped."""
        self._round = asyncio.Event()
        """Set at the end of a commit; then there is another one for the next."""
        self._timer: Timer | None = None
        self._flushing: asyncio.Task[None] | None = None
        self._dropped = 0
        self._why = ""
        self._report_timer: Timer | None = None

    def write(
        self, account: str, region: str, group: str, stream: str, events: Sequence[tuple[int, str]]
    ) -> None:
        """Takes events, each a time in milliseconds and a text. Group and stream are made where they are missing.

        To be called on the event loop; it waits for nothing.
        """
        address = Address(account, region, group, stream)
        for timestamp, message in events:
            for part in _parts(message):
                line = _Line(address, batches.draft(timestamp, part))
                self._lines.append(line)
                self._accepted += 1
                self._bytes += _held(line)
        self._keep_bound()
        if self._lines and self._timer is None and self._flushing is None:
            self._timer = self._clock.call_at(
                self._clock.now() + limits.WRITER_DELAY_S, self._start
            )

    def _keep_bound(self) -> None:
        dropped = 0
        while self._bytes > limits.WRITER_BYTES:
            self._bytes -= _held(self._lines.popleft())
            dropped += 1
        if dropped:
            self._drop(dropped, "they came faster than the disk takes them")

    def _start(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._flushing is None:
            self._flushing = asyncio.ensure_future(self._flush())

    async def flush(self) -> None:
        """Returns once all that was written before is durable or dropped; what comes meanwhile is not waited for."""
        end = self._accepted
        while self._settled < end:
            self._start()
            await self._round.wait()

    async def close(self) -> None:
        """Writes down all that there is."""
        await self.flush()
        self._report()

    async def _flush(self) -> None:
        try:
            while self._lines:
                await self._write_some()
                self._end_round()
        finally:
            self._flushing = None
            self._end_round()

    def _end_round(self) -> None:
        self._settled = self._accepted - len(self._lines)
        self._round.set()
        self._round = asyncio.Event()

    async def _write_some(self) -> None:
        taken = self._take()
        now = int(self._clock.now() * 1000)
        try:
            await self._commit(lambda connection: _write(connection, taken, now))
        except StorageError as error:
            self._drop(len(taken), str(error))
        except Exception:
            # What comes behind these must not be held up by them.
            logger.exception("A fault of this program")
            self._drop(len(taken), "a fault of this program")

    def _take(self) -> list[_Line]:
        taken: list[_Line] = []
        size = 0
        while self._lines and size < COMMIT_BYTES and len(taken) < COMMIT_EVENTS:
            line = self._lines.popleft()
            taken.append(line)
            size += line.draft.bytes
            self._bytes -= _held(line)
        return taken

    def _drop(self, count: int, why: str) -> None:
        self._dropped += count
        self._why = why
        if self._report_timer is None:
            at = self._clock.now() + limits.WRITER_REPORT_S
            self._report_timer = self._clock.call_at(at, self._report)

    def _report(self) -> None:
        if self._report_timer is not None:
            self._report_timer.cancel()
            self._report_timer = None
        if self._dropped:
            logger.error("%d log events of functions were dropped: %s", self._dropped, self._why)
            self._dropped = 0


def _held(line: _Line) -> int:
    """Bytes of memory that a line takes."""
    return line.draft.bytes + limits.WRITER_LINE_BYTES


def _parts(message: str) -> Sequence[str]:
    """The message, or its parts where it is longer than an event may be; an empty one is none."""
    longest = (limits.BATCH_BYTES - limits.EVENT_OVERHEAD_BYTES) // 4
    if 0 < len(message) <= longest:
        return (message,)
    return [message[start : start + longest] for start in range(0, len(message), longest)]


def _write(connection: Connection, lines: Sequence[_Line], now: int) -> None:
    by_address: dict[Address, list[Draft]] = {}
    for address, draft in lines:
        by_address.setdefault(address, []).append(draft)
    query = groups.reader(connection)
    for address, drafts in by_address.items():
        account, region, name, stream_name = address
        groups.insert(connection, Group(0, account, region, name, now))
        group = groups.find(query, account, region, name)
        # Both are there now.
        if group is not None:
            streams.insert(connection, group.id, stream_name, now)
            stream = streams.find(query, group.id, stream_name)
            if stream is not None:
                events.append(connection, group.id, stream.id, drafts, now)
