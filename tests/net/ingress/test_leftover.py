"""A Traefik that nobody has any more is ended, and no other."""

import subprocess
import sys

import pytest

from homeport.net.ingress import leftover
from homeport.stack import folders, load
from homeport.storage import lock


@pytest.fixture
def where(tmp_path):
    found = load.load({}, {"HOMEPORT_DATA": str(tmp_path), "HOMEPORT_CONFIG": "/dev/null"})
    made = folders.of(found.settings)
    for folder in (made.ingress, made.ingress_configuration):
        folder.mkdir(parents=True)
    (made.ingress / "lock").touch()
    return made


@pytest.fixture
def started():
    """Starts what looks like Traefik."""
    made = []

    def start(configuration):
        words = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()"]
        command = [*words, f"--configFile={configuration}"]
        made.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        made[-1].stdout.readline()  # only now it has its command line
        return made[-1]

    yield start
    for process in made:
        process.communicate()


def end(where):
    return leftover.end(where.ingress / "lock", where.ingress_configuration)


def test_one_that_was_left_is_ended(where, started):
    process = started(where.ingress_configuration / "traefik.yml")
    assert end(where) == [process.pid]
    assert process.wait(5) == -9


def test_that_of_another_stack_goes_on(where, started, tmp_path):
    process = started(tmp_path / "other" / "traefik.yml")
    assert end(where) == []
    assert process.poll() is None


def test_that_of_an_ingress_that_runs_goes_on(where, started):
    process = started(where.ingress_configuration / "traefik.yml")
    with lock.FolderLock(where.ingress / "lock"):
        assert end(where) == []
    assert process.poll() is None


def test_a_stack_that_never_had_an_ingress(where):
    (where.ingress / "lock").unlink()
    assert end(where) == []
    assert not (where.ingress / "lock").exists()
