"""Functions that take all they can get: nothing of them is left, and nobody else is harmed."""

import asyncio
import errno
import os
import time

import pytest
from tests.aws.lambda_.executors.process.test_environments import gone, running

from homeport.aws.lambda_.executors.base import Exit

MARK = f"MARK_{os.getpid()}_C"
ECHO = {"app.py": "def handler(event, context):\n    return event\n"}


@pytest.fixture
def run(start):
    async def run(body, head="", **more):
        lines = "\n".join(f"    {line}" for line in body.strip("\n").splitlines())
        code = f"import os, time\n{head}\ndef handler(event, context):\n{lines}\n"
        return await start({"app.py": code}, variables={"MARK": MARK}, **more)

    return run


async def stopped(function, within_s=3):
    before = time.monotonic()
    await function.environment.stop()
    assert time.monotonic() - before < within_s
    assert await gone(MARK.encode(), 1)


async def alive(count):
    """Waits until so many of its processes run."""
    for _ in range(100):
        if len(running(MARK.encode())) >= count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(running(MARK.encode()))


async def test_a_fork_bomb_ends_with_its_environment(run, start):
    """Each fork forks again: what stops it is the limit of processes, and the end of its namespace."""
    body = """
def bomb():
    while True:
        try:
            os.fork()
        except OSError:
            time.sleep(0.01)
bomb()
"""
    function = await run(body)
    asking = asyncio.ensure_future(function.invoke())
    await alive(20)
    assert (await (await start(ECHO)).invoke(1)).json == 1  # others still start and run
    await stopped(function, 20)  # a thousand processes have to get their turn to end
    asking.cancel()


async def test_it_gets_no_more_processes_than_aws_gives(run):
    body = """
pids = []
try:
    while len(pids) < 2000:
        pid = os.fork()
        if not pid:
            time.sleep(60)
        pids.append(pid)
except OSError as error:
    return [len(pids), error.errno]
"""
    function = await run(body, memory_mb=3000)
    count, error = (await function.invoke()).json
    assert 900 < count <= 1024
    assert error == errno.EAGAIN
    await stopped(function)


async def test_a_full_disk_is_its_own(run, start):
    body = """
piece, size = b'x' * 1048576, 0
try:
    with open('/tmp/full', 'wb', 0) as file:
        while size < 200:
            size += file.write(piece) / 1048576
except OSError as error:
    return [size, error.errno]
"""
    function = await run(body, ephemeral_mb=16)
    size, error = (await function.invoke()).json
    assert error == errno.ENOSPC
    assert 15 <= size <= 16
    assert (await (await start(ECHO)).invoke(1)).json == 1


async def test_a_disk_full_of_empty_files_is_its_own(run):
    body = """
try:
    for number in range(100_000):
        open(f'/tmp/{number}', 'w').close()
except OSError as error:
    return [number, error.errno]
"""
    function = await run(body, ephemeral_mb=16)
    count, error = (await function.invoke()).json
    assert error == errno.ENOSPC
    assert count < 16 * 256


async def test_too_much_memory_is_the_end_of_it(run):
    body = """
held = []
for _ in range(100):
    held.append(bytearray(b'x' * 10_000_000))
    time.sleep(0.02)
"""
    function = await run(body, memory_mb=128)
    asking = asyncio.ensure_future(function.invoke())
    ended = await function.ended()
    assert ended == Exit(None, 9, is_out_of_memory=True)
    assert function.environment.peak_memory_mb() >= 128
    asking.cancel()


async def test_memory_of_all_its_processes_counts(run):
    body = """
for _ in range(4):
    if not os.fork():
        held = bytearray(b'x' * 60_000_000)
        time.sleep(60)
time.sleep(60)
"""
    function = await run(body, memory_mb=128)
    asking = asyncio.ensure_future(function.invoke())
    assert (await function.ended()).is_out_of_memory
    assert await gone(MARK.encode(), 1)
    asking.cancel()


async def test_memory_that_processes_share_counts_once(run):
    body = """
held = bytearray(b'x' * 60_000_000)
pids = []
for _ in range(4):
    pid = os.fork()
    if not pid:
        time.sleep(0.3)
        os._exit(0)
    pids.append(pid)
return [os.waitpid(pid, 0)[1] for pid in pids]
"""
    function = await run(body, memory_mb=128)
    assert (await function.invoke()).json == [0] * 4


async def test_too_much_memory_while_it_starts(run):
    function = await run("pass", head="held = b'x' * 300_000_000\ntime.sleep(5)", memory_mb=128)
    assert (await function.ended()).is_out_of_memory


