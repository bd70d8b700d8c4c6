"""The order of syncs, without which a power cut could lose what was acknowledged."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from homeport import errors
from homeport.storage import disk
from homeport.storage.content import Content
from homeport.storage.db import Database
from homeport.storage.shelving.folders import Folders

DIGEST_NAME = "sha256-" + "ab" * 32


def calls_of(recording_disk, *wanted):
    return [call[0] for call in recording_disk.calls if not wanted or call[0] in wanted]


@pytest.fixture
def store(tmp_path, recording_disk):
    db = Database(tmp_path / "rows.db", ["CREATE TABLE object(name TEXT);"])
    db._writer.set_trace_callback(
        lambda sql: recording_disk.calls.append(("commit",)) if sql == "COMMIT" else None
    )
    yield db, Content(tmp_path / "content", calls=recording_disk)
    db.abandon()


@pytest.mark.parametrize("name", [None, DIGEST_NAME])
async def test_a_row_is_committed_after_all_that_it_needs_is_durable(store, recording_disk, name):
    db, content = store
    recording_disk.calls.clear()
    staged = content.stage()
    await staged.write(b"bytes")
    name = await staged.publish(name)
    await db.write(lambda connection: connection.execute("INSERT INTO object VALUES (?)", (name,)))
    folder = str(content.path(name).parent)
    staged_path = f"{content.root}/staging/{staged.name}"
    assert recording_disk.calls == [
        ("create", staged_path),
        ("write",),
        ("sync",),
        ("make_folder", folder),
        ("sync_folder", f"{content.root}/files"),
        ("rename", staged_path, f"{folder}/{name}"),
        ("sync_folder", folder),
        ("commit",),
    ]


async def test_a_folder_is_made_once(store, recording_disk):
    _, content = store
    await content.stage().publish(DIGEST_NAME)
    recording_disk.calls.clear()
    await content.stage().publish(DIGEST_NAME)
    assert calls_of(recording_disk) == ["create", "sync", "rename", "sync_folder"]


async def test_a_large_file_is_synced_after_its_last_write(store, recording_disk):
    _, content = store
    staged = content.stage()
    for _ in range(5):
        await staged.write(b"x" * 1_000_000)
    await staged.publish()
    calls = calls_of(recording_disk, "write", "sync", "rename")
    assert calls[-2:] == ["sync", "rename"]
    assert calls.count("sync") == 1
    assert set(calls[:-2]) == {"write"}


async def test_what_is_kept_is_durable_with_its_name(store, recording_disk):
    _, content = store
    recording_disk.calls.clear()
    staged = content.stage()
    await staged.write(b"one")
    await staged.keep()
    await staged.write(b"two")
    await staged.keep()
    assert calls_of(recording_disk) == [
        "create", "write", "sync", "sync_folder", "cut", "write", "sync",
    ]  # fmt: skip


def test_the_folders_themselves_are_durable(tmp_path, recording_disk):
    root = tmp_path / "content"
    Content(root, calls=recording_disk)
    assert recording_disk.calls == [
        ("make_folder", str(root)),
        ("make_folder", f"{root}/files"),
        ("make_folder", f"{root}/staging"),
        ("sync_folder", str(tmp_path)),
        ("sync_folder", str(root)),
        ("sync_folder", f"{root}/files"),
    ]


async def test_a_file_whose_folder_cannot_be_synced_is_not_published(tmp_path, faulty_disk):
    calls = faulty_disk()
    content = Content(tmp_path, calls=calls)
    staged = content.stage()
    await staged.write(b"bytes")
    calls.fail_at, calls.is_dead = calls.steps + 7, False
    with pytest.raises(errors.StorageError):
        await staged.publish()
    assert calls.failed == "sync_folder"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


# Shared syncs


class SlowDisk(disk.Disk):
    """Folder syncs wait until the test lets them go on; `failure` is then raised."""

    def __init__(self):
        self.begun = threading.Semaphore(0)
        self.may_end = threading.Semaphore(0)
        self.failure = None

    def sync_folder(self, path):
        self.begun.release()
        self.may_end.acquire()
        if self.failure is not None:
            raise self.failure


def wait_for_asked(folders, path, count):
    while folders._folders[path].asked < count:
        threading.Event().wait(0.001)


def crowd(pool, folders, slow, followers):
    """One sync that has begun, and `followers` that asked while it ran."""
    first = pool.submit(folders.sync, "/f")
    assert slow.begun.acquire(timeout=10)
    rest = [pool.submit(folders.sync, "/f") for _ in range(followers)]
    wait_for_asked(folders, "/f", followers + 1)
    return first, rest


def test_syncs_asked_for_at_the_same_time_are_one():
    slow = SlowDisk()
    folders = Folders(slow)
    with ThreadPoolExecutor(12) as pool:
        first, rest = crowd(pool, folders, slow, 10)
        assert not any(future.done() for future in [first, *rest])
        slow.may_end.release(2)
        for future in [first, *rest]:
            future.result(timeout=10)
    # The one that ran already may have come too early for those who asked meanwhile: they share the next.
    assert folders.syncs == 2


def test_a_shared_sync_that_fails_fails_for_all_who_shared_it():
    slow = SlowDisk()
    folders = Folders(slow)
    with ThreadPoolExecutor(12) as pool:
        first, rest = crowd(pool, folders, slow, 10)
        slow.may_end.release()
        first.result(timeout=10)
        slow.failure = OSError(5, "no")
        slow.may_end.release()
        assert all(isinstance(future.exception(timeout=10), OSError) for future in rest)
        slow.failure = None
        slow.may_end.release()
        folders.sync("/f")
