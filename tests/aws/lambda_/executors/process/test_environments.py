"""An environment from its start to its end."""

import asyncio
import logging
import os
import signal
import time
from pathlib import Path

import pytest

from homeport.aws.lambda_.executors.base import Exit
from homeport.aws.lambda_.executors.process.executor import ProcessExecutor
from homeport.clock import SystemClock

ECHO = {"app.py": "def handler(event, context):\n    return event\n"}


def running(mark):
    """Processes of this machine whose command or variables hold the mark."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if mark in (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


async def gone(mark, seconds=5):
    end = time.monotonic() + seconds
    while running(mark):
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.02)
    return True


async def test_it_answers_again_and_again(start):
    function = await start(ECHO)
    for event in ({"a": 1}, [], "text", None, {"ü": "\U0001f600"}):
        told = await function.invoke(event)
        assert (told.kind, told.json) == ("response", event)


async def test_many_at_a_time(start):
    functions = await asyncio.gather(*(start(ECHO) for _ in range(8)))
    answers = await asyncio.gather(*(f.invoke(i) for i, f in enumerate(functions)))
    assert [told.json for told in answers] == list(range(8))


async def test_a_stopped_one_has_ended_and_may_be_stopped_again(start):
    function = await start(ECHO)
    await function.ready()
    await asyncio.gather(function.environment.stop(), function.environment.stop())
    await function.environment.stop()
    assert function.environment.ended.done()


async def test_one_is_stopped_while_it_runs(start):
    function = await start({"app.py": "import time\ndef handler(e, c):\n    while True: pass\n"})
    asking = asyncio.ensure_future(function.invoke())
    await asyncio.sleep(0.2)
    before = time.monotonic()
    await function.environment.stop()
    assert time.monotonic() - before < 2
    asking.cancel()


@pytest.mark.parametrize("status", [0, 1, 77])
async def test_the_exit_status_is_told(start, status):
    function = await start({"app.py": f"import os\ndef handler(e, c):\n    os._exit({status})\n"})
    await function.api.give(None, {})
    assert await function.ended() == Exit(status)


async def test_the_signal_that_ended_it_is_told(start):
    code = "import os\ndef handler(e, c):\n    os.kill(os.getpid(), 11)\n"
    function = await start({"app.py": code})
    await function.api.give(None, {})
    assert await function.ended() == Exit(None, signal.SIGSEGV)


async def test_output_of_both_kinds_comes_as_it_is_written(start):
    code = "import sys\ndef handler(e, c):\n    print('one')\n    sys.stderr.write('two')\n    print('three', end='')\n"
    function = await start({"app.py": code})
    await function.invoke()
    assert function.output == b"one\ntwothree"


async def test_output_of_an_invocation_is_there_when_it_is_finished(start):
    function = await start({"app.py": "def handler(e, c):\n    print('x' * e)\n"})
    for size in (10, 30_000, 200):
        function.output = b""
        await function.invoke(size)
        assert len(function.output) == size + 1


async def test_dev_stdout_can_be_opened(start):
    code = "def handler(e, c):\n    open('/dev/stdout', 'w').write('by name')\n"
    function = await start({"app.py": code})
    assert (await function.invoke()).kind == "response"
    assert function.output == b"by name"


async def test_a_writer_waits_while_nobody_takes_its_output(start):
    code = "def handler(e, c):\n    for _ in range(1000):\n        print('x' * 9999)\n    return 'done'\n"
    function = await start({"app.py": code})
    function.is_full = lambda: len(function.output) > 500_000
    function.environment._plan = _with(function.environment._plan, function.is_full)
    asking = asyncio.ensure_future(function.invoke())
    await asyncio.sleep(0.5)
    assert not asking.done()
    assert len(function.output) < 600_000
    function.environment._plan = _with(function.environment._plan, lambda: False)
    assert (await asking).json == "done"


def _with(plan, is_full):
    import dataclasses

    return dataclasses.replace(plan, is_full=is_full)


async def test_peak_memory_counts_what_the_runtime_used(start):
    function = await start({"app.py": "def handler(e, c):\n    len(bytearray(e))\n"})
    await function.invoke(1)
    small = function.environment.peak_memory_mb()
    await function.invoke(60_000_000)
    assert 5 < small < 40
    assert 50 < function.environment.peak_memory_mb() - small < 70


async def test_peak_memory_is_known_after_the_end(start):
    code = "import os\ndef handler(e, c):\n    len(bytearray(60_000_000))\n    os._exit(1)\n"
    function = await start({"app.py": code})
    await function.api.give(None, {})
    await function.ended()
    assert 60 < function.environment.peak_memory_mb() < 100


async def test_peak_memory_is_never_more_than_the_function_has(start):
    code = "def handler(e, c): len(bytearray(90_000_000))"
    function = await start({"app.py": code}, memory_mb=128)
    function.environment._peak_kb = 200_000
    assert function.environment.peak_memory_mb() == 128


async def test_one_that_is_idle_is_frozen_and_goes_on_when_it_is_needed(start):
    code = """
        import threading, time
        beats = 0
        def beat():
            global beats
            while True:
                beats += 1
                time.sleep(0.001)
        threading.Thread(target=beat, daemon=True).start()
        def handler(event, context):
            return beats
        """
    function = await start({"app.py": code})
    await function.invoke()
    await asyncio.sleep(1.2)
    mark = (await function.invoke()).json
    await asyncio.sleep(1.2)
    awake_for = (await function.invoke()).json - mark
    assert 300 < awake_for < 1150  # of 1.2 seconds, one of grace


async def test_the_end_of_the_launcher_is_the_end_of_its_environments_and_not_of_the_executor(
    start,
):
    function = await start(ECHO)
    await function.ready()
    launcher = await start.executor._launched()
    os.kill(launcher._process.pid, signal.SIGKILL)
    assert await function.ended() == Exit(None)
    assert (await (await start(ECHO)).invoke(5)).json == 5


def is_there(folder):
    return Path(folder).exists()


async def test_nothing_is_left_after_the_end_of_this_process(tmp_path):
    """As with `kill -9` of the server."""
    mark = f"MARK_{os.getpid()}_A"
    program = f"""