async def test_one_that_never_ends(run):
    function = await run("while True: pass")
    asking = asyncio.ensure_future(function.invoke())
    await asyncio.sleep(0.1)
    await stopped(function)
    asking.cancel()


async def test_one_that_ignores_all_signals(run):
    head = """
import signal
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
"""
    function = await run("return 1", head=head)
    assert (await function.invoke()).json == 1
    await stopped(function)


async def test_one_that_stops_itself(run):
    function = await run("os.kill(os.getpid(), 19)")
    asking = asyncio.ensure_future(function.invoke())
    await asyncio.sleep(0.1)
    await stopped(function)
    asking.cancel()


async def test_one_that_closes_its_socket_still_answers(run):
    function = await run("os.closerange(3, 100)\nreturn 'here'")
    for _ in range(2):
        assert (await function.invoke()).json == "here"


async def test_one_that_closes_its_output_still_answers(run):
    function = await run("os.close(1); os.close(2)\nreturn 'here'")
    assert (await function.invoke()).json == "here"


async def test_a_hundred_megabytes_of_output(run):
    function = await run("for _ in range(1000):\n    print('x' * 99_999)\nreturn 'done'")
    size = 0

    def take(data):
        nonlocal size
        size += len(data)
        assert len(data) <= 65_536

    function.environment._plan = replaced(function.environment._plan, take)
    assert (await function.invoke()).json == "done"
    assert size == 100_000_000


def replaced(plan, take):
    import dataclasses

    return dataclasses.replace(plan, output=take)


DAEMON = """
if os.fork():
    return 1
os.setsid()
if os.fork():
    os._exit(0)
for descriptor in range(100):
    try:
        os.close(descriptor)
    except OSError:
        pass
time.sleep(60)
"""


async def test_daemons_end_with_their_environment(run):
    function = await run(DAEMON)
    assert (await function.invoke()).json == 1
    await alive(2)
    await stopped(function)


async def test_daemons_end_with_the_runtime(run):
    function = await run(DAEMON.replace("return 1", "os._exit(5)"))
    await function.api.give(None, {})
    assert await function.ended(3) == Exit(5)
    assert await gone(MARK.encode(), 1)


async def test_a_child_that_holds_the_output_does_not_hold_up_the_end(run):
    function = await run("if not os.fork():\n    time.sleep(60)\nos._exit(6)")
    await function.api.give(None, {})
    assert await function.ended(3) == Exit(6)


async def test_orphans_leave_no_zombies(run):
    body = """
for _ in range(20):
    if not os.fork():
        if not os.fork():
            os._exit(0)
        os._exit(0)
    os.wait()
time.sleep(0.2)
return sorted(name for name in os.listdir('/proc') if name.isdigit())
"""
    function = await run(body)
    assert (await function.invoke()).json == ["1", "2"]


async def test_an_idle_one_cannot_go_on_in_the_background(run):
    head = """
import threading
held = []
def grow():
    while True:
        time.sleep(0.01)
        held.append(bytearray(b'x' * 300_000))
threading.Thread(target=grow, daemon=True).start()
"""
    function = await run("return len(held)", head=head, memory_mb=128)
    await function.invoke()
    await asyncio.sleep(1.5)
    before = function.environment.peak_memory_mb()
    await asyncio.sleep(0.5)
    assert function.environment.peak_memory_mb() == before


class TestWithoutNamespaces:
    @pytest.fixture
    def shell(self, start_open):
        async def shell(script):
            code = {"bootstrap": f"#!/bin/bash\n{script}\n"}
            variables = {"MARK": MARK, "PATH": "/usr/bin:/bin"}
            return await start_open(code, runtime="provided.al2023", variables=variables)

        return shell

    async def test_daemons_end_with_their_environment(self, shell):
        function = await shell("(setsid sleep 60 & setsid sleep 60 &) ; sleep 60")
        await alive(3)
        await stopped(function)

    async def test_daemons_end_with_the_runtime(self, shell):
        function = await shell("setsid sleep 60 & setsid sleep 60 & exit 3")
        assert await function.ended(5) == Exit(3)
        assert await gone(MARK.encode(), 1)

    @pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's processes count together")
    async def test_a_fork_bomb_ends_with_its_environment(self, shell):
        function = await shell("b() { b | b & }; b; sleep 60")
        await asyncio.sleep(0.5)
        await stopped(function, 20)

    async def test_too_much_memory_is_the_end_of_it(self, shell):
        function = await shell("x=$(head -c 400000000 /dev/zero | tr '\\0' 'x'); sleep 60")
        assert (await function.ended()).is_out_of_memory
