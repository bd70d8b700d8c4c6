"""What a function can see and do, and what it cannot."""

import asyncio
import os
from pathlib import Path

import pytest

PROBE = {
    "app.py": """
        import ctypes, os, signal, socket, subprocess

        def attempt(act):
            try:
                return act()
            except Exception as error:
                return type(error).__name__

        def handler(event, context):
            return {name: attempt(lambda: eval(code)) for name, code in event.items()}
        """
}


@pytest.fixture
async def ask(start):
    function = await start(PROBE, variables={"OWN": "1"})

    async def ask(**questions):
        return (await function.invoke(questions)).json

    return ask


async def test_files_of_this_machine_are_not_there(ask, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("key")
    questions = {
        f"q{i}": f"open({str(path)!r}).read(1)"
        for i, path in enumerate(
            (secret, Path(__file__), "/etc/shadow", "/etc/machine-id", "/sys/kernel")
        )
    }
    assert set((await ask(**questions)).values()) == {"FileNotFoundError"}


async def test_only_what_belongs_to_a_function_is_there(ask):
    told = await ask(
        root="sorted(os.listdir('/'))",
        var="sorted(os.listdir('/var'))",
        dev="sorted(os.listdir('/dev'))",
    )
    assert set(told["root"]) <= {
        *(
            "bin",
            "dev",
            "etc",
            "lib",
            "lib32",
            "lib64",
            "libx32",
            "opt",
            "proc",
            "root",
            "sbin",
            "tmp",
            "usr",
            "var",
        )
    }
    assert told["var"] == ["runtime", "task"]
    assert told["dev"] == [
        "fd",
        "full",
        "null",
        "random",
        "stderr",
        "stdin",
        "stdout",
        "urandom",
        "zero",
    ]


async def test_another_function_is_out_of_sight(start):
    first = await start({"app.py": "def handler(e, c):\n    open('/tmp/mine', 'w').write('x')\n"})
    await first.invoke()
    second = await start(PROBE)
    told = await second.invoke(
        {"tmp": "os.listdir('/tmp')", "pids": "[p for p in os.listdir('/proc') if p.isdigit()]"}
    )
    assert told.json == {"tmp": [], "pids": ["1", "2"]}


async def test_its_temporary_folder_is_kept_between_invocations(ask):
    await ask(write="open('/tmp/a', 'w').write('1')")
    assert await ask(read="open('/tmp/a').read()") == {"read": "1"}


@pytest.mark.parametrize(
    "folder", ["/", "/var/task", "/var/runtime", "/opt", "/usr", "/etc", "/dev", "/root"]
)
async def test_nothing_but_its_temporary_folder_can_be_written(ask, folder):
    (answer,) = (await ask(write=f"open('{folder}/x', 'w')")).values()
    assert answer in ("OSError", "PermissionError", "FileNotFoundError")


async def test_it_is_nobody_and_has_no_rights(ask):
    told = await ask(
        uid="os.getresuid()",
        gid="os.getresgid()",
        status="[l.split() for l in open('/proc/self/status') if l.startswith(('Cap', 'NoNew'))]",
        name="__import__('pwd').getpwuid(os.getuid()).pw_name",
    )
    assert (told["uid"], told["gid"]) == ([993] * 3, [990] * 3)
    assert told["name"] == "sbx_user1051"
    status = dict(told["status"])
    assert status.pop("NoNewPrivs:") == "1"
    assert {int(value, 16) for value in status.values()} == {0}


async def test_groups_of_root_are_gone(ask):
    if os.geteuid():
        pytest.skip("an ordinary user's groups cannot be given up")
    assert await ask(groups="os.getgroups()") == {"groups": []}


@pytest.mark.parametrize(
    "act",
    [
        "os.setuid(0)",
        "os.chroot('/tmp')",
        "os.mknod('/tmp/sda', 0o60600, os.makedev(8, 0))",
        "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
        "os.kill(1, 9) or open('/proc/1/mem', 'rb')",
        "open('/proc/1/environ').read()",
        "os.listdir('/proc/1/fd')",
        "open('/proc/sys/kernel/hostname', 'w')",
        "open('/proc/1/root/etc/shadow')",
    ],
)
async def test_what_it_may_not_do(ask, act):
    (answer,) = (await ask(it=act)).values()
    assert answer in ("PermissionError", "OSError")


@pytest.mark.parametrize("flags", [0x10000000, 0x20000, 0x20000000], ids=["user", "mount", "pid"])
async def test_it_gets_no_namespaces_with_rights_of_their_own(ask, flags):
    assert await ask(it=f"ctypes.CDLL(None).unshare({flags})") == {"it": -1}


async def test_it_inherits_no_descriptors(ask):
    (leads_to,) = (
        await ask(
            it="[os.readlink(f'/proc/self/fd/{n}') for n in range(8) if os.path.exists(f'/proc/self/fd/{n}')]"
        )
    ).values()
    null, output, error, *more = leads_to
    assert null == "/dev/null"
    assert output == error
    assert [kind.partition(":")[0] for kind in more] == ["socket"]


async def test_it_sees_its_own_variables_and_none_of_the_servers(start, monkeypatch):
    monkeypatch.setenv("HOMEPORT_SECRET", "x")
    function = await start(PROBE, variables={"OWN": "1"})
    told = (await function.invoke({"names": "sorted(os.environ)"})).json
    assert set(told["names"]) == {
        *(
            "AWS_LAMBDA_RUNTIME_API",
            "LAMBDA_RUNTIME_DIR",
            "LAMBDA_TASK_ROOT",
            "LANG",
            "LD_LIBRARY_PATH",
        ),
        *("OWN", "PATH", "PYTHONPATH", "TZ", "_HANDLER"),
    } | (set(told["names"]) & {"LC_CTYPE"})


async def test_places_are_those_of_aws(ask):
    told = await ask(
        cwd="os.getcwd()",
        file="__file__",
        task="os.environ['LAMBDA_TASK_ROOT']",
        host="socket.gethostname()",
    )
    assert told == {
        "cwd": "/var/task",
        "file": "/var/task/app.py",
        "task": "/var/task",
        "host": "localhost",
    }


async def test_limits_of_processes_and_files(ask):
    told = await ask(it="[__import__('resource').getrlimit(n) for n in (4, 6, 7)]")
    assert told == {"it": [[0, 0], [1024, 1024], [1024, 1024]]}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may set it")
async def test_shared_memory_is_limited_to_the_functions_own(ask):
    told = await ask(it="int(open('/proc/sys/kernel/shmall').read())")
    assert told == {"it": 256 * 2**20 // os.sysconf("SC_PAGE_SIZE")}


async def test_programs_of_the_system_run(ask):
    told = await ask(
        it="subprocess.run(['sh', '-c', 'echo $((1 + 1))'], capture_output=True, text=True).stdout"
    )
    assert told == {"it": "2\n"}


HAS_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt").exists()


async def test_names_and_certificates_are_there(ask):
    told = await ask(
        name="socket.gethostbyname('localhost')",
        certificates="len(__import__('ssl').create_default_context().get_ca_certs()) > 0",
    )
    assert told == {"name": "127.0.0.1", "certificates": HAS_CERTIFICATES}


async def test_layers_lie_over_each_other_as_opt(start):
    layers = [{"a": "1", "both": "first"}, {"b": "2", "both": "second", "python/m.py": "x = 5\n"}]
    function = await start(PROBE, layers=layers)
    questions = {name: f"open('/opt/{name}').read()" for name in ("a", "b", "both")}
    told = await function.invoke({**questions, "module": "__import__('m').x"})
    assert told.json == {"a": "1", "b": "2", "both": "second", "module": 5}


async def test_one_layer(start):
    function = await start(PROBE, layers=[{"python/m.py": "x = 6\n"}])
    assert (await function.invoke({"module": "__import__('m').x"})).json == {"module": 6}


async def test_six_layers_with_odd_names(start):
    start.folder = start.folder / "a:b,c\\d"
    start.folder.mkdir()
    function = await start(PROBE, layers=[{f"f{n}": str(n)} for n in range(6)])
    told = await function.invoke({"all": "sorted(os.listdir('/opt'))"})
    assert told.json == {"all": [f"f{n}" for n in range(6)]}


SHELL = r"""#!/bin/bash
# Answers each event, a command, with what it prints.
url=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation
while command=$(curl -sS $url/next); do
    eval "$command" 2>&1 | curl -sS --data-binary @- $url/request-1/response >/dev/null
done
"""


def list_of(folder):
    return list(folder.iterdir())


class TestWithoutNamespaces:
    """As root each environment has a user of its own; the places are others, and what everybody may read can be read."""

    @pytest.fixture
    async def ask(self, start_open):
        if os.geteuid():
            pytest.skip("needs root")
        self.function = await self.shell(start_open, layers=[{"a": "1"}, {"b": "2"}])

        async def ask(command):
            return await self.told(self.function, command)

        return ask

    async def shell(self, start, **more):
        return await start({"bootstrap": SHELL}, runtime="provided.al2023", **more)

    async def told(self, function, command):
        return (await function.invoke(command.encode())).body.decode().strip()

    async def test_it_is_a_user_of_its_own(self, ask, start_open):
        other = await self.shell(start_open)
        first, second = int(await ask("id -u")), int(await self.told(other, "id -u"))
        assert first != second
        assert min(first, second) >= 61_440

    async def test_it_cannot_read_what_is_not_for_everybody(self, ask, tmp_path):
        (tmp_path / "secret").write_text("key")
        assert "Permission denied" in await ask(f"cat {tmp_path}/secret")

    async def test_it_cannot_read_what_another_function_has(self, ask, start_open):
        other = await self.shell(start_open)
        room = Path(await self.told(other, "pwd")).parent
        for name in ("task/bootstrap", "runtime", "tmp", "opt", ""):
            assert "Permission denied" in await ask(f"ls -d {room}/{name}/.")

    async def test_it_cannot_write_its_code_or_signal_others(self, ask):
        assert "Permission denied" in await ask("touch $LAMBDA_TASK_ROOT/x")
        assert "not permitted" in await ask(f"kill -0 {os.getpid()}")

    async def test_its_places_are_there(self, ask):
        assert await ask("[ $PWD = $LAMBDA_TASK_ROOT ] && echo same") == "same"
        assert await ask("touch $TMPDIR/x && ls $TMPDIR") == "x"
        assert await ask("test $HOME = $TMPDIR && echo same") == "same"
        assert await ask("ls $LAMBDA_TASK_ROOT/../opt") == "a\nb"

    async def test_nothing_of_it_is_left(self, ask, start_open):
        rooms = start_open.executor._folder / "rooms"
        assert Path(await ask("pwd")).parent in list_of(rooms)
        await self.function.environment.stop()
        await asyncio.gather(*start_open.executor._clearing)
        assert list_of(rooms) == []
