"""Runtimes that end, hang, or never get ready. Each text is one that was recorded at AWS (see `environments.endings`)."""

import asyncio
import json

import pytest

from homeport.aws.lambda_.executors.base import MissingRuntime, StartFailed

ID = "11111111-2222-4333-8444-555555555555"
FOREVER = 3600


async def hang(api, environment):
    await api.next()
    await asyncio.sleep(FOREVER)


def exiting(**how):
    async def runtime(api, environment):
        await api.next()
        environment.exit(**how)
        await asyncio.sleep(FOREVER)

    return runtime


def error(kind, text):
    return {"errorType": kind, "errorMessage": f"RequestId: {ID} Error: {text}"}


@pytest.mark.parametrize(
    ("how", "kind", "text"),
    [
        ({"status": 1}, "Runtime.ExitError", "Runtime exited with error: exit status 1"),
        ({"status": 127}, "Runtime.ExitError", "Runtime exited with error: exit status 127"),
        ({"status": 0}, "Runtime.ExitError", "Runtime exited without providing a reason"),
        ({}, "Runtime.ExitError", "Runtime exited without providing a reason"),
        ({"signal": 11}, "Runtime.ExitError", "Runtime exited with error: signal: segmentation fault"),
        ({"signal": 40}, "Runtime.ExitError", "Runtime exited with error: signal: signal 40"),
        ({"signal": 9, "is_out_of_memory": True}, "Runtime.OutOfMemory", "Runtime exited with error: signal: killed"),
    ],
    ids=["one", "127", "zero", "unknown", "segfault", "other-signal", "memory"],
)  # fmt: skip
async def test_a_runtime_that_ends(world, how, kind, text):
    world.add(runtime=exiting(**how))
    result = await world.invoke(request_id=ID, wants_log=True)
    assert result.function_error == "Unhandled"
    assert json.loads(result.payload) == error(kind, text)
    log = result.log.decode()
    assert f"RequestId: {ID} Error: {text}\n{kind}\nEND RequestId: {ID}\n" in log
    assert log.endswith(f"\tStatus: error\tError Type: {kind}\n")
    await world.until(lambda: not world.executor.alive)


async def test_a_function_that_never_ends(world):
    world.add(runtime=hang, timeout_s=3)
    running = asyncio.ensure_future(world.invoke(request_id=ID, wants_log=True))
    await world.until(
        lambda: world.executor.environments and world.executor.environments[0].deadlines
    )
    await world.advance(2.9)
    assert not running.done()
    await world.advance(0.1)
    result = await running
    assert json.loads(result.payload) == error(
        "Sandbox.Timedout", "Task timed out after 3.00 seconds"
    )
    log = result.log.decode()
    assert f"2023-11-14T22:13:23.000Z {ID} Task timed out after 3.00 seconds\n\nEND" in log
    assert "\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\t" in log
    assert log.endswith("\tStatus: timeout\n")
    await world.until(lambda: world.functions.codes == 0)


async def test_the_next_invocation_after_a_timeout_gets_a_new_environment(world, make_handler):
    world.add(runtime=hang, timeout_s=1)
    running = asyncio.ensure_future(world.invoke())
    await world.until(
        lambda: world.executor.environments and world.executor.environments[0].deadlines
    )
    await world.advance(1)
    assert (await running).function_error
    world.executor.runtimes["f"] = make_handler(lambda event: "new")
    assert (await world.invoke()).payload == b'"new"'


async def test_init_is_tried_again_within_the_run(world, make_handler):
    attempts = []
    good = make_handler(lambda event: "ready")

    async def runtime(api, environment):
        attempts.append(environment)
        if len(attempts) == 1:
            await api.init_error(b'{"errorMessage":"no luck"}')
            environment.exit(status=1)
            return
        await good(api, environment)

    world.add(runtime=runtime)
    assert (await world.invoke()).payload == b'"ready"'
    assert len(attempts) == 2
    await world.invoke()
    assert len(attempts) == 2


async def test_an_error_of_init_is_the_answer_when_it_comes_again(world):
    body = b'{"errorMessage":"no","errorType":"Runtime.ImportModuleError","requestId":"","stackTrace":[]}'

    async def runtime(api, environment):
        answer = await api.init_error(body, "Runtime.ImportModuleError")
        assert answer.status == 202
        environment.exit(status=1)

    world.add(runtime=runtime)
    result = await world.invoke(request_id=ID, wants_log=True)
    assert (result.payload, result.function_error) == (body, "Unhandled")
    await world.until(lambda: not world.executor.alive)
    assert len(world.executor.environments) == 2
    texts = world.logs.texts
    first = next(text for text in texts if "Phase: init" in text)
    assert first.endswith("\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError\n")
    assert any("\tPhase: invoke\tStatus: error\t" in text for text in texts)


