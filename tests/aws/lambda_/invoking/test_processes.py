"""Invocations of real processes: what the fake runtimes of the other tests stand for."""

import asyncio
import contextlib
import json
import sys

import pytest

from homeport.aws.lambda_.executors.process.executor import ProcessExecutor
from homeport.aws.lambda_.invoking.functions import Code
from homeport.clock import SystemClock

FUNCTION = """
import os, sys, time

def handler(event, context):
    match event:
        case {"print": text}:
            print(text)
        case {"flood": lines}:
            for _ in range(lines):
                sys.stdout.write("x" * 1023 + "\\n")
        case {"exit": status}:
            os._exit(status)
        case {"sleep": seconds}:
            time.sleep(seconds)
        case {"fail": text}:
            raise LookupError(text)
        case {"variable": name}:
            return os.environ[name]
        case {"identity": _}:
            return context.aws_request_id, context.invoked_function_arn
    return event
"""


@pytest.fixture
async def real(make_world, tmp_path):
    task = tmp_path / "task"
    task.mkdir(mode=0o755)
    (task / "app.py").write_text(FUNCTION)
    # Environments are other users, where there are some.
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    world = make_world(endpoint="http://127.0.0.1:4566")
    world.clock = SystemClock()

    async def code(version):
        return Code(task)

    world.functions.code, world.functions.release = code, lambda code: None
    fake, world.executor = world.executor, ProcessExecutor(world.clock)
    world.executor.runtimes = fake.runtimes
    await world.open()
    world.add(runtime=None, timeout_s=2)
    python = f"python3.{sys.version_info.minor}"
    object.__setattr__(world.functions.versions["f"], "runtime", python)
    yield world
    await world.close()


async def test_one_environment_from_start_to_end(real):
    result = await real.invoke({"a": "ä"}, wants_log=True)
    assert json.loads(result.payload) == {"a": "ä"}
    assert b"Init Duration" in result.log

    result = await real.invoke({"print": "hello"}, wants_log=True)
    start, hello, end, report = result.log.decode().splitlines()
    assert (hello, "Init Duration" in report) == ("hello", False)
    assert start.startswith("START")
    assert end.startswith("END")

    request_id, arn = json.loads((await real.invoke({"identity": 1}, request_id="id-1")).payload)
    assert (request_id, arn) == ("id-1", "arn:aws:lambda:us-east-1:000000000000:function:f")
    assert (
        await real.invoke({"variable": "AWS_ENDPOINT_URL"})
    ).payload == b'"http://127.0.0.1:4566"'

    result = await real.invoke({"fail": "oh"})
    error = json.loads(result.payload)
    assert (error["errorType"], error["errorMessage"]) == ("LookupError", "oh")
    assert result.function_error == "Unhandled"


async def test_a_process_that_ends_and_one_that_hangs(real):
    result = await real.invoke({"exit": 3})
    assert json.loads(result.payload)["errorMessage"].endswith(
        "Runtime exited with error: exit status 3"
    )
    result = await real.invoke({"sleep": 60})
    assert json.loads(result.payload)["errorType"] == "Sandbox.Timedout"
    assert json.loads((await real.invoke({"a": 1})).payload) == {"a": 1}


async def test_a_flood_of_output_is_cut_and_told(real):
    result = await real.invoke({"flood": 20_000}, wants_log=True)
    assert json.loads(result.payload) == {"flood": 20_000}
    assert b"bytes of output were dropped here" in result.log


async def test_many_beside_each_other(real):
    results = await asyncio.gather(*(real.invoke(number) for number in range(40)))
    assert [json.loads(result.payload) for result in results] == list(range(40))


async def test_only_its_own_processes_reach_an_environments_runtime_api(real):
    starts, start = [], real.executor.start

    async def noting(plan):
        starts.append(plan.api)
        return await start(plan)

    real.executor.start = noting
    assert (await real.invoke({"a": 1})).payload == b'{"a": 1}'
    host, port = starts[0].split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    with contextlib.suppress(ConnectionResetError):
        writer.write(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: a\r\n\r\n")
        assert await asyncio.wait_for(reader.read(100), 10) == b""
    writer.close()
    assert (await real.invoke({"a": 2})).payload == b'{"a": 2}'
