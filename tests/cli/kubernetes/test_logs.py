"""homeport logs of a deployed stack."""

from __future__ import annotations

import pytest
from tests.cli.kubernetes.seeing import Shell
from tests.targets.kubernetes.watching.living import living

from homeport.stack.lifecycle import State


@pytest.fixture
def live(tmp_path):
    with living(tmp_path) as made:
        yield made


@pytest.fixture
def shell(live, tmp_path):
    return Shell(tmp_path, tmp_path / "kubeconfig")


def write(live, component, *lines):
    container = {"cloud": "localstack"}.get(component, component)
    pod = live.pod(component)["metadata"]
    live.cluster.logs.write(pod["namespace"], pod["name"], container, *lines)


def deployed(live):
    live.apply("registry", "cloud")
    live.until("registry", State.READY)
    live.until("cloud", State.READY)
    write(live, "registry", "one", "two")
    write(live, "cloud", "three")


def test_all_pods_with_their_components(live, shell):
    deployed(live)
    done = shell.run("logs")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "registry    | one",
        "registry    | two",
        "cloud       | three",
    ]


@pytest.mark.parametrize("words", [["registry"], ["--component", "registry"]])
def test_one_component_as_it_wrote(live, shell, words):
    deployed(live)
    assert shell.run("logs", *words).stdout.splitlines() == ["one", "two"]


@pytest.mark.parametrize("flag", ["--tail", "-n", "--lines"])
def test_the_last_lines(live, shell, flag):
    deployed(live)
    assert shell.run("logs", "registry", flag, "1").stdout.splitlines() == ["two"]


def test_follows(live, shell):
    deployed(live)
    running = shell.start("logs", "-f")
    running.until("three")
    write(live, "cloud", "four")
    assert running.until("four") == "cloud       | four"
    assert running.interrupt() == 130


def test_no_pods(shell):
    done = shell.run("logs")
    assert done.returncode == 1
    assert "There are no pods of the stack homeport" in done.stderr
    assert "homeport status --target kubernetes" in done.stderr


def test_a_container_that_waits(live, shell):
    live.controllers.fail("pull")
    live.apply("registry")
    live.until("registry", State.ERROR)
    done = shell.run("logs", "registry")
    assert done.returncode == 0
    assert "image" in done.stderr


@pytest.mark.parametrize(
    ("target", "words", "said"),
    [
        ("kubernetes", ["supervisor"], "no supervisor on the target kubernetes"),
        ("kubernetes", ["dns"], "no dns on the target kubernetes"),
        ("local", ["--previous"], "--previous is for pods"),
    ],
)
def test_what_a_target_does_not_have(tmp_path, target, words, said):
    done = Shell(tmp_path, target=target).run("logs", *words)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
