"""Container images run as processes: their root file system is all that they see."""

import pytest
from tests.aws.lambda_.executors.functions import Starter, version
from tests.aws.lambda_.images import runnable
from tests.aws.lambda_.images.pushed import file, folder, link, packed, serving

from homeport.aws.lambda_ import model
from homeport.aws.lambda_.executors.base import Exit, MissingRuntime, StartFailed
from homeport.aws.lambda_.executors.process.executor import ProcessExecutor
from homeport.aws.lambda_.images.images import Images
from homeport.clock import SystemClock

RUN = {"Entrypoint": ["/bootstrap"], "Cmd": ["app.handler"]}


class Run:
    """Pushes images and starts them."""

    def __init__(self, pushed, images, folder, *, is_isolated=True):
        self.pushed = pushed
        self.images = images
        self.executor = ProcessExecutor(SystemClock(), is_isolated=is_isolated, images=images)
        self.starter = Starter(self.executor, folder)

    async def __call__(self, *layers, image=None, variables=None, **run):
        await self.pushed.image("app", runnable.base(), *layers, **(run or RUN))
        return await self.start(variables=variables or {}, **(image or {}))

    async def start(self, variables=(), **overrides):
        digest = await self.images.digest("app")
        wanted = model.Image("app", digest, **overrides)
        return await self.starter(
            {},
            runtime="",
            handler="",
            package_type=model.IMAGE,
            image=wanted,
            variables=dict(variables),
        )

    async def says(self, handle, *layers, **more):
        """What a command in the image prints."""
        started = await self(runnable.function(f"#!/bin/sh\n{handle}\n"), *layers, **more)
        return (await started.invoke()).body.decode().strip()


@pytest.fixture
async def pushed(tmp_path):
    stack = tmp_path / "stack"
    stack.mkdir()
    async with serving(stack) as served:
        yield served


@pytest.fixture
async def images(pushed, tmp_path):
    opened = Images(pushed.place, tmp_path / "images")
    yield opened
    await opened.close()


@pytest.fixture
async def run(pushed, images, tmp_path):
    made = Run(pushed, images, tmp_path)
    yield made
    await made.starter.close()


async def test_an_image_answers_again_and_again(run):
    started = await run(runnable.function())
    for event in ({"a": 1}, [], "text"):
        told = await started.invoke(event)
        assert (told.kind, told.json) == ("response", event)
    assert started.log == "ran app.handler\n" * 3


async def test_the_functions_own_configuration_wins(run):
    started = await run(
        runnable.function("#!/bin/sh\npwd; echo $1 $2\n", folder("work")),
        image={"entry_point": ("/bin/sh", "/bootstrap", "own"), "working_directory": "/work"},
    )
    assert (await started.invoke()).body == b"/work\nown app.handler"


async def test_either_part_of_the_command_may_be_overridden_alone(run):
    started = await run(
        runnable.function("#!/bin/sh\necho $1\n"), image={"command": ("other.handler",)}
    )
    assert (await started.invoke()).body == b"other.handler"


async def test_a_program_is_found_on_the_path(run):
    layer = packed(file("opt/bin/start", "#!/bin/sh\nexec /bootstrap\n", mode=0o755))
    said = await run.says("echo found", layer, Entrypoint=["start"], Env=["PATH=/bin:/opt/bin"])
    assert said == "found"


async def test_variables_of_the_image_and_of_the_function(run):
    env = ["IMAGE=1", "BOTH=image", "LANG=C.UTF-8", "LAMBDA_TASK_ROOT=/app", "PATH=/bin"]
    said = await run.says(
        "echo $IMAGE $BOTH $LANG $LAMBDA_TASK_ROOT $LAMBDA_RUNTIME_DIR",
        variables={"BOTH": "function", "LANG": "C.UTF-8"},
        Env=env,
        **RUN,
    )
    assert said == "1 function C.UTF-8 /app /var/runtime"


