"""Containers of a real dockerd."""

import asyncio
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import daemons
import pytest
from tests.aws.lambda_.executors.functions import Running, Starter
from tests.aws.lambda_.images import runnable
from tests.aws.lambda_.images.pushed import archive, file, folder, link, serving

from homeport.aws.lambda_ import model
from homeport.aws.lambda_.executors.base import Exit, MissingRuntime, StartFailed
from homeport.aws.lambda_.executors.docker.executor import DockerExecutor
from homeport.clock import SystemClock

pytestmark = pytest.mark.e2e

ENTRYPOINT = """\
#!/bin/sh
export _HANDLER="$1"
exec /bootstrap "$1"
"""
"""As AWS's images begin. What comes after is a stand-in: those themselves lie in a registry that no test can reach."""
RUN = {"Entrypoint": ["/bootstrap"], "Cmd": ["app.handler"]}
PYTHON = "public.ecr.aws/lambda/python:3.12"
PROVIDED = "public.ecr.aws/lambda/provided:al2023"


@pytest.fixture(scope="module")
def engine():
    """A dockerd with stand-ins for two of AWS's images; its socket and its client."""
    short = Path(tempfile.mkdtemp(prefix="hp"))
    environment = {"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin", "HOME": str(short)}
    try:
        with daemons.dockerd(short / "d", environment) as docker:
            _stand_in(docker, short)
            yield short / "d" / "docker.sock", docker
    finally:
        shutil.rmtree(short, ignore_errors=True)


def _stand_in(docker, place):
    tools = [
        link(f"bin/{name}", "busybox")
        for name in ("sh", "cat", "wget", "sed", "tr", "id", "ls", "pwd", "sleep", "touch", "head")
    ]
    tree = place / "python.tar"
    tree.write_bytes(
        archive(
            *(folder(name) for name in ("bin", "var", "var/task", "opt", "etc", "dev", "proc")),
            folder("tmp", 0o1777),
            file("bin/busybox", runnable.busybox().read_bytes(), mode=0o755),
            *tools,
            file("bin/handle", "#!/bin/sh\n. /var/task/app.sh\n", mode=0o755),
            file("bootstrap", runnable.BOOTSTRAP, mode=0o755),
            file("lambda-entrypoint.sh", ENTRYPOINT, mode=0o755),
        )
    )
    change = 'ENTRYPOINT ["/lambda-entrypoint.sh"]'
    for name in (PYTHON, PROVIDED):
        docker("import", "--change", change, "--change", "ENV OWN=image PATH=/bin", tree, name)


@pytest.fixture
async def start(engine, tmp_path):
    socket, _ = engine
    starter = Starter(DockerExecutor(SystemClock(), f"unix://{socket}", "stack-1"), tmp_path)
    yield starter
    await starter.close()
    assert containers(engine) == []


def containers(engine, stack="stack-1"):
    _, docker = engine
    return docker("ps", "-a", "-q", "--filter", f"label=homeport.functions={stack}").stdout.split()


async def says(start, script, **more):
    """What a script of the function prints."""
    started = await start({"app.sh": script}, runtime="python3.12", **more)
    return (await started.invoke("event")).body.decode().strip()


async def test_a_zip_function_answers_again_and_again(start):
    started = await start({"app.sh": "cat /tmp/event; echo log >&2"}, runtime="python3.12")
    for event in ({"a": 1}, [], "text"):
        told = await started.invoke(event)
        assert (told.kind, told.json) == ("response", event)
    for _ in range(100):
        if started.log == "log\n" * 3:
            break
        await asyncio.sleep(0.02)
    assert started.log == "log\n" * 3
    assert 0 < started.environment.peak_memory_mb() < 64


async def test_the_handler_is_told_and_the_task_folder_is_read_only(start):
    said = await says(
        start, "echo $1 $_HANDLER; touch /var/task/x /x 2>/dev/null || echo closed; id -u"
    )
    assert said == "app.handler app.handler\nclosed\n993"


async def test_tmp_is_as_large_as_it_should_be(start):
    script = "head -c 9000000 /dev/zero > /tmp/a && echo fits; head -c 90000000 /dev/zero > /tmp/b 2>/dev/null || echo full"
    assert await says(start, script, ephemeral_mb=64) == "fits\nfull"


async def test_layers_lie_over_each_other(start):
    layers = [{"a": "1", "bin/b": "1"}, {"a": "2"}]
    assert await says(start, "cat /opt/a /opt/bin/b", layers=layers) == "21"
    assert await says(start, "cat /opt/a", layers=layers[:1]) == "1"


async def test_variables(start):
    said = await says(start, "echo $MINE $OWN $LAMBDA_TASK_ROOT", variables={"MINE": "own"})
    assert said == "own image /var/task"


async def test_a_function_that_brings_its_runtime(start):
    files = {
        "bootstrap": runnable.BOOTSTRAP.replace("handle", "/var/task/app.sh"),
        "app.sh": "#!/bin/sh\npwd\n",
    }
    started = await start(files, runtime="provided.al2023")
    assert (await started.invoke()).body == b"/var/task"


async def test_it_has_no_rights(start):
    said = await says(start, "cat /proc/self/status")
    assert "CapEff:\t0000000000000000" in said
    assert "CapBnd:\t0000000000000000" in said
    assert "NoNewPrivs:\t1" in said