import asyncio, sys
sys.path.insert(0, {str(Path.cwd())!r})
from pathlib import Path
from homeport.aws.lambda_.executors.process.executor import ProcessExecutor
from homeport.clock import SystemClock
from tests.aws.lambda_.executors.functions import Starter

async def main():
    start = Starter(ProcessExecutor(SystemClock()), Path({str(tmp_path)!r}))
    code = "import subprocess\\nsubprocess.Popen(['sleep', '100'], start_new_session=True)\\ndef handler(e, c): pass"
    function = await start({{"app.py": code}}, variables={{"MARK": {mark!r}}})
    await function.ready()
    print(start.executor._folder, flush=True)
    await asyncio.sleep(100)

asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(
        os.sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE
    )
    folder = (await process.stdout.readline()).decode().strip()
    assert len(running(mark.encode())) >= 2
    process.kill()
    await process.wait()
    assert await gone(mark.encode())
    assert await gone(folder.encode())  # the launcher has it in its command
    assert not is_there(folder)


async def test_closing_ends_all(start):
    mark = f"MARK_{os.getpid()}_B"
    for _ in range(3):
        await (await start(ECHO, variables={"MARK": mark})).ready()
    folder = start.executor._folder
    assert len(running(mark.encode())) == 3
    await start.executor.close()
    assert not running(mark.encode())
    assert not folder.exists()


async def test_without_namespaces_one_warning_says_so(start_open, caplog):
    caplog.set_level(logging.WARNING)
    for _ in range(2):
        function = await start_open({"bootstrap": "#!/bin/sh\nexit 7\n"}, runtime="provided.al2023")
        assert await function.ended() == Exit(7)
    assert [r.getMessage()[:42] for r in caplog.records] == [
        "This kernel gives functions no namespaces "
    ]


async def test_an_executor_that_never_started_anything_closes():
    await ProcessExecutor(SystemClock()).close()
