"""Who gets which environment, how many there are, and when they end."""

import asyncio
import dataclasses
import json

import pytest

from homeport.aws.lambda_.model import Function
from homeport.aws.protocol.call import AwsError


def gated():
    gate = asyncio.Event()

    async def runtime(api, environment):
        while True:
            event = await api.next()
            await gate.wait()
            await api.respond(event.request_id, json.dumps(environment.plan.id).encode())

    return gate, runtime


async def at_once(world, count, name="f"):
    """Runs invocations that all wait for each other; returns the environments they ran in."""
    gate, runtime = gated()
    world.add(name, runtime)
    running = [asyncio.ensure_future(world.invoke(name=name)) for _ in range(count)]
    await world.until(lambda: sum(bool(each.deadlines) for each in world.executor.alive) >= count)
    gate.set()
    return [json.loads(result.payload) for result in await asyncio.gather(*running)]


async def test_the_one_that_became_idle_last_is_used_first(world):
    used = await at_once(world, 3)
    assert len(set(used)) == 3
    await world.until(lambda: all(each.finished for each in world.executor.environments))
    first = json.loads((await world.invoke()).payload)
    environment = next(each for each in world.executor.alive if each.plan.id == first)
    for count in range(2, 6):
        await world.until(lambda count=count: environment.finished == count)
        assert json.loads((await world.invoke()).payload) == first


async def test_idle_environments_end_by_the_clock(make_world):
    world = await make_world(idle_s=300).open()
    await at_once(world, 2)
    await world.until(lambda: all(each.finished for each in world.executor.environments))
    await world.advance(200)
    await world.invoke()
    await world.until(lambda: sum(each.finished for each in world.executor.environments) == 3)
    await world.advance(100)
    await world.until(lambda: len(world.executor.alive) == 1)
    await world.advance(199)
    assert len(world.executor.alive) == 1
    await world.advance(1)
    await world.until(lambda: not world.executor.alive)
    assert world.functions.codes == 0
    await world.close()


async def test_a_new_revision_gets_new_environments(world, make_handler):
    version = world.add(runtime=make_handler(lambda event: "old"))
    await world.invoke()
    world.executor.runtimes["f"] = make_handler(lambda event: "new")
    assert (await world.invoke()).payload == b'"old"'
    world.functions.versions["f"] = dataclasses.replace(version, revision="2")
    assert (await world.invoke()).payload == b'"new"'
    await world.until(lambda: len(world.executor.alive) == 1)


FUNCTION = Function("000000000000", "us-east-1", "f")


@pytest.mark.parametrize("how", ["changed", "deleted"])
async def test_what_was_replaced_ends_its_run_first(world, how):
    gate, runtime = gated()
    version = world.add(runtime=runtime)
    running = asyncio.ensure_future(world.invoke())
    await world.until(
        lambda: world.executor.environments and world.executor.environments[0].deadlines
    )
    if how == "deleted":
        del world.functions.versions["f"]
    else:
        world.functions.versions["f"] = dataclasses.replace(version, revision="2")
    world.invocations.function_changed(FUNCTION)
    gate.set()
    assert not (await running).function_error
    await world.until(lambda: not world.executor.alive)


async def test_what_was_replaced_and_is_idle_ends_at_once(world):
    version = world.add()
    await world.invoke()
    await world.until(lambda: world.executor.environments[0].finished)
    world.functions.versions["f"] = dataclasses.replace(version, revision="2")
    world.invocations.function_changed(FUNCTION)
    await world.until(lambda: not world.executor.alive)


async def test_a_change_of_something_else_ends_nothing(world):
    world.add()
    await world.invoke()
    world.invocations.function_changed(FUNCTION)
    world.invocations.function_changed(FUNCTION._replace(name="g"))
    await world.invoke()
    assert len(world.executor.environments) == 1


async def test_a_function_that_is_not_ready_keeps_its_environments(world):
    world.add()
    await world.invoke()
    resolve = world.functions.resolve

    def pending(*_):
        raise AwsError("ResourceConflictException", "Pending", 409)

    world.functions.resolve = pending
    world.invocations.function_changed(FUNCTION)
    world.functions.resolve = resolve
    await world.invoke()
    assert len(world.executor.environments) == 1


async def test_a_full_machine_ends_what_is_idle_for_the_longest(make_world):
    world = await make_world(environments=2).open()
    for name in "ab":
        world.add(name)
        await world.invoke(name=name)
        await world.until(lambda: world.executor.environments[-1].finished)
        await world.advance(1)
    world.add("c")
    assert (await world.invoke(name="c")).payload == b"{}"
    assert [each.plan.version.function.name for each in world.executor.alive] == ["b", "c"]
    await world.close()