async def test_it_sees_its_own_root_and_nothing_of_this_machine(run):
    said = await run.says("ls / ; ls /etc /dev; id -u")
    assert said.split() == [
        *("bin", "bootstrap", "dev", "etc", "proc", "tmp"),
        *("/dev:", "fd", "full", "null", "random", "stderr", "stdin", "stdout", "urandom", "zero"),
        *("/etc:", "hosts", "resolv.conf"),
        "993",
    ]


@pytest.mark.parametrize("place", ["/", "/bin", "/dev", "/etc/hosts", "/proc/1"])
async def test_only_tmp_can_be_written(run, place):
    target = place if place == "/etc/hosts" else f"{place}/x"
    said = await run.says(
        f"(echo x >> {target}) 2>/dev/null && echo wrote {target}; echo x > /tmp/x && cat /tmp/x"
    )
    assert said == "x"


async def test_two_of_an_image_do_not_meet(run):
    started = await run(runnable.function("#!/bin/sh\nls /tmp | head -1; echo > /tmp/a-mark\n"))
    other = await run.start()
    assert b"a-mark" not in (await started.invoke()).body
    assert b"a-mark" not in (await other.invoke()).body
    assert b"a-mark" in (await started.invoke()).body


async def test_a_link_in_the_image_leads_to_nothing_of_this_machine(run, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    said = await run.says(
        "cat /leak /etc/leak 2>&1",
        packed(link("leak", str(secret)), link("etc/leak", f"../..{secret}")),
    )
    assert "No such file" in said


async def test_hosts_are_found_as_on_this_machine(run):
    assert "localhost" in await run.says("cat /etc/hosts")


async def test_its_user_has_no_say(run):
    assert await run.says("id -u", User="0", **RUN) == "993"


async def test_an_entry_point_that_is_not_there(run):
    started = await run(runnable.function(), Entrypoint=["/missing"])
    ended = await started.ended()
    assert ended == Exit(
        1,
        error_type="Runtime.InvalidEntrypoint",
        message="fork/exec /missing: no such file or directory",
    )


async def test_an_image_that_says_not_what_to_run(run):
    with pytest.raises(StartFailed, match="says not what to run"):
        await run(runnable.function(), Env=["A=1"])


async def test_an_image_that_is_gone(run):
    run.images.digest = _nothing
    with pytest.raises(StartFailed, match="cannot be run") as caught:
        await run.start()
    assert "has no app/manifests" in caught.value.what


async def _nothing(_):
    return "sha256:" + "0" * 64


async def test_prepare_pulls_so_that_a_start_does_not(run, pushed):
    digest = await pushed.image("app", runnable.base(), runnable.function(), **RUN)
    image = model.Image("app", digest)
    await run.executor.prepare(version("", "", package_type=model.IMAGE, image=image))
    pushed.place.password.write_text("no longer the password")
    started = await run.starter({}, runtime="", package_type=model.IMAGE, image=image)
    assert (await started.invoke("x")).json == "x"


async def test_a_root_is_given_back_when_the_last_has_ended(run):
    started = await run(runnable.function())
    (held,) = run.images._roots._folders.values()
    assert held.users == 1
    await started.environment.stop()
    await run.executor.close()
    assert held.users == 0


async def test_without_namespaces_the_text_says_what_to_do(pushed, images, tmp_path):
    run = Run(pushed, images, tmp_path, is_isolated=False)
    with pytest.raises(MissingRuntime) as caught:
        await run(runnable.function())
    assert "HOMEPORT_FUNCTIONS_EXECUTOR=docker" in caught.value.hint
    assert not images._roots._folders
    await run.starter.close()


async def test_without_a_registry_an_image_cannot_run():
    executor = ProcessExecutor(SystemClock())
    with pytest.raises(MissingRuntime):
        executor.check(version("", "", package_type=model.IMAGE, image=model.Image("app", "")))
    await executor.close()
