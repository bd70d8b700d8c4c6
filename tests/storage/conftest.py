"""Disks that tests put between the content files and the operating system."""

import errno
import shutil
import subprocess
import threading

import pytest

from homeport.storage import disk
from homeport.storage.content import Content
from homeport.storage.incoming import staging
from homeport.storage.quota import Quota

CHANGES = (
    "create",
    "write",
    "sync",
    "cut",
    "rename",
    "unlink",
    "make_folder",
    "sync_folder",
)


class WatchedDisk(disk.Disk):
    """Calls `before(call, arguments)` ahead of every call that changes something."""

    def __init__(self, before):
        self._before = before
        self._lock = threading.Lock()

    def __getattribute__(self, name):
        if name not in CHANGES:
            return super().__getattribute__(name)
        call = super().__getattribute__(name)

        def watched(*arguments):
            with self._lock:
                self._before(name, arguments)
                return call(*arguments)

        return watched


class FaultyDisk(WatchedDisk):
    """Fails at change number `fail_at` (from 1); from then on always (`is_dead`, a process that was killed), or once.

    A write that fails leaves half of its bytes.
    """

    def __init__(self, fail_at=None, *, is_dead=True, code=errno.EIO):
        super().__init__(self.step)
        self.steps = 0
        self.fail_at = fail_at
        self.is_dead = is_dead
        self.code = code
        self.failed = None

    def step(self, call="commit", arguments=()):
        self.steps += 1
        if self.fail_at is None or self.steps < self.fail_at:
            return
        if self.steps > self.fail_at and not self.is_dead:
            return
        self.failed = call
        if call == "write" and self.steps == self.fail_at:
            fd, pieces = arguments
            whole = b"".join(pieces)
            disk.Disk().write(fd, [whole[: len(whole) // 2]])
        raise OSError(self.code, "stopped by the test")


class RecordingDisk(WatchedDisk):
    """Writes down every change: (call, last argument that is a path or a file number)."""

    def __init__(self):
        super().__init__(self.note)
        self.calls = []

    def note(self, call, arguments):
        self.calls.append((call, *[a for a in arguments if isinstance(a, str)]))


@pytest.fixture
def faulty_disk():
    return FaultyDisk


@pytest.fixture
def recording_disk():
    return RecordingDisk()


@pytest.fixture
def quota():
    return Quota(None)


@pytest.fixture
def content(tmp_path, quota):
    return Content(tmp_path / "content", quota=quota)


@pytest.fixture
def small_steps(monkeypatch):
    """Uploads take the ways of large ones from some hundred bytes on."""
    monkeypatch.setattr(staging, "SMALL", 64)
    monkeypatch.setattr(staging, "STEP", 256)
    monkeypatch.setattr(staging, "IN_FLIGHT", 512)


@pytest.fixture
def tiny_disk(tmp_path):
    """A disk of 1 MiB."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None:
        pytest.skip("there is no mount command")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip(f"a small disk may not be mounted here: {made.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
