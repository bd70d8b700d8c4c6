"""Any history of what functions print, beside plain lists: what is not said to be dropped is there, in order."""

import asyncio
import logging
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.logs.conftest import Client

from homeport.aws.logs import limits, writer
from homeport.clock import VirtualClock

FUNCTIONS = ("f", "g")
LINE = 30 + limits.WRITER_LINE_BYTES
steps = st.lists(
    st.one_of(
        st.tuples(st.just("print"), st.sampled_from(FUNCTIONS), st.integers(1, 6)),
        st.tuples(st.just("print"), st.sampled_from(FUNCTIONS), st.integers(1, 6)),
        st.tuples(st.just("turns"), st.integers(0, 8)),
        st.tuples(st.just("wait"), st.sampled_from([0.05, 0.1, 2.0])),
        st.tuples(st.just("look"), st.sampled_from(FUNCTIONS)),
        st.tuples(st.just("full"), st.booleans()),
        st.tuples(st.just("delete"), st.sampled_from(FUNCTIONS)),
        st.tuples(st.just("restart")),
    ),
    max_size=20,
)


class Player:
    """Plays a history. Each line has a number of its own, so that its order tells itself."""

    def __init__(self, client):
        self.client = client
        self.count = 0
        self.printed = {name: [] for name in FUNCTIONS}

    async def print(self, name, count):
        for _ in range(count):
            self.count += 1
            text = f"{self.count:04}"
            self.printed[name].append(text)
            where = (self.client.account, self.client.region, name, "s")
            self.client.logs.writer.write(*where, [(self.client.now, text)])

    async def turns(self, count):
        for _ in range(count):
            await asyncio.sleep(0)

    async def wait(self, seconds):
        await self.client.clock.advance(seconds)

    async def full(self, is_full):
        self.client.quota.limit = 0 if is_full else None

    async def restart(self):
        await self.client.restart()

    async def delete(self, name):
        await self.client.logs.writer.flush()
        self.printed[name] = []
        if any(group["logGroupName"] == name for group in await self.groups()):
            await self.client("DeleteLogGroup", logGroupName=name)

    async def groups(self):
        return (await self.client("DescribeLogGroups"))["logGroups"]

    async def there(self, name):
        if not any(group["logGroupName"] == name for group in await self.groups()):
            return []
        return await self.client.messages(name)

    async def look(self, name):
        """What is there was printed, in this order and once."""
        found = await self.there(name)
        assert found == sorted(set(found))
        assert set(found) <= set(self.printed[name])
        return found


def dropped(records):
    found = (
        re.match(r"(\d+) log events of functions were dropped", r.getMessage()) for r in records
    )
    return sum(int(each[1]) for each in found if each is not None)


async def play(history):
    with tempfile.TemporaryDirectory() as folder:
        client = await Client(Path(folder) / "logs.db", VirtualClock()).open()
        player = Player(client)
        lost = 0
        for name, *arguments in history:
            if name == "delete":
                lost += len(player.printed[arguments[0]])
            await getattr(player, name)(*arguments)
        client.quota.limit = None
        await client.restart()
        stored = sum([len(await player.look(name)) for name in FUNCTIONS])
        await client.logs.close()
        return player.count, lost, stored


class Records(logging.Handler):
    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        self.records.append(record)


@settings(max_examples=50, deadline=None)
@given(steps)
def test_any_history(history):
    said = Records()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "WRITER_BYTES", 5 * LINE)
        patch.setattr(writer, "COMMIT_EVENTS", 2)
        patch.setattr(writer.logger, "propagate", False)
        writer.logger.addHandler(said)
        try:
            count, deleted, stored = asyncio.run(play(history))
        finally:
            writer.logger.removeHandler(said)
    # Of what was printed to a group that is deleted now, some lines may have been dropped before.
    assert count - deleted <= stored + dropped(said.records) <= count
