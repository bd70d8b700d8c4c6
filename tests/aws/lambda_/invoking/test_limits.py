"""What is refused: payloads that are too large or no JSON, and too much at the same time."""

import asyncio
import json

import pytest

from homeport.aws.lambda_.invoking import limits

RECORDED_VALUE = (
    "Could not parse request body into json: Could not parse payload into json: Unexpected character ((CTRL-CHAR, code 153)): "
    "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n"
    " at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 1]"
)
RECORDED_UTF8 = (
    "Could not parse request body into json: Could not parse payload into json: Invalid UTF-8 start byte 0x87\n"
    " at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 3]"
)


@pytest.mark.parametrize(
    ("payload", "text"),
    [(b'"n\x87r"', RECORDED_UTF8), (b"\x99\xeb,j", RECORDED_VALUE)],
    ids=["in-a-string", "at-the-start"],
)
async def test_bytes_that_are_no_utf8(world, payload, text):
    world.add()
    invocation = world.invocation()
    object.__setattr__(invocation, "payload", payload)
    refused = await world.refused(world.invocations.invoke(invocation))
    assert (refused.code, refused.status, refused.message) == (
        "InvalidRequestContentException",
        400,
        text,
    )


BROKEN = {
    "open": b'{"a":',
    "word": b"abc",
    "NaN": b"NaN",
    "two": b"{} {}",
    "blank": b"  ",
    "comma": b"[1,]",
}
BROKEN["deep"] = b"[" * 100_000
BROKEN["large"] = b'"' + b"a" * limits.CHECKED_AT_ONCE_BYTES


@pytest.mark.parametrize("name", list(BROKEN))
async def test_what_is_no_json(world, name):
    world.add()
    invocation = world.invocation()
    object.__setattr__(invocation, "payload", BROKEN[name])
    for refused in (
        await world.refused(world.invocations.invoke(invocation)),
        await world.refused(world.invocations.accept(invocation)),
    ):
        assert refused.code == "InvalidRequestContentException"
        assert refused.message.startswith(
            "Could not parse request body into json: Could not parse payload into json: "
        )


async def test_a_request_has_six_mebibytes(world, make_handler):
    world.add(runtime=make_handler(len))
    largest = "a" * (limits.REQUEST_BYTES - 2)
    assert json.loads((await world.invoke(largest)).payload) == len(largest)
    refused = await world.refused(world.invoke(largest + "a"))
    assert (refused.code, refused.status) == ("RequestEntityTooLargeException", 413)
    assert (
        refused.fields["Message"]
        == "Request must be smaller than 6291456 bytes for the InvokeFunction operation"
    )


async def test_an_event_has_one_mebibyte(world):
    world.add()
    refused = await world.refused(world.accept("a" * (limits.EVENT_BYTES - 1)))
    assert (
        refused.fields["Message"]
        == "Request must be smaller than 1048576 bytes for the InvokeFunction operation"
    )
    await world.accept("a" * (limits.EVENT_BYTES - 2))


async def test_a_response_has_six_mebibytes(world, make_handler):
    world.add(runtime=make_handler(lambda size: "a" * (size - 2)))
    assert len((await world.invoke(limits.RESPONSE_BYTES)).payload) == limits.RESPONSE_BYTES
    result = await world.invoke(limits.RESPONSE_BYTES + 1)
    assert result.function_error == "Unhandled"
    assert json.loads(result.payload) == {
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
        "errorType": "Function.ResponseSizeTooLarge",
    }
    # The environment goes on.
    await world.invoke(10)
    assert len(world.executor.environments) == 1


async def blocked(world):
    """A function whose invocations go on until told."""
    gate = asyncio.Event()

    async def runtime(api, environment):
        while True:
            event = await api.next()
            await gate.wait()
            await api.respond(event.request_id, event.body)

    world.add(runtime=runtime)
    return gate


async def test_reserved_concurrency(world):
    gate = await blocked(world)
    world.functions.reservations["f"] = 1
    running = asyncio.ensure_future(world.invoke(1))
    await asyncio.sleep(0)
    refused = await world.refused(world.invoke(2))
    assert (refused.code, refused.status, refused.message) == (
        "TooManyRequestsException",
        429,
        "Rate Exceeded.",
    )
    assert refused.fields == {
        "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded",
        "Type": "User",
    }
    gate.set()
    await running
    # One after the other always goes.
    for number in range(20):
        assert json.loads((await world.invoke(number)).payload) == number
    assert len(world.executor.environments) == 1


async def test_no_concurrency_at_all(world):
    world.add()
    world.functions.reservations["f"] = 0
    assert (await world.refused(world.invoke())).status == 429
    assert world.executor.environments == []


async def test_the_concurrency_of_an_account(make_world):
    world = await make_world(concurrency=2).open()
    gate = await blocked(world)
    running = [asyncio.ensure_future(world.invoke(number)) for number in range(2)]
    await asyncio.sleep(0)
    refused = await world.refused(world.invoke())
    assert refused.fields["Reason"] == "ConcurrentInvocationLimitExceeded"
    gate.set()
    await asyncio.gather(*running)
    await world.invoke()
    await world.close()


async def test_a_run_counts_until_the_function_is_done_whoever_has_left(world):
    gate = asyncio.Event()

    async def runtime(api, environment):
        while True:
            event = await api.next()
            await gate.wait()
            await api.respond(event.request_id, b"1")

    version = world.add(runtime=runtime)
    world.functions.reservations["f"] = 1
    left = asyncio.ensure_future(world.invoke())
    await world.until(lambda: any(each.deadlines for each in world.executor.environments))
    left.cancel()
    await asyncio.gather(left, return_exceptions=True)
    assert (await world.refused(world.invoke())).code == "TooManyRequestsException"
    gate.set()
    await world.until(lambda: not world.invocations.running(version.function))
    assert (await world.invoke()).payload == b"1"
