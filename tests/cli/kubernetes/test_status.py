"""homeport status of a deployed stack."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys

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


def ready(live):
    live.apply()
    for component in ("registry", "registry-ui", "cloud"):
        live.until(component, State.READY)


def test_nothing_is_there(shell):
    done = shell.run("status")
    assert done.returncode == 1
    assert "homeport apply deploys it." in done.stderr
    assert done.stdout == ""


def test_a_table(live, shell):
    ready(live)
    done = shell.run("status")
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert lines[0].split() == ["COMPONENT", "STATE", "SINCE", "RESTARTS", "VOLUME", "URL"]
    assert [line.split()[:2] for line in lines[1:4]] == [
        ["registry", "Ready"],
        ["registry-ui", "Ready"],
        ["cloud", "Ready"],
    ]
    assert " 30Gi " in lines[1]
    assert max(map(len, lines)) <= 80
    assert lines[1].endswith("https://registry.homelab.local")


KEYS = {
    *("component", "state", "since", "url", "restarts", "volume", "pod", "reason"),
    *("message", "lines", "hint", "warnings"),
}


def test_json_stays_as_it_is(live, shell):
    ready(live)
    done = shell.run("status", "-o", "json")
    found = json.loads(done.stdout)
    assert set(found) == {"target", "stack", "context", "ready", "components"}
    assert (found["target"], found["stack"], found["ready"]) == ("kubernetes", "homeport", True)
    assert all(set(row) == KEYS for row in found["components"])
    assert set(found["components"][0]["volume"]) == {"name", "size"}
    assert found["components"][1]["volume"] is None


def test_the_help_names_every_key(shell):
    said = shell.run("status", "--help").stdout
    assert all(key in said for key in KEYS)


def test_an_error_in_the_words_of_the_cluster(live, shell):
    live.controllers.fail("pull", "registry:2")
    live.apply()
    live.until("registry", State.ERROR)
    done = shell.run("status")
    assert done.returncode == 1
    assert "ImagePullBackOff: Failed to pull image" in done.stdout
    assert "Set registry.image to an image that is there" in done.stdout


def test_kept_volumes_are_named(live, shell):
    ready(live)
    for name in ("registry", "localstack"):
        live.cluster.world.remove(live.cluster.get("Deployment", name, name))
    live.until("registry", State.TERMINATED)
    live.cluster.world.remove(live.cluster.get("Deployment", "registry", "registry-ui"))
    for name in ("registry", "localstack"):
        for kind in ("Service", "Certificate"):
            live.cluster.world.remove(live.cluster.get(kind, name, name))
    done = shell.run("status")
    assert done.stdout.count("is kept.") == 2
    assert "homeport apply brings it back" in done.stdout


def test_watch_in_a_pipe_writes_a_line_for_each_change(live, shell):
    running = shell.start("status", "--watch")
    assert " registry " in running.until("Initial")
    live.apply("registry")
    running.until("Pending")
    assert "https://registry.homelab.local" in running.until("Ready")
    assert running.interrupt() == 130


def test_watch_as_json(live, shell):
    running = shell.start("status", "--watch", "-o", "json")
    first = json.loads(running.line())
    assert [row["state"] for row in first["components"]] == ["Initial"] * 3
    assert running.interrupt() == 130


def on_a_terminal(shell, *words, until):
    """What a command writes on a terminal, up to some text."""
    primary, secondary = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "homeport", *words],
        env=shell.environment | {"TERM": "xterm", "COLUMNS": "160"},
        cwd=shell.folder,
        stdout=secondary,
        stderr=subprocess.DEVNULL,
    )
    os.close(secondary)
    found = b""
    try:
        while until not in found:
            found += os.read(primary, 65536)
    finally:
        process.kill()
        process.wait()
        os.close(primary)
    return found.decode(errors="replace")


def test_colours_on_a_terminal(live, shell):
    ready(live)
    said = on_a_terminal(shell, "status", until=b"localstack.homelab.local")
    assert "\x1b[32mReady" in said


def test_watch_on_a_terminal_redraws(live, shell):
    ready(live)
    said = on_a_terminal(shell, "status", "--watch", until=b"localstack.homelab.local")
    assert "homeport in " in said
    assert "\x1b[32m" in said


def test_no_cluster_says_what_to_do(tmp_path):
    done = Shell(tmp_path).run("status")
    assert done.returncode == 1
    assert "kubeconfig" in done.stderr


def test_the_local_target_stays_the_default(tmp_path):
    shell = Shell(tmp_path, target="local")
    done = shell.run("status")
    assert "homeport up starts it." in done.stderr


def test_the_local_target_loads_nothing_of_the_cluster(tmp_path):
    code = "import sys; from homeport.cli import main; main.main(['status']); print([n for n in sys.modules if 'kubernetes' in n])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=Shell(tmp_path, target="local").environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip().endswith("['homeport.stack.groups.kubernetes']"), done.stdout
