import itertools

import pytest
from tests.aws.delivery.event_sources.conftest import UUID
from tests.aws.dynamodb.conftest import Client
from tests.aws.dynamodb.streams.conftest import Streams

from homeport.aws.delivery.event_sources import filters
from homeport.aws.delivery.event_sources.event_sources import EventSources
from homeport.aws.delivery.event_sources.streams.lane import Work
from homeport.aws.delivery.event_sources.streams.stream import Stream
from homeport.aws.delivery.event_sources.streams.stream_source import StreamSource
from homeport.aws.lambda_.mappings import positions
from homeport.aws.lambda_.mappings.positions import Positions
from homeport.storage.db import Database


class Destinations:
    """Implements `Destinations`: keeps what is sent, or raises what it is told to."""

    def __init__(self):
        self.sent = []
        self.errors = []

    async def send(self, arn, body, *, source_arn):
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append((arn, body, source_arn))


class World:
    """A table with a stream, and the sources that read it; all of it can be opened again."""

    def __init__(self, folder, clock, function, mappings):
        self.folder, self.clock = folder, clock
        self.function, self.mappings = function, mappings
        self.destinations = Destinations()
        self.numbers = itertools.count(1)
        self.arn = ""

    async def open(self):
        self.client = await Client(self.folder, self.clock).open()
        self.streams = Streams(self.client)
        self.db = Database(self.folder / "lambda.db", (positions.SCHEMA,))
        self.positions = Positions(self.db)
        self.sources = EventSources(self.mappings, {"dynamodb": self.make}, self.clock)
        self.sources.start()
        return self

    def make(self, mapping, note):
        work = Work(
            mapping,
            filters.parse(mapping.filters),
            self.function,
            self.destinations,
            self.clock,
            lambda: f"request-{next(self.numbers)}",
            note,
        )
        stream = Stream(self.client.dynamodb, mapping.source_arn)
        return StreamSource(work, stream, self.positions)

    async def close(self):
        await self.sources.close()
        await self.client.close()
        await self.db.close()

    async def restart(self):
        await self.close()
        await self.open()

    async def put(self, *names, **more):
        for name in names:
            await self.client.put({"id": {"S": name}, **more})

    def run(self, mapping):
        self.mappings.kept[UUID] = mapping
        self.sources.on_mapping_changed(UUID)

    @property
    def names(self):
        return [record["dynamodb"]["Keys"]["id"]["S"] for record in self.function.records]

    def next(self):
        """The positions of the open shards' lanes."""
        return [each.next for each in self.positions.of(UUID) if each.next is not None]


@pytest.fixture
async def world(tmp_path, clock, function, mappings):
    world = await World(tmp_path, clock, function, mappings).open()
    world.arn = await world.streams.make()
    yield world
    await world.close()


@pytest.fixture
def run(world, mapping):
    def run(**changes):
        said = {"source_arn": world.arn, "batch_size": 100} | changes
        world.run(mapping(**said))

    return run
