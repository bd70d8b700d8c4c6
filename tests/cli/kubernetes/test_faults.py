"""What becomes of the API server while a command, in a process of its own, changes a cluster or looks at it."""

import os
import subprocess
import sys
import threading

import pytest
from tests.apiserver import hooks
from tests.cli.kubernetes.seeing import Running

from homeport.targets.kubernetes.cluster import client
from homeport.targets.kubernetes.cluster.wire import retrying

WAIT_S = 30
COMPONENTS = ("registry", "registry-ui", "cloud")


class Held:
    """Holds the request that comes after so many of its verb back, and cuts it off: before it is carried out, or after."""

    def __init__(self, verb, after, *, is_done):
        self.verb, self.left, self.is_done = verb, after, is_done
        self.reached, self.over = threading.Event(), threading.Event()

    def before(self, request: hooks.Request):
        if request.verb != self.verb or request.is_dry_run or self.reached.is_set():
            return None
        self.left -= 1
        if self.left >= 0:
            return None
        self.reached.set()
        self.over.wait(WAIT_S)
        return hooks.Fault(drop=not self.is_done, drop_after=self.is_done)


def begin(person, *words):
    """A command in a process of its own."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(person.folder)}
    command = [sys.executable, "-m", "homeport", words[0], "--config", str(person.file), *words[1:]]
    return Running(
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    )


def ended(running):
    """Exit code, standard output and standard error of a command that comes to its end."""
    out, err = running.process.communicate(timeout=WAIT_S)
    running.close()
    assert "Traceback" not in err
    return running.process.returncode, out, err


def restarted_midway(person, held, *words):
    """Runs a command, and restarts the API server while the command waits for the answer to a write."""
    server = person.stand_in.server
    faults, server.faults = server.faults, held
    running = begin(person, *words)
    try:
        assert held.reached.wait(WAIT_S), ended(running)
        server.restart()
        held.over.set()
        return ended(running)
    finally:
        running.close()
        server.faults = faults


# While it writes


@pytest.mark.parametrize("is_done", [False, True], ids=["lost", "done"])
@pytest.mark.parametrize("after", [0, 1, 9, 25])
def test_apply_writes_on_after_a_restart(person, after, is_done):
    code, out, err = restarted_midway(
        person, Held("patch", after, is_done=is_done), "apply", "--yes"
    )
    assert code == 0, err
    assert "gave no answer" in err
    assert "The stack is ready." in out
    assert person.run("plan")[0] == 0


@pytest.mark.parametrize("is_done", [False, True], ids=["lost", "done"])
@pytest.mark.parametrize("after", [0, 12])
def test_destroy_deletes_on_after_a_restart(person, after, is_done):
    person.apply()
    code, _, err = restarted_midway(
        person, Held("delete", after, is_done=is_done), "destroy", "--yes"
    )
    assert code == 0, err
    assert person.stand_in.get("Namespace", None, "registry") is None


@pytest.fixture
def hasty(monkeypatch):
    """A client that gives a server up soon."""
    patience = retrying.Patience(total_s=1.0, first_s=0.5, pause_s=0.05)
    monkeypatch.setitem(client.connect.__kwdefaults__, "patience", patience)


@pytest.mark.usefixtures("hasty")
def test_a_server_that_does_not_come_back_is_told_and_apply_goes_on_later(person):
    server = person.stand_in.server

    def leave(request):
        if request.is_dry_run:
            return None
        threading.Thread(target=server.stop).start()
        return hooks.Fault(drop=True)

    person.stand_in.faults.add(leave, verb="patch", kind="Deployment", count=None)
    code, _, err = person.run("apply", "--yes")
    assert (code, "changes are made, each of them whole" in err) == (1, True), err
    assert "homeport apply goes on" in err
    person.stand_in.faults.clear()
    server.start()
    person.apply()


# While it waits


def missed(cluster, *, is_forgotten=False):
    """The server is away while all becomes ready."""
    cluster.server.stop()
    cluster.controllers.resume()
    cluster.settle()
    if is_forgotten:
        cluster.store.forget()
    cluster.server.start()


DISTURBANCES = {
    "dropped": lambda cluster: cluster.drop_watches(),
    "forgotten": lambda cluster: cluster.drop_watches(is_forgotten=True),
    "restarted": lambda cluster: cluster.restart(),
    "restarted twice": lambda cluster: (cluster.restart(), cluster.restart()),
    "missed": missed,
    "missed and forgotten": lambda cluster: missed(cluster, is_forgotten=True),
}


@pytest.mark.parametrize("what", DISTURBANCES)
def test_apply_waits_on(person, what):
    person.stand_in.controllers.stall("kubelet")
    running = begin(person, "apply", "--yes")
    running.until(" Pending")
    DISTURBANCES[what](person.stand_in)
    person.stand_in.controllers.resume()
    code, out, err = ended(running)
    assert (code, err.count("error:")) == (0, 0), err
    for component in COMPONENTS:
        assert f"{component:<12} Ready " in out
    assert "The stack is ready." in out


def test_apply_says_what_to_do_when_its_credentials_expire(person):
    person.stand_in.controllers.stall("kubelet")
    running = begin(person, "apply", "--yes")
    running.until(" Pending")
    person.stand_in.expire_credentials()
    person.stand_in.drop_watches()
    code, _, err = ended(running)
    assert code == 1
    assert "put a new one there: kubectl create token" in err
    person.stand_in.controllers.resume()
    person.set()
    person.apply()


# While it looks


def lost(cluster, *, is_forgotten):
    """The server is away while somebody deletes the registry."""
    cluster.server.stop()
    cluster.world.remove(cluster.get("Deployment", "registry", "registry"))
    cluster.settle()
    if is_forgotten:
        cluster.store.forget()
    cluster.server.start()


@pytest.mark.parametrize("is_forgotten", [False, True], ids=["", "forgotten"])
def test_status_sees_after_a_restart_what_it_has_missed(person, is_forgotten):
    person.apply()
    running = begin(person, "status", "--watch", "--target", "kubernetes")
    for _ in COMPONENTS:
        running.until(" Ready ")
    lost(person.stand_in, is_forgotten=is_forgotten)
    assert " registry " in running.until(" Terminated")
    person.apply("--no-wait")
    assert "https://registry.homelab.local" in running.until(" registry    Ready")
    assert running.interrupt() == 130


def test_status_says_what_to_do_when_its_credentials_expire(person):
    person.apply()
    running = begin(person, "status", "--watch", "--target", "kubernetes")
    running.until(" Ready ")
    person.stand_in.expire_credentials()
    person.stand_in.drop_watches()
    code, _, err = ended(running)
    assert code == 1
    assert "put a new one there: kubectl create token" in err
