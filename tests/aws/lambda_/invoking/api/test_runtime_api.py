"""The Runtime API as runtimes meet it: order, answers, limits, broken connections."""

import asyncio
import itertools
import json
import socket

import pytest

from homeport.aws.lambda_.invoking import limits
from homeport.aws.lambda_.invoking.api import states

FOREVER = 3600
NEXT = "/2018-06-01/runtime/invocation/next"


class Script:
    """A runtime whose steps a test writes; what it saw is given back once it is done."""

    def __init__(self, world, steps, **more):
        self.world = world
        self.seen = asyncio.get_running_loop().create_future()

        async def runtime(api, environment):
            try:
                self.seen.set_result(await steps(api))
            except BaseException as wrong:
                self.seen.set_exception(wrong)
                raise
            await asyncio.sleep(FOREVER)

        world.add(runtime=runtime, **more)

    async def run(self):
        running = asyncio.ensure_future(self.world.invoke("x"))
        seen = await asyncio.wait_for(asyncio.shield(self.seen), 10)
        return seen, running


async def finish(api, event):
    await api.respond(event.request_id, b"1")


async def test_an_answer_is_accepted(world):
    async def steps(api):
        event = await api.next()
        return await api.respond(event.request_id, b"1")

    seen, running = await Script(world, steps).run()
    assert (seen.status, seen.json) == (202, {"status": "OK"})
    assert (await running).payload == b"1"


@pytest.mark.parametrize("what", ["respond", "error"])
async def test_a_second_answer_is_refused_as_the_emulator_does(world, what):
    async def steps(api):
        event = await api.next()
        await api.respond(event.request_id, b"1")
        return await getattr(api, what)(event.request_id, b"2")

    seen, running = await Script(world, steps).run()
    wanted = {"respond": "InvocationResponse", "error": "InvocationErrorResponse"}[what]
    assert seen.status == 403
    assert seen.json == {
        "errorType": "InvalidStateTransition",
        "errorMessage": f"State transition from RuntimeResponseSentState to {wanted} failed for runtime. "
        "Error: State transition is not allowed",
    }
    assert (await running).payload == b"1"


async def test_asking_on_without_an_answer_is_refused(world):
    async def steps(api):
        event = await api.next()
        refused = await api.next()
        await finish(api, event)
        return refused

    seen, running = await Script(world, steps).run()
    assert (seen.status, seen.json["errorType"]) == (403, "InvalidStateTransition")
    await running


async def test_an_answer_to_something_else_is_refused(world):
    async def steps(api):
        event = await api.next()
        refused = await api.respond("11111111-2222-4333-8444-555555555555", b"2")
        await finish(api, event)
        return refused

    seen, running = await Script(world, steps).run()
    assert (seen.status, seen.json) == (
        400,
        {"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"},
    )
    assert (await running).payload == b"1"


async def test_an_error_of_init_after_init_is_refused(world):
    async def steps(api):
        event = await api.next()
        refused = await api.init_error(b"{}")
        await finish(api, event)
        return refused

    seen, running = await Script(world, steps).run()
    assert (seen.status, seen.json["errorType"]) == (403, "InvalidStateTransition")
    await running


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/2018-06-01/ping", 200),
        ("POST", NEXT, 405),
        ("GET", "/2018-06-01/runtime/init/error", 405),
        ("POST", "/2018-06-01/runtime/invocation/a/b", 404),
        ("POST", "/2018-06-01/runtime/other", 404),
        ("GET", "/", 404),
        ("POST", "/2020-01-01/extension/register", 404),
        ("PUT", "/2022-07-01/telemetry", 404),
        ("GET", "/2018-06-01/runtime/restore/next", 405),
    ],
)
async def test_other_paths(world, method, path, status):
    async def steps(api):
        answer = await api.call(method, path, b"body" if method != "GET" else b"")
        await finish(api, await api.next())
        return answer

    seen, running = await Script(world, steps).run()
    assert seen.status == status
    await running


async def test_only_one_may_wait_for_the_next_invocation(world):
    other = []

    async def runtime(api, environment):
        waiting = asyncio.ensure_future(api.next())
        await asyncio.sleep(0.02)
        second = type(api)(environment.plan)
        other.append(await second.next())
        second.close()
        event = await waiting
        await api.respond(event.request_id, b"1")
        await api.next()

    world.add(runtime=runtime)
    # The first run takes the environment from its start; the second is one that waits.
    first = asyncio.ensure_future(world.invoke())
    await world.until(lambda: world.executor.environments)
    await first
    if other:
        assert other[0].status == 403


async def turns():
    """Lets all that was sent arrive: both ends are on this loop, so it takes turns of it, and no time."""
    for _ in range(100):
        await asyncio.sleep(0)


async def test_a_runtime_may_ask_again_after_its_connection_broke(world):
    asks_again = asyncio.Event()

    async def runtime(api, environment):
        event = await api.next()
        while True:
            await api.respond(event.request_id, event.body)
            # Nothing is to be done yet, so no invocation is lost with the connection.
            asking = asyncio.ensure_future(api.next())
            await turns()
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            api.close()
            asking = asyncio.ensure_future(api.next())
            await turns()
            asks_again.set()
            event = await asking

    world.add(runtime=runtime)
    for number in range(3):
        assert (await world.invoke(number)).payload == str(number).encode()
        await asyncio.wait_for(asks_again.wait(), 30)
        asks_again.clear()
    assert len(world.executor.environments) == 1