async def test_a_full_machine_lets_invocations_wait(make_world):
    world = await make_world(environments=2).open()
    gate, runtime = gated()
    world.add(runtime=runtime)
    running = [asyncio.ensure_future(world.invoke()) for _ in range(10)]
    await world.until(lambda: sum(bool(each.deadlines) for each in world.executor.alive) == 2)
    gate.set()
    assert len({result.payload for result in await asyncio.gather(*running)}) == 2
    assert len(world.executor.environments) == 2
    await world.close()


async def test_who_waits_for_too_long_is_throttled(make_world):
    world = await make_world(environments=1, queue_s=60).open()
    gate, runtime = gated()
    world.add(runtime=runtime, timeout_s=900)
    running = asyncio.ensure_future(world.invoke())
    await world.until(
        lambda: world.executor.environments and world.executor.environments[0].deadlines
    )
    waiting = asyncio.ensure_future(world.invoke())
    await world.advance(60)
    assert (await world.refused(waiting)).fields["Reason"] == "ConcurrentInvocationLimitExceeded"
    gate.set()
    await running
    await world.close()


async def test_few_start_at_the_same_time(make_world):
    world = await make_world(starts=2).open()
    starting = []
    gate = asyncio.Event()

    async def runtime(api, environment):
        starting.append(environment)
        await gate.wait()
        while True:
            event = await api.next()
            await api.respond(event.request_id, b"1")

    world.add(runtime=runtime)
    running = [asyncio.ensure_future(world.invoke()) for _ in range(6)]
    await world.until(lambda: len(starting) == 2)
    await asyncio.sleep(0.02)
    assert len(starting) == 2
    # One that takes long keeps nobody else from starting.
    await world.advance(2)
    await world.until(lambda: len(starting) == 4)
    gate.set()
    await asyncio.gather(*running)
    await world.close()


async def test_a_caller_that_goes_leaves_its_environment_to_others(world):
    gate, runtime = gated()
    world.add(runtime=runtime)
    leaving = asyncio.ensure_future(world.invoke())
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    gate.set()
    await world.invoke()
    assert len(world.executor.environments) == 1


async def test_an_environment_that_dies_while_idle_is_not_used(world):
    world.add()
    await world.invoke()
    (first,) = world.executor.environments
    first.exit(status=1)
    await world.until(lambda: world.functions.codes == 0)
    assert (await world.invoke()).payload == b"{}"
    assert len(world.executor.environments) == 2


@pytest.mark.parametrize("count", [1, 7])
async def test_nothing_is_left_after_the_close(make_world, count):
    world = await make_world().open()
    await at_once(world, count)
    await world.close()
    assert (world.executor.alive, world.functions.codes) == ([], 0)


async def test_what_takes_long_before_a_start_is_no_part_of_it(world):
    """An image that is pulled for most of a minute uses up none of the ten seconds that a runtime has to get ready."""
    world.executor.preparing = asyncio.Event()
    gate, runtime = gated()
    gate.set()
    world.add("f", runtime)
    running = asyncio.ensure_future(world.invoke(wants_log=True))
    await world.advance(50)
    assert world.executor.environments == []
    world.executor.preparing.set()
    assert b"Init Duration: 0.00 ms" in (await running).log


async def test_one_that_fails_before_its_start_is_known_is_ended(world):
    async def runtime(api, environment):
        await api.init_error(b'{"errorType":"Broken"}', "Runtime.Broken")

    world.add(runtime=runtime)
    start = world.executor.start

    async def start_slowly(plan):
        environment = await start(plan)
        await environment.task
        return environment

    world.executor.start = start_slowly
    result = await world.invoke()
    assert (result.payload, result.function_error) == (b'{"errorType":"Broken"}', "Unhandled")
    await world.until(lambda: len(world.executor.stopped) == len(world.executor.environments) == 2)
    await world.until(lambda: world.functions.codes == 0)


async def test_one_that_is_started_within_a_run_while_the_service_stops_is_ended(world):
    async def runtime(api, environment):
        await api.init_error(b"{}", "Runtime.Broken")

    world.add(runtime=runtime)
    start, gate, waiting = world.executor.start, asyncio.Event(), []

    async def start_slowly(plan):
        if world.executor.environments:
            waiting.append(plan)
            await gate.wait()
        return await start(plan)

    world.executor.start = start_slowly
    running = asyncio.ensure_future(world.invoke())
    await world.until(lambda: waiting)
    await world.invocations.close()
    gate.set()
    await asyncio.gather(running, return_exceptions=True)
    await world.until(lambda: not world.executor.alive and world.functions.codes == 0)
