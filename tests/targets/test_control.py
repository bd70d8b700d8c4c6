"""Finding and stopping the process that has a data folder."""

from __future__ import annotations

import subprocess
import sys

import pytest

from homeport import errors
from homeport.stack import folders, settings
from homeport.storage.lock import FolderLock
from homeport.targets.local import control

LINGERS = """
import os, signal, sys, threading
from pathlib import Path
from homeport.storage.lock import FolderLock
held = FolderLock(Path(sys.argv[1]))
held.acquire()
told = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: told.set())
print("ready", flush=True)
told.wait()
os.truncate(held.path, 0)
threading.Event().wait(0.5)
"""
"""A process that says no more who it is, and has the lock for a while yet."""


@pytest.fixture
def chosen(tmp_path):
    return settings.Settings(data=tmp_path / "data")


@pytest.fixture
def where(chosen):
    return folders.of(chosen)


@pytest.fixture
def lingering(where):
    command = [sys.executable, "-c", LINGERS, str(where.lock)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_nobody_has_a_folder_that_is_not_there(where, chosen):
    assert control.owner(where) is None
    assert control.stop(chosen) is False


def test_who_is_stopped_has_let_go_of_the_folder(where, chosen, lingering):
    assert control.owner(where) == lingering.pid
    assert control.stop(chosen) is True
    with control.owned(where):
        pass


def test_a_folder_that_somebody_has(where, lingering):
    with (
        pytest.raises(errors.HomeportError, match=rf"process {lingering.pid}"),
        control.owned(where),
    ):
        pass


def test_a_lock_that_was_left_by_a_killed_process_is_nobodys(where, lingering):
    lingering.kill()
    lingering.wait()
    assert where.lock.read_text().strip() == str(lingering.pid)
    assert control.owner(where) is None
    with FolderLock(where.lock):
        pass
