"""What an environment is made of, without starting it."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.aws.lambda_.executors.functions import version

from homeport.aws.lambda_.executors.base import Plan
from homeport.aws.lambda_.executors.process import rooms
from homeport.aws.lambda_.invoking.functions import Code
from homeport.aws.lambda_.runtimes.base import Places, Run


def plan(environment=None, task=Path("/data/f"), layers=()):
    code = Code(task, tuple(map(Path, layers)))
    return Plan("e-1", version(), code, environment or {}, "127.0.0.1:9", print, lambda: False)


def shut(run, **more):
    return rooms.shut(plan(**more), run, Path("/r"), [], 0)


def test_the_code_is_where_aws_has_it():
    spec = shut(Run(("/usr/bin/x",), scripts={"b.py": Path("/s/b.py")}))
    assert {("/data/f", "/var/task"), ("/s/b.py", "/var/runtime/b.py")} <= set(spec.binds)
    assert (spec.folder, spec.root) == ("/var/task", "/r")


def test_an_interpreter_is_at_its_own_place():
    spec = shut(Run(("/home/u/py/bin/python", "-S"), "/home/u/py/bin", (Path("/home/u/py"),)))
    assert ("/home/u/py", "/home/u/py") in spec.binds
    assert spec.command == ["/home/u/py/bin/python", "-S"]
    assert spec.environment["PATH"].startswith("/home/u/py/bin:")


@pytest.mark.parametrize("prefix", ["/opt/python", "/tmp/python", "/var/lib/python"])
def test_an_interpreter_whose_place_is_taken_is_where_aws_has_it(prefix):
    spec = shut(Run((f"{prefix}/bin/python", f"{prefix}s"), f"{prefix}/bin", (Path(prefix),)))
    assert (prefix, "/var/lang") in spec.binds
    assert spec.command == ["/var/lang/bin/python", f"{prefix}s"]
    assert spec.environment["PATH"].startswith("/var/lang/bin:")


def test_two_folders_of_an_interpreter_whose_place_is_taken():
    home = Path("/var/lib/homeport/.local")
    spec = shut(Run((f"{home}/bin/python",), f"{home}/bin", (home / "bin", home / "lib")))
    assert {(f"{home}/bin", "/var/lang/bin"), (f"{home}/lib", "/var/lang/lib")} <= set(spec.binds)
    assert spec.command == ["/var/lang/bin/python"]


def test_private_keys_of_this_machine_are_no_settings():
    places = [inside for _, inside in shut(Run(("x",))).binds if inside.startswith("/etc/")]
    assert not {"/etc/ssl", "/etc/ssl/private", "/etc/pki", "/etc/pki/tls"} & set(places)


def test_variables_that_a_function_may_set_and_those_that_it_may_not():
    own = dict.fromkeys(("PATH", "TZ", "X", "LAMBDA_TASK_ROOT", "AWS_LAMBDA_RUNTIME_API"), "own")
    found = rooms.variables(plan(own), Run(("x",), variables={"X": "1"}), Places(), "")
    assert {name: found[name] for name in own} == {
        "PATH": "own",
        "TZ": "own",
        "X": "own",
        "LAMBDA_TASK_ROOT": "/var/task",
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9",
    }


def test_paths_for_programs_and_libraries():
    found = rooms.variables(plan(), Run(("x",)), Places(), "/usr/bin")
    assert found["PATH"] == "/usr/local/bin:/usr/bin:/bin:/opt/bin"
    assert found["LD_LIBRARY_PATH"] == (
        "/var/lang/lib:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib"
    )


def test_nothing_of_this_machine_is_written_into_it_but_names():
    files = dict(shut(Run(("x",))).files)
    assert set(files) <= {
        "/etc/passwd",
        "/etc/group",
        "/etc/hosts",
        "/etc/resolv.conf",
        "/etc/nsswitch.conf",
    }
    assert files["/etc/passwd"].splitlines()[1].startswith("sbx_user1051:x:993:990:")


names = st.sampled_from("abc")
trees = st.dictionaries(
    names,
    st.one_of(st.binary(max_size=3), st.dictionaries(names, st.binary(max_size=3), max_size=2)),
    max_size=3,
)
numbers = itertools.count()


def write(folder, tree):
    for name, content in tree.items():
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        else:
            (folder / name).mkdir()
            write(folder / name, content)


def read(folder):
    return {
        path.name: read(path) if path.is_dir() else path.read_bytes() for path in folder.iterdir()
    }


def laid(below, above):
    """What lies over each other, by Python's own means."""
    merged = dict(below)
    for name, content in above.items():
        is_both = isinstance(content, dict) and isinstance(merged.get(name), dict)
        merged[name] = laid(merged[name], content) if is_both else content
    return merged


@given(first=trees, second=trees)
def test_layers_are_merged_as_an_overlay_would(tmp_path_factory, first, second):
    folder = tmp_path_factory.mktemp("layers")
    for name, tree in (("1", first), ("2", second)):
        (folder / name).mkdir()
        write(folder / name, tree)
    rooms.merge((folder / "1", folder / "2"), folder / "merged")
    assert read(folder / "merged") == laid(first, second)
