"""The lock on a data folder, between real processes."""

import os
import signal
import subprocess
import sys

import pytest

from homeport import errors
from homeport.storage.lock import FolderLock, InUse

HOLDER = """
import pathlib, sys
from homeport.storage.lock import FolderLock
FolderLock(pathlib.Path(sys.argv[1])).acquire()
sys.stdout.write("held\\n")
sys.stdout.flush()
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path / "run" / "lock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_second_process_is_told_who_has_it(tmp_path, holder):
    with pytest.raises(InUse) as caught:
        FolderLock(tmp_path / "run" / "lock").acquire()
    assert caught.value.pid == holder.pid
    assert f"in use by process {holder.pid}" in str(caught.value)
    assert f"kill {holder.pid}" in caught.value.hint
    assert isinstance(caught.value, errors.HomeportError)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, None])
def test_it_is_free_when_its_process_ends(tmp_path, holder, end):
    if end is None:
        holder.stdin.close()
    else:
        os.kill(holder.pid, end)
    holder.wait(10)
    with FolderLock(tmp_path / "run" / "lock") as lock:
        assert lock.path.read_text() == f"{os.getpid()}\n"


def test_it_can_be_taken_again_after_release(tmp_path):
    lock = FolderLock(tmp_path / "lock")
    lock.acquire()
    lock.acquire()
    with pytest.raises(InUse):
        FolderLock(tmp_path / "lock").acquire()
    lock.release()
    lock.release()
    with FolderLock(tmp_path / "lock"):
        pass


def test_a_holder_that_has_not_written_its_id_yet(tmp_path):
    with FolderLock(tmp_path / "lock") as lock:
        lock.path.write_text("")
        with pytest.raises(InUse, match="another process") as caught:
            FolderLock(tmp_path / "lock").acquire()
    assert caught.value.pid is None


def test_a_folder_that_cannot_hold_it(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(errors.StorageError, match="could not be taken"):
        FolderLock(tmp_path / "file" / "lock").acquire()


def test_a_child_does_not_inherit_it(tmp_path):
    lock = FolderLock(tmp_path / "lock")
    lock.acquire()
    with subprocess.Popen(["sleep", "60"], close_fds=False) as child:
        lock.release()
        FolderLock(tmp_path / "lock").acquire()
        child.kill()
