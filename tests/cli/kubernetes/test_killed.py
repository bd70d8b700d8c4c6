"""Commands of the cluster that are ended by force, in processes of their own, and repeated."""

import os
import signal
import subprocess
import sys
import threading

import pytest
from tests.apiserver import hooks

WAIT_S = 30


class Gate:
    """Lets so many writes through; all later ones wait until it is opened."""

    def __init__(self, verb, after):
        self.verb, self.left = verb, after
        self.reached, self.opened = threading.Event(), threading.Event()

    def before(self, request: hooks.Request):
        if request.verb != self.verb or request.is_dry_run or self.opened.is_set():
            return None
        self.left -= 1
        if self.left < 0:
            self.reached.set()
            self.opened.wait(WAIT_S)
            return hooks.Fault(drop=True)
        return None


def start(person, *words):
    environment = {"PATH": os.environ["PATH"], "HOME": str(person.folder)}
    command = [sys.executable, "-m", "homeport", words[0], "--config", str(person.file), *words[1:]]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def end_midway(person, signal_, after, verb, *words):
    """Starts a command, and ends it while it waits for the answer to a write."""
    gate = Gate(verb, after)
    faults, person.stand_in.server.faults = person.stand_in.server.faults, gate
    process = start(person, *words)
    try:
        assert gate.reached.wait(WAIT_S), process.communicate(timeout=1)
        process.send_signal(signal_)
        gate.opened.set()
        _, err = process.communicate(timeout=WAIT_S)
    finally:
        process.kill()
        process.wait()
        person.stand_in.server.faults = faults
    return process.returncode, err


@pytest.mark.parametrize("after", [0, 1, 7, 20])
def test_an_apply_that_was_killed_is_gone_on_with(person, after):
    code, _ = end_midway(person, signal.SIGKILL, after, "patch", "apply", "--yes")
    assert code == -signal.SIGKILL
    person.apply()
    assert person.run("plan")[0] == 0


def test_the_password_of_an_apply_that_was_killed_is_not_lost(person):
    end_midway(person, signal.SIGKILL, 5, "patch", "apply", "--yes")
    file = person.folder / "data/kubernetes/homeport/admin-password"
    before = file.read_text()
    assert "admin-password" in person.apply()
    assert file.read_text() == before


def test_an_apply_that_was_interrupted_says_how_to_go_on(person):
    code, err = end_midway(person, signal.SIGINT, 7, "patch", "apply", "--yes")
    assert code == 130
    assert "homeport apply goes on from there" in err
    assert "Traceback" not in err
    person.apply()


@pytest.mark.parametrize("after", [0, 9, 30])
def test_a_destroy_that_was_killed_is_gone_on_with(person, after):
    person.apply()
    claim = ("PersistentVolumeClaim", "registry", "registry-storage")
    volume = person.stand_in.get(*claim)["spec"]["volumeName"]
    end_midway(person, signal.SIGKILL, after, "delete", "destroy", "--yes")
    assert person.run("destroy", "--yes")[0] == 0
    assert person.stand_in.get("Namespace", None, "registry") is None
    person.apply("--no-wait")
    assert person.stand_in.get(*claim)["spec"]["volumeName"] == volume