@pytest.mark.parametrize(("status", "ended"), [(0, Exit(0)), (7, Exit(7)), (137, Exit(None, 9))])
async def test_how_it_ended(start, status, ended):
    files = {"bootstrap": f"#!/bin/sh\necho last words; exit {status}\n"}
    started = await start(files, runtime="provided.al2023")
    assert await started.ended() == ended
    assert started.log == "last words\n"


async def test_it_ends_where_it_takes_too_much_memory(engine, start):
    if engine[1]("info", "--format", "{{.MemoryLimit}}").stdout.strip() != "true":
        pytest.skip("this machine's cgroups limit no memory")
    hog = "#!/bin/sh\nx=12345678\nwhile true; do x=$x$x; done\n"
    started = await start({"bootstrap": hog}, runtime="provided.al2023", memory_mb=128)
    ended = await started.ended()
    assert (ended.signal, ended.is_out_of_memory) == (9, True)


class Slow(Running):
    """Takes no output once it has some."""

    may_go_on = False

    def is_full(self):
        return len(self.output) > 200_000 and not self.may_go_on


async def test_output_is_left_with_the_engine_while_nobody_takes_it(start):
    slow = Slow(await start.api())
    script = "#!/bin/sh\nhead -c 5000000 /dev/zero\n"
    started = await start({"bootstrap": script}, runtime="provided.al2023", running=slow)
    await asyncio.sleep(1)
    assert 200_000 < len(slow.output) < 300_000
    slow.may_go_on = True
    await started.ended()
    assert len(slow.output) == 5_000_000


async def test_one_is_stopped_while_it_runs(engine, start):
    started = await start({"app.sh": "sleep 100"}, runtime="python3.12")
    asking = asyncio.ensure_future(started.invoke())
    await started.ready()
    await started.environment.stop()
    assert started.environment.ended.done()
    assert containers(engine) == []
    asking.cancel()


async def test_what_an_earlier_process_left_is_removed_and_nothing_else(engine, tmp_path):
    socket, docker = engine
    for stack in ("stack-1", "stack-2"):
        label = f"homeport.functions={stack}"
        docker(
            "run",
            "-d",
            "--net",
            "host",
            "--label",
            label,
            "--entrypoint",
            "/bin/sleep",
            PYTHON,
            "100",
        )
    starter = Starter(DockerExecutor(SystemClock(), str(socket), "stack-1"), tmp_path)
    started = await starter({"app.sh": "echo x"}, runtime="python3.12")
    assert len(containers(engine)) == 1
    assert (await started.invoke()).body == b"x"
    await starter.close()
    assert (containers(engine), len(containers(engine, "stack-2"))) == ([], 1)
    docker("rm", "-f", *containers(engine, "stack-2"))


async def test_an_image_that_cannot_be_pulled_says_what_to_do(start):
    with pytest.raises(MissingRuntime, match=r"public.ecr.aws/lambda/ruby:3.3") as caught:
        await start({}, runtime="ruby3.3")
    assert "docker pull public.ecr.aws/lambda/ruby:3.3" in caught.value.hint


@pytest.fixture
async def start_image(engine, tmp_path):
    """Starts the image `team/app` of a registry with a password, or another one of it."""
    stack = tmp_path / "stack"
    stack.mkdir()
    async with serving(stack) as pushed:
        digest = await pushed.image("team/app", runnable.base(), runnable.function(), **RUN)
        executor = DockerExecutor(SystemClock(), str(engine[0]), "stack-1", pushed.place)
        starter = Starter(executor, tmp_path)

        async def start(digest=digest, **overrides):
            image = model.Image("team/app", digest, **overrides)
            return await starter({}, runtime="", package_type=model.IMAGE, image=image)

        yield start
        await starter.close()


async def test_an_image_of_the_stacks_own_registry(start_image):
    started = await start_image()
    assert (await started.invoke({"a": 1})).json == {"a": 1}


async def test_what_a_function_overrides_of_its_image(start_image):
    script = 'echo "$@"; pwd; exit 3'
    started = await start_image(
        entry_point=("/bin/sh", "-c", script, "x"), command=("one", "two"), working_directory="/bin"
    )
    assert await started.ended() == Exit(3)
    assert started.log == "one two\n/bin\n"


async def test_a_program_that_is_not_there(start_image):
    started = await start_image(entry_point=("/missing",))
    ended = await started.ended()
    assert ended.error_type == "Runtime.InvalidEntrypoint"


async def test_an_image_that_is_gone(start_image):
    with pytest.raises(StartFailed, match="could not pull"):
        await start_image(digest=f"sha256:{hashlib.sha256(b'').hexdigest()}")


async def test_without_an_engine_the_text_says_what_to_do(tmp_path):
    executor = DockerExecutor(SystemClock(), f"unix://{tmp_path}/none.sock", "s")
    starter = Starter(executor, tmp_path)
    with pytest.raises(StartFailed, match="There is no container engine") as caught:
        await starter({}, runtime="python3.12")
    assert "HOMEPORT_FUNCTIONS_DOCKER" in caught.value.hint
    await starter.close()
