"""A stream as a source: its shards are read one after the other as they follow from each other, each by as many lanes as are wanted."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Collection, Sequence
from typing import Protocol

from homeport.aws.delivery.event_sources import limits, source
from homeport.aws.delivery.event_sources.streams.lane import Lane, Work
from homeport.aws.delivery.event_sources.streams.stream import Page, Stream
from homeport.aws.delivery.event_sources.wakening import Wakening, pause_s
from homeport.aws.dynamodb.store.streams import Shard
from homeport.aws.dynamodb.streams import reading
from homeport.aws.lambda_.mappings.positions import Position
from homeport.aws.protocol.call import AwsError

logger = logging.getLogger(__name__)


class Positions(Protocol):
    """How far mappings have come: `homeport.aws.lambda_.mappings.positions.Positions`."""

    def of(self, mapping: str) -> list[Position]:
        """All that are kept of a mapping."""

    async def save(self, mapping: str, position: Position) -> None:
        """Keeps a position in the place of the one before."""

    async def begin(self, mapping: str, positions: Collection[Position]) -> None:
        """Keeps positions in the place of all that were of their shards."""

    async def forget_shards(self, mapping: str, shards: Collection[str]) -> None:
        """Forgets shards that are no more."""


class StreamSource:
    """Implements `homeport.aws.delivery.event_sources.source.Source`."""

    def __init__(self, work: Work, stream: Stream, positions: Positions) -> None:
        self._work = work
        self._mapping = work.mapping
        self._stream = stream
        self._positions = positions
        self._wakening = Wakening(work.clock)
        self._lanes: dict[tuple[str, int], tuple[Lane, asyncio.Task[None]]] = {}
        self._troubles = 0

    def stop(self) -> None:
        """Takes no more records."""
        self._wakening.stop()
        for lane, _ in self._lanes.values():
            lane.wakening.stop()

    async def run(self) -> None:
        """Processes records until stopped, or until the stream is closed and all of it is done."""
        try:
            await self._stream.listen(self._tell)
            while not self._wakening.is_stopped and await self._turn():
                await self._wakening.wait()
                # A lane that failed begins again where it last knew to be.
                self._troubles = self._troubles + 1 if self._collect() else 0
                if self._troubles:
                    await self._wakening.rest(self._pause_s())
        except AwsError as error:
            await self._work.note(source.problem(error.message))
        except asyncio.CancelledError:
            for _, task in self._lanes.values():
                task.cancel()
            raise
        finally:
            await self._end()

    def _pause_s(self) -> float:
        return pause_s(self._troubles, limits.RETRY_PAUSE_S, limits.LAST_RETRY_PAUSE_S)

    def _tell(self) -> None:
        for lane, _ in self._lanes.values():
            lane.wakening.tell()

    async def _end(self) -> None:
        """Lets the lanes come to their end."""
        for lane, _ in self._lanes.values():
            lane.wakening.stop()
        if self._lanes:
            await asyncio.wait([task for _, task in self._lanes.values()])
        self._collect()
        await self._stream.leave(self._tell)

    def _collect(self) -> bool:
        """Takes out the lanes that have ended, and returns whether one of them has failed."""
        ended = [(key, task) for key, (_, task) in self._lanes.items() if task.done()]
        has_failed = False
        for key, task in ended:
            del self._lanes[key]
            if not task.cancelled() and (error := task.exception()) is not None:
                has_failed = True
                logger.error("Reading %s failed", self._mapping.source_arn, exc_info=error)
        return has_failed

    # Shards

    async def _turn(self) -> bool:
        """Begins the lanes of all shards whose turn it is; False where nothing is left to read, now and later."""
        shards = self._stream.shards()
        kept = await self._kept(shards)
        names = {shard.name for shard in shards}
        for shard in shards:
            lanes = kept.get(shard.name, [])
            parent_lanes = kept.get(shard.parent or "", [])
            is_due = shard.parent not in names or _is_done(parent_lanes)
            if is_due and not _is_done(lanes):
                await self._begin(shard, lanes)
        return bool(self._lanes)

    async def _kept(self, shards: Sequence[Shard]) -> dict[str, list[Position]]:
        """The positions of the shards; where there are none at all the mapping begins where it was told to."""
        uuid = self._mapping.uuid
        found = self._positions.of(uuid)
        if not found and self._mapping.starting_position == reading.LATEST:
            found = [Position(shard.name, 0, 1, self._latest(shard)) for shard in shards]
            await self._positions.begin(uuid, found)
        kept: dict[str, list[Position]] = {}
        for position in found:
            kept.setdefault(position.shard, []).append(position)
        gone = kept.keys() - {shard.name for shard in shards}
        if gone:
            await self._positions.forget_shards(uuid, gone)
        return kept

    def _latest(self, shard: Shard) -> int | None:
        return None if shard.last is not None else self._stream.start(shard.name, reading.LATEST)

    async def _begin(self, shard: Shard, kept: Sequence[Position]) -> None:
        lanes = self._mapping.parallelization
        if {position.lanes for position in kept} != {lanes} or len(kept) != lanes:
            known = [position.next for position in kept if position.next is not None]
            first = min(known) if known else self._stream.start(shard.name, reading.TRIM_HORIZON)
            kept = [Position(shard.name, lane, lanes, first) for lane in range(lanes)]
            await self._positions.begin(self._mapping.uuid, kept)
        for position in kept:
            is_read = (position.shard, position.lane) in self._lanes
            if position.next is not None and not is_read and not self._wakening.is_stopped:
                self._spawn(position, position.next)

    def _spawn(self, position: Position, first: int) -> None:
        shard, number, lanes, _ = position

        async def save(following: int | None) -> None:
            await self._positions.save(self._mapping.uuid, position._replace(next=following))

        read = functools.partial(self._read, shard, number, lanes)
        lane = Lane(self._work, shard, first, read, save)
        task = asyncio.ensure_future(lane.run())
        task.add_done_callback(lambda _: self._wakening.tell())
        self._lanes[shard, number] = lane, task

    def _read(self, shard: str, lane: int, lanes: int, position: int) -> Page:
        return self._stream.read(shard, position, lane, lanes)


def _is_done(positions: Sequence[Position]) -> bool:
    """Whether all lanes of a shard have come to its end."""
    return (
        bool(positions)
        and len(positions) == positions[0].lanes
        and all(position.next is None for position in positions)
    )