async def test_an_answer_that_is_cut(world):
    async def runtime(api, environment):
        event = await api.next()
        head = f"POST /2018-06-01/runtime/invocation/{event.request_id}/response HTTP/1.1\r\n"
        await api.send(f"{head}host: a\r\ncontent-length: 100\r\n\r\nhalf".encode())
        api.close()
        await api.next()
        await asyncio.sleep(FOREVER)

    world.add(runtime=runtime)
    result = await world.invoke()
    assert (json.loads(result.payload), result.function_error) == (
        {"errorType": "Runtime.TruncatedResponse"},
        "Unhandled",
    )


async def test_a_client_that_asks_before_it_sends_is_told_to_go_on(world):
    async def steps(api):
        event = await api.next()
        path = f"/2018-06-01/runtime/invocation/{event.request_id}/response"
        await api.send(
            f"POST {path} HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 1\r\n\r\n".encode()
        )
        first = await api.reader.readuntil(b"\r\n\r\n")
        await api.send(b"1")
        return first, await api.answer()

    (first, answer), running = await Script(world, steps).run()
    assert first == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert answer.status == 202
    assert (await running).payload == b"1"


BAD = {
    "no-http": (b"\x00\x01\x02\r\n\r\n", b"400"),
    "no-version": (b"GET / FTP/1\r\n\r\n", b"400"),
    "long-head": (b"GET / HTTP/1.1\r\n" + b"a: b" * limits.API_HEAD_BYTES + b"\r\n\r\n", b"431"),
    "long-path": (b"GET /" + b"a" * 2 * limits.API_HEAD_BYTES + b" HTTP/1.1\r\n\r\n", b"431"),
}


@pytest.mark.parametrize("name", list(BAD))
async def test_what_no_runtime_sends_ends_its_connection(world, name):
    data, status = BAD[name]

    async def runtime(api, environment):
        event = await api.next()
        other = type(api)(environment.plan)
        try:
            await other.send(data)
            answer = await asyncio.wait_for(other.reader.read(), 5)
        except ConnectionError:
            # The rest of what was sent was not wanted.
            answer = b"HTTP/1.1 " + status
        other.close()
        await api.respond(event.request_id, json.dumps(answer.decode("latin-1")).encode())
        await api.next()

    world.add(runtime=runtime)
    answer = json.loads((await world.invoke()).payload).encode()
    assert answer.startswith(b"HTTP/1.1 " + status)


async def test_two_requests_at_once_end_the_connection(world):
    async def runtime(api, environment):
        await api.send(f"GET {NEXT} HTTP/1.1\r\nhost: a\r\n\r\n".encode() * 2)
        assert (await api.answer()).status == 400
        assert await api.reader.read() == b""
        api.close()
        event = await api.next()
        await api.respond(event.request_id, b"1")
        await api.next()

    world.add(runtime=runtime)
    assert (await world.invoke()).payload == b"1"


async def test_few_connections_are_taken(world):
    async def runtime(api, environment):
        event = await api.next()
        others = [type(api)(environment.plan) for _ in range(limits.API_CONNECTIONS)]
        for other in others:
            await other.connect()
        cut = await asyncio.wait_for(others[-1].reader.read(), 5)
        for other in others:
            other.close()
        await api.respond(event.request_id, json.dumps(cut.decode()).encode())
        await api.next()

    world.add(runtime=runtime)
    assert (await world.invoke()).payload == b'""'


STATES = (
    states.STARTED, states.INIT_ERROR, states.READY, states.RUNNING, states.RESPONSE, states.ERROR, states.SENT,
)  # fmt: skip


@pytest.mark.parametrize(("before", "after"), list(itertools.product(STATES, STATES)))
def test_every_transition(before, after):
    allowed = {
        states.STARTED: {states.READY, states.INIT_ERROR},
        states.READY: {states.RUNNING},
        states.RUNNING: {states.RESPONSE, states.ERROR},
        states.RESPONSE: {states.SENT},
        states.ERROR: {states.SENT},
        states.SENT: {states.READY},
    }
    assert ((before, after) in states.TRANSITIONS) == (after in allowed.get(before, set()))


async def asked_by(sock, api):
    """What another program gets that asks for the next invocation."""
    loop = asyncio.get_running_loop()
    host, port = api.split(":")
    sock.settimeout(0)
    await loop.sock_connect(sock, (host, int(port)))
    try:
        await loop.sock_sendall(sock, f"GET {NEXT} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        return await asyncio.wait_for(loop.sock_recv(sock, 1000), 10)
    except ConnectionResetError:
        return b""


async def test_another_program_that_finds_the_port_is_cut_off(world):
    world.add()
    assert (await world.invoke(1)).payload == b"1"
    (environment,) = world.executor.environments
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        environment.strangers.add(stranger.getsockname())
        assert await asked_by(stranger, environment.plan.api) == b""
    assert (await world.invoke(2)).payload == b"2"


async def test_another_program_that_comes_before_the_runtime_is_cut_off_too(world):
    world.add()
    start, early = world.executor.start, []

    async def start_later(plan):
        stranger = socket.socket()
        stranger.bind(("127.0.0.1", 0))
        early.append((stranger, asyncio.ensure_future(asked_by(stranger, plan.api))))
        # It waits for an invocation before anything of the environment is known.
        await asyncio.sleep(0.05)
        environment = await start(plan)
        environment.strangers.add(stranger.getsockname())
        return environment

    world.executor.start = start_later
    assert (await world.invoke(1)).payload == b"1"
    ((stranger, answer),) = early
    assert await answer == b""
    stranger.close()
