"""Synchronous invocations, from the call to the runtime and back."""

import asyncio
import json


async def test_a_function_gets_its_event_and_answers(world):
    world.add()
    result = await world.invoke({"a": 1})
    assert json.loads(result.payload) == {"a": 1}
    assert (result.function_error, result.executed_version, result.log) == ("", "$LATEST", b"")


async def test_nothing_stands_for_an_empty_object(world):
    world.add()
    assert (await world.invoke()).payload == b"{}"


async def test_the_error_of_a_function_is_passed_on_as_it_is(world, make_handler):
    world.add(runtime=make_handler(lambda event: 1 / 0))
    result = await world.invoke()
    assert result.function_error == "Unhandled"
    assert json.loads(result.payload) == {
        "errorMessage": "division by zero",
        "errorType": "ZeroDivisionError",
    }


async def test_what_the_runtime_is_told(world, clock):
    seen = []

    async def runtime(api, environment):
        event = await api.next()
        seen.append(event.headers)
        await api.respond(event.request_id, b"null")
        await api.next()

    world.add(runtime=runtime, timeout_s=7)
    result = await world.invoke(
        request_id="11111111-2222-4333-8444-555555555555",
        client_context='{"a":"ä"}',
        cognito_identity="{}",
    )
    (headers,) = seen
    assert headers["lambda-runtime-aws-request-id"] == result.request_id
    assert headers["lambda-runtime-deadline-ms"] == str(int((clock.now() + 7) * 1000))
    assert (
        headers["lambda-runtime-invoked-function-arn"]
        == "arn:aws:lambda:us-east-1:000000000000:function:f"
    )
    assert headers["lambda-runtime-client-context"].encode("latin-1").decode() == '{"a":"ä"}'
    assert headers["lambda-runtime-cognito-identity"] == "{}"
    assert headers["lambda-runtime-trace-id"] == result.trace
    assert headers["content-type"] == "application/json"


async def test_an_environment_is_used_again(world):
    world.add()
    for number in range(5):
        assert json.loads((await world.invoke(number)).payload) == number
    assert len(world.executor.environments) == 1
    await world.until(lambda: world.executor.environments[0].finished == 5)


async def test_invocations_beside_each_other_have_an_environment_each(world):
    gate = asyncio.Event()

    async def runtime(api, environment):
        while True:
            event = await api.next()
            await gate.wait()
            await api.respond(event.request_id, event.body)

    world.add(runtime=runtime)
    running = [asyncio.ensure_future(world.invoke(number)) for number in range(5)]
    await world.until(lambda: sum(len(each.deadlines) for each in world.executor.environments) == 5)
    gate.set()
    results = await asyncio.gather(*running)
    assert [json.loads(result.payload) for result in results] == list(range(5))
    assert len(world.executor.environments) == 5
    # And no more of them are needed for the next five.
    await asyncio.gather(*(world.invoke(number) for number in range(5)))
    assert len(world.executor.environments) == 5


async def test_a_sync_invocation_writes_nothing_to_the_database(world):
    world.add()
    await world.invoke()
    assert world.db.commits == 0
