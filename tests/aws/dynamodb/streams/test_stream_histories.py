"""Random histories of changes: what a stream tells, played again, is the table, and each key's records are in order."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.aws.dynamodb.conftest import Client
from tests.aws.dynamodb.streams.conftest import Streams

from homeport.aws.protocol.call import AwsError
from homeport.clock import VirtualClock

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

names = st.sampled_from("abcd")
numbers = st.integers(0, 3)
actions = st.one_of(
    st.tuples(st.just("put"), names, numbers),
    st.tuples(st.just("add"), names, numbers),
    st.tuples(st.just("delete"), names, numbers),
    st.tuples(st.just("check"), names, numbers),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("one"), actions),
        st.tuples(st.just("many"), st.lists(actions, min_size=1, max_size=4)),
        st.tuples(st.just("wait"), st.sampled_from([60, 3600, 4 * 3600])),
        st.tuples(st.just("restart"), st.none()),
    ),
    max_size=25,
)


def key(name):
    return {"id": {"S": name}}


def transacted(kind, name, number):
    common = {"TableName": "t", "Key": key(name)}
    value = {":n": {"N": str(number)}}
    if kind == "put":
        item = {**key(name), "n": {"N": str(number)}}
        return {"Put": {"TableName": "t", "Item": item}}
    if kind == "delete":
        return {"Delete": common}
    if kind == "add":
        update = {"UpdateExpression": "ADD n :n", "ExpressionAttributeValues": value}
        return {"Update": {**common, **update}}
    condition = {
        "ConditionExpression": "attribute_not_exists(n) OR n <> :n",
        "ExpressionAttributeValues": value,
    }
    return {"ConditionCheck": {**common, **condition}}


class Model:
    """What the table must hold: a dict."""

    def __init__(self):
        self.items = {}

    def do(self, asked):
        """Whether a transaction may be done; then it is."""
        if len({name for _, name, _ in asked}) < len(asked):
            return False
        if any(kind == "check" and self.items.get(name) == number for kind, name, number in asked):
            return False
        for kind, name, number in asked:
            if kind == "put":
                self.items[name] = number
            elif kind == "add":
                self.items[name] = self.items.get(name, 0) + number
            elif kind == "delete":
                self.items.pop(name, None)
        return True


class History:
    def __init__(self, folder):
        self.clock = VirtualClock()
        self.client = Client(folder, self.clock)
        self.model = Model()
        self.records = []
        self.iterator = None

    async def open(self):
        await self.client.open()
        self.streams = Streams(self.client)
        self.arn = await self.streams.make()
        self.shard = await self.streams.shard(self.arn)
        self.iterator = await self.streams.iterator(self.arn)

    async def write(self, asked):
        items = [transacted(*action) for action in asked]
        try:
            await self.client("TransactWriteItems", TransactItems=items)
        except AwsError:
            assert not self.model.do(asked)
        else:
            assert self.model.do(asked)

    async def read(self):
        """Reads on where it left off, from parent to child, as an event source does."""
        while True:
            page = await self.streams.get(self.iterator, Limit=3)
            self.records += page["Records"]
            self.iterator = page.get("NextShardIterator")
            if self.iterator is None:
                shards = await self.streams.shards(self.arn)
                (child,) = [one for one in shards if one.get("ParentShardId") == self.shard]
                self.shard = child["ShardId"]
                self.iterator = await self.streams.iterator(self.arn, shard=self.shard)
            elif not page["Records"]:
                return

    async def step(self, kind, detail):
        if kind == "one":
            await self.write([detail])
        elif kind == "many":
            await self.write(detail)
        elif kind == "restart":
            await self.client.restart()
            self.streams.turn_on()
        else:
            await self.read()
            after = await self.streams.iterator(self.arn, "LATEST", self.shard)
            await self.streams.pass_time(detail)
            if detail > 900:
                after = await self._again()
            self.iterator = after

    async def _again(self):
        """A new iterator after the last record, as readers get whose own expired."""
        last = [record["dynamodb"]["SequenceNumber"] for record in self.records][-1:]
        shards = {one["ShardId"]: one for one in await self.streams.shards(self.arn)}
        begin = shards[self.shard]["SequenceNumberRange"]["StartingSequenceNumber"]
        if last and last[0] >= begin and await self._is_kept(last[0]):
            number = {"SequenceNumber": last[0]}
            return await self.streams.iterator(
                self.arn, "AFTER_SEQUENCE_NUMBER", self.shard, **number
            )
        return await self.streams.iterator(self.arn, "TRIM_HORIZON", self.shard)

    async def _is_kept(self, number):
        kept = await self.streams.everything(self.arn)
        return any(record["dynamodb"]["SequenceNumber"] == number for record in kept)

    def played(self):
        """What the records say that the table holds."""
        items = {}
        for record in self.records:
            told = record["dynamodb"]
            name = told["Keys"]["id"]["S"]
            old = None if name not in items else {**key(name), "n": {"N": str(items[name])}}
            assert told.get("OldImage") == old
            if "NewImage" in told:
                items[name] = int(told["NewImage"]["n"]["N"])
            else:
                del items[name]
        return items


async def play(folder, history):
    play = History(folder)
    await play.open()
    try:
        for kind, detail in history:
            await play.step(kind, detail)
        await play.read()
        assert play.played() == play.model.items
        numbers = [record["dynamodb"]["SequenceNumber"] for record in play.records]
        assert numbers == sorted(set(numbers))
    finally:
        await play.client.close()


@quick
@given(steps)
def test_a_stream_tells_all_that_happened_once_and_in_order(history):
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder), history))
