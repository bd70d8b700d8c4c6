"""Any history of sessions, time and restarts: each session is known exactly until it expires, and no longer kept."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.sts.conftest import Client

from homeport.aws.protocol.call import AwsError
from homeport.aws.sts import store
from homeport.clock import VirtualClock

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("assume"), st.integers(900, 3600)),
        st.tuples(st.just("wait"), st.integers(1, 2000)),
        st.tuples(st.just("restart"), st.just(0)),
    ),
    max_size=15,
)


async def step(client, clock, sessions, name, value):
    if name == "assume":
        answer = await client.assume(name=f"s{len(sessions)}", DurationSeconds=value)
        expires_at = int(clock.now()) + value
        sessions[answer["Credentials"]["AccessKeyId"]] = (expires_at, answer)
    elif name == "wait":
        await clock.advance(value)
    else:
        await client.restart()


async def check(client, clock, sessions):
    for key, (expires_at, answer) in sessions.items():
        if clock.now() < expires_at:
            assert await client.arn(key) == answer["AssumedRoleUser"]["Arn"]
        else:
            assert (await refusal(client, key)) == "ExpiredToken"


async def refusal(client, key):
    try:
        await client.arn(key)
    except AwsError as error:
        return error.code
    return None


async def run(steps):
    clock, sessions = VirtualClock(), {}
    with tempfile.TemporaryDirectory() as folder:
        client = await Client(Path(folder) / "sts.db", clock).open()
        try:
            for name, value in steps:
                await step(client, clock, sessions, name, value)
                await check(client, clock, sessions)
            await swept(client, clock, sessions)
        finally:
            await client.sts.close()


async def swept(client, clock, sessions):
    """Nothing that has expired is kept, once the sweep had its turn."""
    while client.sts._wakes_at <= clock.now() or is_sweeping(client.sts):
        await clock.advance(0)
        if client.sts._sweeping is not None:
            await client.sts._sweeping
    alive = sum(clock.now() < expires_at for expires_at, _ in sessions.values())
    assert client.sts.db.read(store.count) == alive


def is_sweeping(sts):
    return sts._sweeping is not None and not sts._sweeping.done()


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_any_history(steps):
    asyncio.run(run(steps))
