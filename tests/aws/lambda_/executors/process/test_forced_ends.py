"""What is ended by force, by a function or from outside, and what cannot be started at all: nothing of it is left."""

import asyncio
import os
import signal
import socket
import tempfile
from pathlib import Path

import pytest
from tests.aws.lambda_.executors.functions import Starter
from tests.aws.lambda_.executors.process.test_environments import gone
from tests.aws.lambda_.executors.process.test_rooms import plan

from homeport.aws.lambda_.executors.base import StartFailed
from homeport.aws.lambda_.executors.process import launching, peers
from homeport.aws.lambda_.executors.process.environment import Outside, ProcessEnvironment
from homeport.aws.lambda_.executors.process.executor import ProcessExecutor
from homeport.aws.lambda_.executors.process.launcher import processes, syscalls
from homeport.aws.lambda_.executors.process.launcher.spec import Spec
from homeport.clock import SystemClock

MARK = f"MARK_{os.getpid()}_D"
DAEMONS = "#!/bin/bash\n(trap '' TERM; setsid sleep 60 & setsid sleep 60 &)\nsleep 60\n"
ECHO = {"app.py": "def handler(event, context):\n    return event\n"}


@pytest.fixture(params=[True, False], ids=["namespaces", "none"])
async def starter(tmp_path, request):
    starter = Starter(ProcessExecutor(SystemClock(), is_isolated=request.param), tmp_path)
    yield starter
    await starter.close()


async def daemons(start):
    variables = {"MARK": MARK, "PATH": "/usr/bin:/bin"}
    function = await start({"bootstrap": DAEMONS}, runtime="provided.al2023", variables=variables)
    for _ in range(200):
        if len(processes_of(MARK)) >= 3:
            return function
        await asyncio.sleep(0.05)
    raise AssertionError(processes_of(MARK))


def processes_of(mark):
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            found += [path] * (mark.encode() in path.read_bytes())
        except OSError:
            continue
    return found


def descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


async def launcher_of(start):
    return await start.executor._launcher


async def test_the_end_of_a_first_process(starter):
    function = await daemons(starter)
    os.kill(function.environment._pid, signal.SIGKILL)
    await function.ended(5)
    assert await gone(MARK.encode(), 2)


async def test_the_end_of_the_launcher(starter):
    function = await daemons(starter)
    (await launcher_of(starter))._process.kill()
    await function.ended(5)
    assert await gone(MARK.encode(), 2)


async def test_the_end_of_the_executor(starter):
    await daemons(starter)
    launcher = await launcher_of(starter)
    environments = list(starter.executor._environments.values())
    for held in (launcher._requests, *(each._control for each in environments)):
        held.shutdown(socket.SHUT_RDWR)
    await asyncio.wait_for(launcher._process.wait(), 5)
    assert await gone(MARK.encode(), 2)


async def test_a_first_process_that_was_stopped_does_not_hold_up_the_end(starter):
    function = await daemons(starter)
    launcher = await launcher_of(starter)
    os.kill(function.environment._pid, signal.SIGSTOP)
    launcher._requests.shutdown(socket.SHUT_RDWR)
    await asyncio.wait_for(launcher._process.wait(), 10)
    assert await gone(MARK.encode(), 2)


def test_what_is_spared_is_not_found():
    pid = os.fork()
    if not pid:
        signal.pause()
        os._exit(0)
    try:
        assert pid in processes.Descendants().pids()
        assert pid not in processes.Descendants(spared={pid}).pids()
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


# What cannot be started


async def test_a_null_character_in_a_variable(start):
    function = await start(ECHO, variables={"A": "x\0y"})
    ended = await function.ended()
    assert ended.error_type == "Runtime.InvalidEntrypoint"
    assert ended.message.endswith(": invalid argument")


