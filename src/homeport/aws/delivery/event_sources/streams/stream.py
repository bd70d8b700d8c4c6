"""A stream of DynamoDB as its lanes read it, in process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from homeport.aws.delivery.event_sources.streams import records
from homeport.aws.delivery.event_sources.streams.records import Record
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store.streams import Shard
from homeport.aws.dynamodb.streams import errors, reading
from homeport.aws.dynamodb.streams.reading import Start
from homeport.aws.protocol.call import AwsError

PAGE = 200
"""Records that are read at once; the loop stands still meanwhile."""


class Page(NamedTuple):
    """Records of one lane, in order."""

    records: Sequence[Record]
    is_empty: bool
    """Whether there is nothing more to read now, of any lane."""
    next: int | None
    """Where to read on; None where the shard is closed and read to its end."""


class Stream:
    """One stream."""

    def __init__(self, dynamodb: DynamoDb, arn: str) -> None:
        self._dynamodb = dynamodb
        self._arn = arn

    async def listen(self, listener: Callable[[], None]) -> None:
        """Calls a listener after each commit that changed the stream. Raises ResourceNotFoundException."""
        await self._dynamodb.news.listen(self._id(), listener)

    async def leave(self, listener: Callable[[], None]) -> None:
        """Calls it no longer."""
        try:
            number = self._id()
        except AwsError:
            # A stream that is forgotten has no news.
            return
        await self._dynamodb.news.leave(number, listener)

    def _id(self) -> int:
        with self._dynamodb.db.snapshot() as connection:
            return reading.find(self._dynamodb, connection, self._arn).id

    def shards(self) -> list[Shard]:
        """All shards, parents before their children. Raises ResourceNotFoundException."""
        found: list[Shard] = []
        while page := reading.shards(self._dynamodb, self._arn, found[-1].id if found else 0):
            found += page
        return found

    def start(self, shard: str, kind: str) -> int:
        """The position at which to begin in a shard: TRIM_HORIZON or LATEST."""
        return reading.start(self._dynamodb, self._arn, shard, Start(kind))

    def read(self, shard: str, position: int, lane: int, lanes: int) -> Page:
        """Records from a position on. Those that are gone already are left out, and so is a shard that is gone."""
        try:
            page = reading.read(self._dynamodb, self._arn, shard, position, PAGE)
        except AwsError as error:
            if error.code != errors.TRIMMED.code:
                raise
            horizon = self.start(shard, reading.TRIM_HORIZON)
            return Page([], is_empty=False, next=max(position + 1, horizon))
        found = [
            records.record(page.stream, stored)
            for stored in page.records
            if records.lane(stored, lanes) == lane
        ]
        return Page(found, is_empty=not page.records, next=page.next)