async def test_a_runtime_that_ends_before_it_is_ready(world):
    async def runtime(api, environment):
        environment.exit(status=127)

    world.add(runtime=runtime)
    result = await world.invoke(request_id=ID)
    assert json.loads(result.payload) == error(
        "Runtime.ExitError", "Runtime exited with error: exit status 127"
    )
    assert len(world.executor.environments) == 2


async def test_init_has_ten_seconds_and_then_the_time_of_the_function(world):
    async def runtime(api, environment):
        await asyncio.sleep(FOREVER)

    world.add(runtime=runtime, timeout_s=30)
    running = asyncio.ensure_future(world.invoke(request_id=ID))
    await world.until(lambda: len(world.executor.environments) == 1)
    await world.advance(10)
    await world.until(lambda: len(world.executor.environments) == 2)
    await world.until(
        lambda: any("Phase: init\tStatus: timeout" in text for text in world.logs.texts)
    )
    await world.advance(29)
    assert not running.done()
    await world.advance(1)
    result = await running
    assert json.loads(result.payload)["errorMessage"].endswith("Task timed out after 30.00 seconds")


async def test_a_runtime_that_is_not_on_this_machine(world):
    world.add()
    world.executor.refusal = MissingRuntime("There is no python3.12 here.", hint="Install it.")
    refused = await world.refused(world.invoke())
    assert (refused.code, refused.status) == ("InvalidRuntimeException", 400)
    assert "There is no python3.12 here.\n  Install it." in refused.message


async def test_an_environment_that_cannot_be_started(world):
    world.add()
    world.executor.start_refusal = StartFailed("No room for a process.")
    refused = await world.refused(world.invoke())
    assert (refused.code, refused.status) == ("ServiceException", 500)
    assert world.functions.codes == 0
    world.executor.start_refusal = None
    assert (await world.invoke()).payload == b"{}"


async def test_a_runtime_that_answers_and_ends_has_answered(world):
    async def runtime(api, environment):
        event = await api.next()
        await api.respond(event.request_id, b'"bye"')
        environment.exit(status=0)

    world.add(runtime=runtime)
    for _ in range(2):
        result = await world.invoke()
        assert (result.payload, result.function_error) == (b'"bye"', "")
        await world.until(lambda: not world.executor.alive)


async def test_a_runtime_that_answers_and_never_asks_again_is_ended_at_its_deadline(world):
    async def runtime(api, environment):
        event = await api.next()
        await api.respond(event.request_id, b"1")
        await asyncio.sleep(FOREVER)

    world.add(runtime=runtime, timeout_s=3)
    assert (await world.invoke()).payload == b"1"
    await world.advance(3)
    await world.until(lambda: not world.executor.alive)


async def test_a_stop_ends_all_and_answers_those_who_wait(make_world):
    world = await make_world().open()
    world.add(runtime=hang)
    running = asyncio.ensure_future(world.invoke())
    await world.until(
        lambda: world.executor.environments and world.executor.environments[0].deadlines
    )
    await world.close()
    assert json.loads((await running).payload)["errorType"] == "Sandbox.Failure"
    assert not world.executor.alive
    assert world.executor.closed
    assert world.functions.codes == 0


@pytest.mark.parametrize("how", ["exit", "error"])
async def test_a_second_start_that_fails_before_it_is_looked_at(world, how):
    """Executors may return an environment whose runtime has ended already."""
    start = world.executor.start

    async def runtime(api, environment):
        if how == "error":
            await api.init_error(b'{"errorType":"Early"}')
        environment.exit(status=5)

    async def slow_start(plan):
        environment = await start(plan)
        await world.until(environment.ended.done)
        await asyncio.sleep(0.01)
        return environment

    world.add(runtime=runtime)
    world.executor.start = slow_start
    result = await world.invoke(request_id=ID, wants_log=True)
    assert (
        json.loads(result.payload)["errorType"]
        == {"exit": "Runtime.ExitError", "error": "Early"}[how]
    )
    assert b"REPORT" in result.log
    await world.until(lambda: world.functions.codes == 0)


async def test_second_starts_stay_within_what_is_allowed(make_world):
    world = await make_world(environments=2, starts=8).open()
    most = []

    async def runtime(api, environment):
        most.append(len(world.executor.alive))
        await asyncio.sleep(0.005)
        environment.exit(status=1)

    world.add(runtime=runtime)
    results = await asyncio.gather(*(world.invoke() for _ in range(10)))
    assert {json.loads(result.payload)["errorType"] for result in results} == {"Runtime.ExitError"}
    assert max(most) <= 2
    assert len(most) == 20
    await world.close()


async def test_a_caller_that_goes_during_a_second_start_leaves_its_room(make_world):
    world = await make_world(environments=1).open()

    async def runtime(api, environment):
        environment.exit(status=1)

    world.add(runtime=runtime)
    leaving = asyncio.ensure_future(world.invoke())
    await world.until(lambda: any("Phase: init" in text for text in world.logs.texts))
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    await world.until(lambda: world.invocations._environments._count == 0)
    assert (await world.invoke()).function_error
    await world.close()
