"""A Traefik that nobody has any more is ended, and no other."""

import subprocess
import sys

import pytest

from homeport.stack import folders, load
from homeport.storage import lock
from homeport.targets.local import leftover


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
        words = [sys.executable, "-c", "import sys; sys.stdin.read()"]
        made.append(
            subprocess.Popen([*words, f"--configFile={configuration}"], stdin=subprocess.PIPE)
        )
        return made[-1]

    yield start
    for process in made:
        process.stdin.close()
        process.wait()


def test_one_that_was_left_is_ended(where, started):
    process = started(where.ingress_configuration / "traefik.yml")
    assert leftover.end(where) == [process.pid]
    assert process.wait(5) == -9


def test_that_of_another_stack_goes_on(where, started, tmp_path):
    process = started(tmp_path / "other" / "traefik.yml")
    assert leftover.end(where) == []
    assert process.poll() is None


def test_that_of_an_ingress_that_runs_goes_on(where, started):
    process = started(where.ingress_configuration / "traefik.yml")
    with lock.FolderLock(where.ingress / "lock"):
        assert leftover.end(where) == []
    assert process.poll() is None


def test_a_stack_that_never_had_an_ingress(where):
    (where.ingress / "lock").unlink()
    assert leftover.end(where) == []
    assert not (where.ingress / "lock").exists()
