"""Any history of writes, deletions, time and restarts, beside a plain list."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.logs.conftest import DAY_MS, GROUP_BYTES, STREAM_BYTES, Client

from homeport.clock import VirtualClock

STREAMS = ("a", "b", "ab")
HOUR_MS = 3_600_000

steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("put"), st.sampled_from(STREAMS), st.lists(st.integers(-5, 2), min_size=1)
        ),
        st.tuples(st.just("print"), st.sampled_from(STREAMS), st.lists(st.integers(-5, 2))),
        st.tuples(st.just("delete"), st.sampled_from(STREAMS)),
        st.tuples(st.just("retain"), st.sampled_from([1, 3, None])),
        st.tuples(st.just("wait"), st.integers(1, 30)),
        st.tuples(st.just("restart")),
    ),
    max_size=12,
)


class Model:
    """What is there: lists of times and messages by stream, in the order in which they came."""

    def __init__(self):
        self.streams = {name: [] for name in STREAMS}
        self.days = None
        self.count = 0

    def new(self, now, hours):
        self.count += len(hours)
        start = self.count
        times = sorted(now + hour * HOUR_MS for hour in hours)
        return [(each, f"{start}.{number}") for number, each in enumerate(times)]

    def oldest(self, now):
        return 0 if self.days is None else now - self.days * DAY_MS

    def events(self, now, names=STREAMS):
        every = [
            (timestamp, order, message)
            for name in names
            for timestamp, order, message in self.streams[name]
            if timestamp >= self.oldest(now)
        ]
        return [(timestamp, message) for timestamp, _, message in sorted(every)]

    def add(self, name, events, order):
        self.streams[name] += [
            (timestamp, order * 1000 + number, message)
            for number, (timestamp, message) in enumerate(events)
        ]

    def forget(self, now):
        """What was beyond the retention is gone for good."""
        for name, events in self.streams.items():
            self.streams[name] = [each for each in events if each[0] >= self.oldest(now)]


async def play(client, model, history):
    for order, (what, *rest) in enumerate(history):
        now = client.now
        if what in {"put", "print"}:
            name, hours = rest
            events = model.new(now, hours)
            model.add(name, [each for each in events if each[0] >= model.oldest(now)], order)
            if what == "put":
                await client.put(*events, stream=name)
            else:
                events = [each for each in events if each[0] >= model.oldest(now)]
                client.logs.writer.write(client.account, client.region, "g", name, events)
        elif what == "delete":
            await client("DeleteLogStream", logGroupName="g", logStreamName=rest[0])
            await client("CreateLogStream", logGroupName="g", logStreamName=rest[0])
            model.streams[rest[0]] = []
        elif what == "retain":
            await retain(client, model, rest[0])
        elif what == "wait":
            await client.clock.advance(rest[0] * HOUR_MS / 1000)
        else:
            await client.restart()
        # The sweep removes for good; when it does so is not to be seen but by a longer retention later.
        await client.logs.writer.flush()
        await client.logs.sweep()
        model.forget(client.now)


async def retain(client, model, days):
    model.days = days
    if days is None:
        await client("DeleteRetentionPolicy", logGroupName="g")
    else:
        await client("PutRetentionPolicy", logGroupName="g", retentionInDays=days)


async def pages(client, operation, limit, token_name, token=None, **params):
    """Pages until the token stays the same, or there is none."""
    while True:
        more = {} if token is None else {"nextToken": token}
        answer = await client(operation, logGroupName="g", limit=limit, **params, **more)
        following = answer.get(token_name)
        yield [(each["timestamp"], each["message"]) for each in answer["events"]]
        if following in (None, token):
            return
        token = following


async def read_all(client, limit, name):
    stream = {"logStreamName": name}
    ahead = [
        event
        async for page in pages(
            client, "GetLogEvents", limit, "nextForwardToken", startFromHead=True, **stream
        )
        for event in page
    ]
    back = [
        page async for page in pages(client, "GetLogEvents", limit, "nextBackwardToken", **stream)
    ]
    return ahead, [event for page in reversed(back) for event in page]


async def check(client, model, limit):
    now = client.now
    for name in STREAMS:
        expected = model.events(now, [name])
        assert await read_all(client, limit, name) == (expected, expected)
    for names, params in [
        (STREAMS, {}),
        (["a", "ab"], {"logStreamNamePrefix": "a"}),
        (["a", "b"], {"logStreamNames": ["b", "a"]}),
    ]:
        found = pages(client, "FilterLogEvents", limit, "nextToken", **params)
        assert [event async for page in found for event in page] == model.events(now, names)
    newest = {"startFromHead": False, "startTime": now - 10 * DAY_MS}
    found = pages(client, "FilterLogEvents", limit, "nextToken", **newest)
    recent = [each for each in model.events(now) if each[0] >= now - 10 * DAY_MS]
    assert [event async for page in found for event in page] == recent[::-1]
    size = sum(len(message) + 26 for _, message in model.events(now))
    assert (await client.group())["storedBytes"] == size
    assert client.quota.used == size + GROUP_BYTES + len(STREAMS) * STREAM_BYTES


async def run(history, limit):
    with tempfile.TemporaryDirectory() as folder:
        client = await Client(Path(folder) / "logs.db", VirtualClock(1_750_000_000.0)).open()
        try:
            await client.make("g", *STREAMS)
            model = Model()
            await play(client, model, history)
            await check(client, model, limit)
        finally:
            await client.logs.close()


@settings(max_examples=60, deadline=None)
@given(steps, st.integers(1, 5))
def test_any_history(history, limit):
    asyncio.run(run(history, limit))
