"""Responses that are passed on while the function writes them."""

import asyncio
import base64

import pytest

from homeport.aws.lambda_.invoking import limits
from homeport.aws.lambda_.invoking.streams import ResponseStream

FOREVER = 3600


async def read(stream):
    pieces = [piece async for piece in stream]
    await stream.aclose()
    return b"".join(pieces)


def streaming(*pieces, trailers="", names=""):
    async def runtime(api, environment):
        while True:
            event = await api.next()
            await api.start_stream(event.request_id, "text/html", names)
            for piece in pieces:
                await api.chunk(piece)
            await api.end_stream(trailers)

    return runtime


async def test_pieces_come_while_the_function_runs(world):
    gate = asyncio.Event()

    async def runtime(api, environment):
        event = await api.next()
        await api.start_stream(event.request_id, "text/html")
        await api.chunk(b"one")
        await gate.wait()
        await api.chunk(b"two")
        await api.end_stream()
        await api.next()

    world.add(runtime=runtime)
    stream = await world.invocations.stream(world.invocation())
    assert (stream.content_type, stream.executed_version) == ("text/html", "$LATEST")
    assert await anext(stream) == b"one"
    gate.set()
    assert await read(stream) == b"two"
    assert stream.error_code == ""


async def test_a_plain_answer_is_a_stream_of_one_piece(world):
    world.add()
    stream = await world.invocations.stream(world.invocation({"a": 1}, wants_log=True))
    assert await read(stream) == b'{"a": 1}'
    assert stream.log.startswith(b"START RequestId")
    assert b"REPORT" in stream.log


async def test_a_plain_error(world, make_handler):
    world.add(runtime=make_handler(lambda event: 1 / 0))
    stream = await world.invocations.stream(world.invocation())
    assert await read(stream) == b""
    assert stream.error_code == "Unhandled"
    assert "division by zero" in stream.error_details


@pytest.mark.parametrize("encode", [True, False], ids=["base64", "plain"])
async def test_an_error_in_the_middle_stands_in_the_trailers(world, encode):
    text = '{"errorMessage":"oh"}'
    body = base64.b64encode(text.encode()).decode() if encode else text
    names = "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n"
    trailers = f"Lambda-Runtime-Function-Error-Type: Runtime.StreamError\r\nLambda-Runtime-Function-Error-Body: {body}\r\n"
    world.add(runtime=streaming(b"half", trailers=trailers, names=names))
    stream = await world.invocations.stream(world.invocation())
    assert await read(stream) == b"half"
    assert (stream.error_code, stream.error_details) == ("Runtime.StreamError", text)
    # Whoever wants the whole gets the error alone.
    result = await world.invoke()
    assert (result.payload.decode(), result.function_error) == (text, "Unhandled")


async def test_who_wants_the_whole_gets_it(world):
    world.add(runtime=streaming(b"one", b"two"))
    assert (await world.invoke()).payload == b"onetwo"


async def test_a_stream_that_is_cut(world):
    async def runtime(api, environment):
        event = await api.next()
        await api.start_stream(event.request_id)
        await api.chunk(b"half")
        api.close()
        await asyncio.sleep(FOREVER)

    world.add(runtime=runtime)
    stream = await world.invocations.stream(world.invocation())
    assert await read(stream) == b"half"
    assert stream.error_code == "Runtime.TruncatedResponse"


async def test_a_stream_that_takes_too_long(world):
    async def runtime(api, environment):
        event = await api.next()
        await api.start_stream(event.request_id)
        await api.chunk(b"half")
        await asyncio.sleep(FOREVER)

    world.add(runtime=runtime, timeout_s=3)
    stream = await world.invocations.stream(world.invocation())
    assert await anext(stream) == b"half"
    await world.advance(3)
    assert await read(stream) == b""
    assert stream.error_code == "Sandbox.Timedout"
    await world.until(lambda: not world.executor.alive)


async def test_a_reader_that_is_slow_slows_the_function_down(world):
    sent = []
    piece = b"x" * 65536

    async def runtime(api, environment):
        event = await api.next()
        await api.start_stream(event.request_id)
        for _ in range(400):
            await api.chunk(piece)
            sent.append(1)
        await api.end_stream()
        await api.next()

    world.add(runtime=runtime)
    stream = await world.invocations.stream(world.invocation())
    await asyncio.sleep(0.2)
    assert len(sent) < 250
    assert len(await read(stream)) == 400 * len(piece)


async def test_a_reader_that_goes_does_not_stop_the_function(world):
    world.add(runtime=streaming(*[b"x" * 65536] * 100))
    stream = await world.invocations.stream(world.invocation())
    await anext(stream)
    await stream.aclose()
    await world.until(lambda: world.executor.environments[0].finished)
    await world.invoke()
    assert len(world.executor.environments) == 1


async def test_a_mode_that_is_none(world):
    async def runtime(api, environment):
        event = await api.next()
        path = f"/2018-06-01/runtime/invocation/{event.request_id}/response"
        answer = await api.call(
            "POST", path, b"1", [("Lambda-Runtime-Function-Response-Mode", "odd")]
        )
        assert (answer.status, answer.json["errorType"]) == (400, "InvalidFunctionResponseMode")
        await api.next()

    world.add(runtime=runtime)
    assert (await world.invoke()).payload == b'{"errorType":"Runtime.InvalidResponseModeHeader"}'


async def test_a_stream_is_not_endless():
    stream = ResponseStream("1", "id")
    piece = b"x" * (limits.STREAM_BYTES // 4)
    for _ in range(4):
        stream.put(piece)
    assert stream.error_code == ""
    assert stream.put(b"x")
    assert stream.error_code == "Function.ResponseSizeTooLarge"
    assert len(await read(stream)) == limits.STREAM_BYTES


async def test_concurrency_counts_while_a_stream_runs(world):
    async def runtime(api, environment):
        event = await api.next()
        await api.start_stream(event.request_id)
        await api.chunk(b"half")
        await asyncio.sleep(FOREVER)

    world.add(runtime=runtime)
    world.functions.reservations["f"] = 1
    stream = await world.invocations.stream(world.invocation())
    assert (await world.refused(world.invoke())).status == 429
    await world.advance(3)
    await read(stream)


async def test_a_reader_who_leaves_before_the_beginning_holds_up_nobody(world):
    gate, written = asyncio.Event(), []

    async def runtime(api, environment):
        event = await api.next()
        await gate.wait()
        await api.start_stream(event.request_id)
        for _ in range(16):
            await api.chunk(b"x" * limits.STREAM_BUFFER_BYTES)
        written.append(await api.end_stream())
        await api.next()

    world.add(runtime=runtime)
    reading = asyncio.ensure_future(world.invocations.stream(world.invocation()))
    await world.until(lambda: any(each.deadlines for each in world.executor.environments))
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    gate.set()
    await world.until(lambda: written)
    assert written[0].status == 202


async def test_the_log_tells_of_a_stream_that_failed(world):
    trailers = "Lambda-Runtime-Function-Error-Type: Runtime.MyError\r\nLambda-Runtime-Function-Error-Body: e30=\r\n"
    names = "trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n"
    world.add(runtime=streaming(b"one", trailers=trailers, names=names))
    stream = await world.invocations.stream(world.invocation(wants_log=True))
    assert await read(stream) == b"one"
    assert stream.error_code == "Runtime.MyError"
    assert b"Status: error\tError Type: Runtime.MyError" in stream.log