async def test_no_temporary_folder(start, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    with pytest.raises(StartFailed, match="no folder to run in"):
        await start(ECHO)
    monkeypatch.undo()
    assert (await (await start(ECHO)).invoke(1)).json == 1  # it is tried again


@pytest.mark.parametrize("call", ["pipe", "socketpair"])
async def test_no_more_descriptors(start, monkeypatch, call):
    assert (await (await start(ECHO)).invoke(1)).json == 1
    before = descriptors()

    def refuse(*_):
        raise OSError(24, "Too many open files")

    executor = "homeport.aws.lambda_.executors.process.executor"
    monkeypatch.setattr(f"{executor}.{'os' if call == 'pipe' else 'socket'}.{call}", refuse)
    with pytest.raises(StartFailed, match="Too many open files"):
        await start(ECHO)
    monkeypatch.undo()
    await start.apis[-1].close()
    assert descriptors() <= before + 1
    assert (await (await start(ECHO)).invoke(1)).json == 1


async def test_a_launcher_that_may_have_no_more_descriptors(start):
    assert (await (await start(ECHO)).invoke(1)).json == 1
    launcher = await launcher_of(start)
    ended = asyncio.Event()

    class Launched:
        def has_pid(self, pid):
            raise AssertionError

        gone = staticmethod(ended.set)

    launcher._launched["few"] = Launched()
    socket.send_fds(launcher._requests, [b"few"], [0])
    await asyncio.wait_for(ended.wait(), 5)
    assert (await (await start(ECHO)).invoke(2)).json == 2


async def test_one_that_ends_before_it_has_read_what_it_is_to_be():
    ours, theirs = socket.socketpair()
    ours.settimeout(0)
    output, writes = os.pipe()
    os.set_blocking(output, False)
    known = peers.Peers()
    outside = Outside(lambda: None, known, 0, is_namespaced=True)
    environment = ProcessEnvironment(plan(), SystemClock(), ours, output, outside)
    large = Spec([], {}, "/", 1, 1, 0, files=[("/x", "x" * 2_000_000)])
    beginning = asyncio.ensure_future(environment.begin_life(large))
    await asyncio.sleep(0.05)
    environment.gone()
    with pytest.raises(StartFailed, match="ended before it ran"):
        await asyncio.wait_for(beginning, 5)
    theirs.close()
    known.close()
    os.close(writes)


# What a function has of whoever started it


async def test_descriptors_that_the_launcher_was_started_with(start, monkeypatch, tmp_path):
    with (tmp_path / "log").open("w") as log:
        os.set_inheritable(log.fileno(), True)  # noqa: FBT003 - as the function takes it
        real = asyncio.create_subprocess_exec

        async def careless(*arguments, pass_fds, **more):  # as event loops are that close nothing
            os.set_inheritable(pass_fds[0], True)  # noqa: FBT003
            return await real(*arguments, close_fds=False, **more)

        monkeypatch.setattr(launching.asyncio, "create_subprocess_exec", careless)
        code = "import os\ndef handler(e, c): return [os.path.realpath(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd')]\n"
        function = await start({"app.py": code})
        kinds = sorted(place.partition(":")[0] for place in (await function.invoke()).json)
    assert kinds[0] == "/dev/null"
    assert [kind.rpartition("/")[2] for kind in kinds[1:]].count("log") == 0
    assert len(kinds) <= 5  # input, output, error, the Runtime API, and the folder that is read


async def test_it_is_the_first_to_go_where_memory_ends(starter):
    code = "#!/bin/bash\nread x < /proc/self/oom_score_adj; echo score $x; sleep 60\n"
    function = await starter({"bootstrap": code}, runtime="provided.al2023")
    for _ in range(100):
        if "\n" in function.log:
            break
        await asyncio.sleep(0.05)
    assert function.log == "score 1000\n"


async def test_keys_of_this_machine(start):
    number = {"x86_64": 250, "aarch64": 219}[os.uname().machine]
    code = (
        f"import ctypes\ndef handler(e, c): return ctypes.CDLL(None).syscall({number}, 0, -3, 0)\n"
    )
    ours = syscalls._libc.syscall(number, 0, -3, 0)
    theirs = (await (await start({"app.py": code})).invoke()).json
    if -1 in (ours, theirs):
        pytest.skip("no keyrings here")
    assert theirs != ours


HAS_SCOPES = syscalls._libc.syscall(444, None, 0, 1) >= 6


@pytest.mark.skipif(not HAS_SCOPES, reason="before Linux 6.12")
async def test_abstract_sockets_of_this_machine(start):
    name = f"\0homeport-{os.getpid()}"
    code = """
        import socket
        def attempt(name):
            try:
                return socket.socket(socket.AF_UNIX).connect(name)
            except OSError as error:
                return type(error).__name__
        def handler(event, context):
            own = socket.socket(socket.AF_UNIX)
            own.bind(event + "-own")
            own.listen()
            return [attempt(event), attempt(event + "-own")]
        """
    with socket.socket(socket.AF_UNIX) as outside:
        outside.bind(name)
        outside.listen()
        function = await start({"app.py": code})
        assert (await function.invoke(name)).json == ["PermissionError", None]


@pytest.mark.skipif(not HAS_SCOPES, reason="before Linux 6.12")
async def test_its_first_process_is_out_of_its_reach_without_a_namespace_too(start_open):
    code = "#!/bin/bash\nkill -9 $PPID; kill -STOP $PPID; echo $(</proc/$PPID/environ); echo end; sleep 60\n"
    function = await start_open({"bootstrap": code}, runtime="provided.al2023")
    for _ in range(100):
        if "end\n" in function.log:
            break
        await asyncio.sleep(0.05)
    assert function.log.count("not permitted") == 2
    assert "Permission denied" in function.log
    assert not function.environment.ended.done()
