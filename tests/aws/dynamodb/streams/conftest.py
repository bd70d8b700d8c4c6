import asyncio
import copy
from dataclasses import replace

import pytest

from homeport.aws.dynamodb.store import streams as stored_streams
from homeport.aws.dynamodb.store import tables as stored_tables
from homeport.aws.dynamodb.streams import operations, upkeep
from homeport.aws.protocol import model


class Streams:
    """Calls the operations of `dynamodbstreams` as the dispatcher does, over the database of a `client`."""

    def __init__(self, client):
        self.client = client
        self.turn_on()

    def turn_on(self):
        """To be called again after a restart."""
        self.caller = copy.copy(self.client)
        self.caller.service = operations.service(self.client.dynamodb)
        self.caller.model = model.load("dynamodbstreams")
        self.refused = self.caller.refused
        self.invalid = self.caller.invalid

    async def __call__(self, operation, **params):
        return await self.caller(operation, **params)

    def other(self, account, region="us-east-1"):
        streams = copy.copy(self)
        streams.caller = copy.copy(self.caller)
        streams.caller.account, streams.caller.region = account, region
        return streams

    async def make(self, view="NEW_AND_OLD_IMAGES", name="t", **members):
        """A table with a stream; answers the stream's ARN."""
        table = await self.client.make(name, **members)
        return await self.enable(table, view)

    async def enable(self, table, view="NEW_AND_OLD_IMAGES"):
        def save(connection):
            now_ms = self.client.dynamodb.now_ms()
            stream = stored_streams.open_stream(connection, table, view, now_ms)
            changed = replace(table, stream=stream)
            stored_tables.save(connection, changed)
            return changed

        changed = await self.client.dynamodb.db.write(save)
        self.client.dynamodb.tables.set(changed)
        return f"{changed.arn}/stream/{changed.stream.label}"

    async def disable(self, name="t"):
        table = self.table(name)

        def save(connection):
            now_ms = self.client.dynamodb.now_ms()
            stored_streams.close_stream(connection, table.stream, now_ms)
            stored_tables.save(connection, replace(table, stream=None))

        await self.client.dynamodb.db.write(save)
        self.client.dynamodb.tables.set(replace(table, stream=None))

    def table(self, name="t"):
        return self.client.dynamodb.tables.find(self.client.account, self.client.region, name)

    async def pass_time(self, seconds):
        """Moves the clock, then does what is due: a round in the background may still wait for the disk."""
        await self.client.clock.advance(seconds)
        await upkeep.turn(self.client.dynamodb)

    async def describe(self, arn, **more):
        return (await self("DescribeStream", StreamArn=arn, **more))["StreamDescription"]

    async def shards(self, arn):
        return (await self.describe(arn))["Shards"]

    async def shard(self, arn):
        """The name of the only shard, or of the last."""
        return (await self.shards(arn))[-1]["ShardId"]

    async def iterator(self, arn, kind="TRIM_HORIZON", shard=None, **more):
        shard = shard or await self.shard(arn)
        params = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": kind, **more}
        return (await self("GetShardIterator", **params))["ShardIterator"]

    async def get(self, iterator, **more):
        return await self("GetRecords", ShardIterator=iterator, **more)

    async def records(self, arn, kind="TRIM_HORIZON", shard=None, **more):
        """Those of one read."""
        return (await self.get(await self.iterator(arn, kind, shard, **more)))["Records"]

    async def everything(self, arn, limit=1000):
        """All records of all shards, page by page, parents first."""
        found = []
        for shard in await self.shards(arn):
            iterator = await self.iterator(arn, shard=shard["ShardId"])
            while iterator is not None:
                page = await self.get(iterator, Limit=limit)
                found += page["Records"]
                iterator = page.get("NextShardIterator") if page["Records"] else None
        return found


@pytest.fixture
async def streams(client):
    return Streams(client)


@pytest.fixture
def settled():
    """Waits for the disk of this machine, until something holds; a second is more than enough."""

    async def wait(holds):
        for _ in range(1000):
            if holds():
                return
            await asyncio.sleep(0.001)
        raise AssertionError("it never held")

    return wait
