"""Whatever runtimes do, each invocation gets one answer, no more environments run than are allowed, and nothing is left."""

import asyncio
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeport.clock import VirtualClock

CAP = 3

STEPS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["answer", "error", "exit", "hang", "cut"])),
    min_size=1,
    max_size=12,
)


async def runtime(api, environment):
    while True:
        event = await api.next()
        what = json.loads(event.body)
        await asyncio.sleep(0)
        if what == "answer":
            await api.respond(event.request_id, event.body)
        elif what == "error":
            await api.error(event.request_id, b'{"errorType":"E"}')
        elif what == "exit":
            environment.exit(status=1)
        elif what == "cut":
            head = f"POST /2018-06-01/runtime/invocation/{event.request_id}/response HTTP/1.1\r\n"
            await api.send(f"{head}host: a\r\ncontent-length: 9\r\n\r\n".encode())
            api.close()
        else:
            await asyncio.sleep(3600)


EXPECTED = {
    "answer": None,
    "error": "E",
    "exit": "Runtime.ExitError",
    "hang": "Sandbox.Timedout",
    "cut": "Runtime.TruncatedResponse",
}


async def history(world, steps):
    for name in "abc":
        world.add(name, runtime, timeout_s=1)
    running = [asyncio.ensure_future(world.invoke(what, name)) for name, what in steps]
    most = 0
    async with asyncio.timeout(20):
        while not all(each.done() for each in running):
            most = max(most, len(world.executor.alive))
            await asyncio.sleep(0.001)
            await world.clock.advance(0.1)
    for (_, what), done in zip(steps, running, strict=True):
        answer = json.loads(done.result().payload)
        found = answer["errorType"] if isinstance(answer, dict) else None
        # Virtual time may run out for a run whose sockets are real.
        assert found in (EXPECTED[what], "Sandbox.Timedout")
    assert most <= CAP
    await world.close()
    assert (world.executor.alive, world.functions.codes) == ([], 0)
    assert world.invocations._environments._count == 0
    for name in "abc":
        assert world.invocations.running(world.functions.versions[name].function) == 0


@pytest.fixture
def run(request, make_world):
    world_of = type(make_world())

    def run(steps):
        async def work(folder):
            world = world_of(
                Path(folder) / "lambda.db", VirtualClock(), environments=CAP, queue_s=3600
            )
            await history(await world.open(), steps)

        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(work(folder))

    return run


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_any_history(run, steps):
    run(steps)
