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
COMMIT_EVENTS = 4_000


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
        self._dropped = 0
        self._timer: Timer | None = None
        self._flushing: asyncio.Task[None] | None = None

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
                self._bytes += line.draft.bytes
        self._keep_bound()
        if self._lines and self._timer is None and self._flushing is None:
            self._timer = self._clock.call_at(self._clock.now() + limits.WRITER_DELAY_S, self._ring)

    def _keep_bound(self) -> None:
        while self._bytes > limits.WRITER_BYTES:
            self._bytes -= self._lines.popleft().draft.bytes
            self._dropped += 1

    def _ring(self) -> None:
        self._start()

    def _start(self) -> asyncio.Task[None]:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._flushing is None:
            self._flushing = asyncio.ensure_future(self._flush())
        return self._flushing

    async def flush(self) -> None:
        """Returns once all that was written before is durable, or is said to be dropped."""
        if self._lines or self._flushing is not None:
            await asyncio.shield(self._start())

    async def _flush(self) -> None:
        try:
            while self._lines:
                await self._write_some()
        finally:
            self._flushing = None

    async def _write_some(self) -> None:
        taken = self._take()
        now = int(self._clock.now() * 1000)
        try:
            await self._commit(lambda connection: _write(connection, taken, now))
        except StorageError as error:
            logger.error(  # noqa: TRY400 - the text says it all
                "%d log events of functions were dropped: %s", len(taken) + self._dropped, error
            )
        else:
            if self._dropped:
                logger.warning(
                    "%d log events of functions were dropped: they came faster than the disk takes them",
                    self._dropped,
                )
        self._dropped = 0

    def _take(self) -> list[_Line]:
        taken: list[_Line] = []
        size = 0
        while self._lines and size < COMMIT_BYTES and len(taken) < COMMIT_EVENTS:
            line = self._lines.popleft()
            taken.append(line)
            size += line.draft.bytes
        self._bytes -= size
        return taken


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
    for address, drafts in by_address.items():
        group = _group(connection, address, now)
        streams.insert(connection, group.id, address.stream, now)
        stream = streams.find(groups.reader(connection), group.id, address.stream)
        if stream is not None:
            events.append(connection, group.id, stream.id, drafts, now)


def _group(connection: Connection, address: Address, now: int) -> Group:
    account, region, name, _ = address
    found = groups.find(groups.reader(connection), account, region, name)
    if found is not None:
        return found
    new = Group(0, account, region, name, now)
    groups.insert(connection, new)
    made = groups.find(groups.reader(connection), account, region, name)
    return made or new
