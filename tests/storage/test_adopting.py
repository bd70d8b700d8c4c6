"""Files that lie elsewhere become content files: by a link, by a clone, by a copy; whole, counted, in the order that storage keeps."""

import asyncio
import errno
import hashlib
import os

import pytest

from homeport import errors
from homeport.storage.content import Content
from homeport.storage.quota import Quota
from homeport.storage.shelving import adopting
from homeport.storage.shelving.adopting import How

NAME = "sha256-" + "ab" * 40
DATA = b"layer" * 1000


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "elsewhere"
    path.write_bytes(DATA)
    return path


def refuse(monkeypatch, code=errno.EXDEV):
    """Links can not be made."""

    def link(source, target):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(adopting, "link", link)


def clone_by_copy(source, target):
    os.write(target, os.pread(source, 1 << 20, 0))


def files(content):
    return sorted(path.name for path in content.root.rglob("*") if path.is_file())


async def adopt(content, source):
    sha = hashlib.sha256()
    file, how = await content.adopt(str(source), sha)
    assert sha.digest() == hashlib.sha256(DATA).digest()
    return await file.publish(NAME), how


async def test_a_link_is_the_same_file(content, quota, source):
    name, how = await adopt(content, source)
    assert how is How.LINKED
    assert content.path(name).samefile(source)
    assert quota.used == len(DATA)
    await content.delete([name])
    assert (quota.used, files(content), source.read_bytes()) == (0, [], DATA)


@pytest.mark.parametrize(
    "code", [errno.EXDEV, errno.EPERM, errno.EACCES, errno.EMLINK, errno.EOPNOTSUPP]
)
async def test_what_can_not_be_linked_is_copied(content, quota, source, monkeypatch, code):
    refuse(monkeypatch, code)
    name, how = await adopt(content, source)
    assert how is How.COPIED
    assert content.path(name).read_bytes() == DATA
    assert not content.path(name).samefile(source)
    assert (quota.used, files(content)) == (len(DATA), [NAME])


async def test_what_can_not_be_linked_is_cloned_where_the_disk_can(
    content, quota, source, monkeypatch
):
    refuse(monkeypatch)
    monkeypatch.setattr(adopting, "clone", clone_by_copy)
    name, how = await adopt(content, source)
    assert how is How.CLONED
    assert content.path(name).read_bytes() == DATA
    assert (quota.used, files(content)) == (len(DATA), [NAME])


@pytest.mark.parametrize("way", ["link", "copy"])
async def test_what_is_discarded_leaves_nothing(content, quota, source, monkeypatch, way):
    if way == "copy":
        refuse(monkeypatch)
    file, _ = await content.adopt(str(source))
    await file.discard()
    assert (quota.used, files(content), source.read_bytes()) == (0, [], DATA)


@pytest.mark.parametrize("way", ["link", "copy"])
async def test_above_the_quota_nothing_is_taken(tmp_path, source, monkeypatch, way):
    if way == "copy":
        refuse(monkeypatch)
    quota = Quota(len(DATA) - 1)
    content = Content(tmp_path / "content", quota=quota)
    with pytest.raises(errors.StorageFull):
        await content.adopt(str(source))
    assert (quota.used, files(content)) == (0, [])


async def test_progress_is_told_in_bytes(content, source, monkeypatch):
    monkeypatch.setattr(adopting, "READ_AT_ONCE", 2000)
    told = []
    await content.adopt(str(source), on_read=told.append)
    assert told == [2000, 2000, 1000]


def make_symlink(path):
    path.symlink_to(path.with_name("target"))
    path.with_name("target").write_bytes(DATA)


@pytest.mark.parametrize("make", [lambda path: None, os.mkfifo, os.mkdir, make_symlink])
async def test_what_is_no_plain_file_is_not_taken(content, quota, tmp_path, make):
    source = tmp_path / "odd"
    make(source)
    with pytest.raises(adopting.Unreadable, match="odd could not be read"):
        await content.adopt(str(source))
    assert (quota.used, files(content)) == (0, [])


async def test_a_file_that_is_cut_meanwhile_is_unreadable(content, quota, source, monkeypatch):
    made = adopting.link

    def cut(path, target):
        made(path, target)
        os.truncate(source, 10)

    monkeypatch.setattr(adopting, "link", cut)
    with pytest.raises(adopting.Unreadable, match="shorter"):
        await content.adopt(str(source))
    assert (quota.used, files(content)) == (0, [])


async def test_the_order_of_syncs(tmp_path, recording_disk, source):
    content = Content(tmp_path / "content", calls=recording_disk)
    recording_disk.calls.clear()
    await adopt(content, source)
    folder = str(content.path(NAME).parent)
    assert [call[0] for call in recording_disk.calls] == [
        "sync", "make_folder", "sync_folder", "rename", "sync_folder",
    ]  # fmt: skip
    assert recording_disk.calls[-1] == ("sync_folder", folder)


@pytest.mark.parametrize("step", range(1, 6))
async def test_a_failure_of_any_step_leaves_nothing(tmp_path, quota, source, faulty_disk, step):
    calls = faulty_disk(is_dead=False)
    content = Content(tmp_path / "content", quota=quota, calls=calls)
    file, _ = await content.adopt(str(source))
    calls.fail_at = calls.steps + step
    with pytest.raises(errors.StorageError):
        await file.publish(NAME)
    assert (quota.used, files(content), source.read_bytes()) == (0, [], DATA)


@pytest.mark.parametrize("turns", range(20))
async def test_one_who_is_cancelled_leaves_nothing(content, quota, source, turns):
    async def take():
        file, _ = await content.adopt(str(source), hashlib.sha256())
        await content.delete([await file.publish(NAME)])

    task = asyncio.ensure_future(take())
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(10):
        while files(content) or quota.used:
            await asyncio.sleep(0.001)


async def test_the_sweep_leaves_it_alone(content, source):
    file, _ = await content.adopt(str(source))
    content.sweep(lambda _: set(), lambda _: set())
    assert await file.publish(NAME) == NAME
