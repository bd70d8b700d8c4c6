"""Content files: bytes in, bytes out; leases, deletions, names, quota."""

import asyncio
import hashlib
import os
import stat
import threading
import zlib

import pytest

from homeport import errors
from homeport.storage import disk
from homeport.storage.content import Content
from homeport.storage.incoming import staging as incoming
from homeport.storage.incoming.staged_file import StagedFile
from homeport.storage.quota import Quota

MIB = 1024 * 1024
DIGEST_NAME = "sha256-" + "ab" * 32


class Crc32:
    def __init__(self):
        self.value = 0

    def update(self, data):
        self.value = zlib.crc32(data, self.value)

    def digest(self):
        return self.value.to_bytes(4, "big")


async def put(content, data, name=None):
    staged = content.stage()
    await staged.write(data)
    return await staged.publish(name)


def files(content):
    return sorted(path.name for path in (content.root / "files").rglob("*") if path.is_file())


def staging(content):
    return sorted(path.name for path in (content.root / "staging").iterdir())


async def wait_until(condition):
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("size", [0, 1, 64 * 1024, 64 * 1024 + 1, MIB, MIB + 1, 9 * MIB + 5])
@pytest.mark.parametrize("piece", [4096, 100_000, 16 * MIB])
async def test_bytes_and_hashes_are_those_given(content, size, piece):
    data = os.urandom(size)
    md5, crc = hashlib.md5(), Crc32()
    staged = content.stage(md5, crc)
    for start in range(0, size, piece):
        await staged.write(data[start : start + piece])
    await staged.flush()
    assert (md5.digest(), crc.value) == (hashlib.md5(data).digest(), zlib.crc32(data))
    name = await staged.publish()
    assert content.path(name).read_bytes() == data
    assert staged.size == size
    assert staging(content) == []


async def test_writes_may_follow_a_flush(content):
    md5 = hashlib.md5()
    staged = content.stage(md5)
    for size in (10, 70_000, 3, 2 * MIB, 5):
        await staged.write(b"x" * size)
        await staged.flush()
    name = await staged.publish()
    assert content.path(name).read_bytes() == b"x" * staged.size
    assert md5.digest() == hashlib.md5(b"x" * staged.size).digest()


async def test_many_small_pieces_are_kept_in_order(content):
    md5 = hashlib.md5()
    staged = content.stage(md5)
    data = os.urandom(3 * MIB)
    for start in range(0, len(data), 700):
        await staged.write(data[start : start + 700])
    name = await staged.publish()
    assert content.path(name).read_bytes() == data
    assert md5.digest() == hashlib.md5(data).digest()


async def test_files_are_for_their_owner_only(content):
    name = await put(content, b"secret")
    kept = content.stage()
    await kept.keep()
    modes = {stat.S_IMODE(p.stat().st_mode) for p in content.root.rglob("*") if p.is_file()}
    assert modes == {0o600}
    folders = {stat.S_IMODE(p.stat().st_mode) for p in content.root.rglob("*") if p.is_dir()}
    assert folders == {0o700}
    assert content.path(name).parent.name == name[:2]


async def test_a_prefixed_name_lies_under_its_first_hex_digits(content):
    await put(content, b"layer", DIGEST_NAME)
    assert content.path(DIGEST_NAME) == content.root / "files" / "ab" / DIGEST_NAME
    assert content.location(DIGEST_NAME) == str(content.path(DIGEST_NAME))


@pytest.mark.parametrize(
    "name",
    ["", "a", "../../etc/passwd", "ab/cd", "ABCD", "sha256-", "sha256-xyz", "ab\n", "a" * 200],
)
async def test_no_other_name_reaches_a_path(content, name):
    with pytest.raises(errors.StorageError, match="not the name"):
        content.path(name)
    with pytest.raises(errors.StorageError, match="not the name"):
        await content.delete([name])
    with pytest.raises(errors.StorageError, match="not the name"):
        await content.reopen(name, 0)
    async with content.stage() as staged:
        if name:
            with pytest.raises(errors.StorageError, match="not the name"):
                await staged.publish(name)


async def test_a_publish_replaces_a_file_of_the_same_name(content, quota):
    await put(content, b"one", DIGEST_NAME)
    await put(content, b"three", DIGEST_NAME)
    assert content.path(DIGEST_NAME).read_bytes() == b"three"
    assert quota.used == 5


async def test_discard_leaves_nothing_and_may_be_repeated(content, quota):
    staged = content.stage(hashlib.md5())
    await staged.write(os.urandom(5 * MIB))
    await staged.discard()
    await staged.discard()
    assert staging(content) == []
    assert quota.used == 0
    with pytest.raises(errors.StorageError, match="has ended"):
        await staged.write(b"more")


async def test_the_end_of_a_block_discards_what_was_not_published(content, quota):
    async def fail():
        async with content.stage() as staged:
            await staged.write(b"x" * 2 * MIB)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with content.stage() as published:
        await published.write(b"y")
        await published.publish()
    assert staging(content) == []
    assert files(content) == [published.name]
    assert quota.used == 1


async def test_discard_after_publish_leaves_the_file(content):
    staged = content.stage()
    name = await staged.publish()
    await staged.discard()
    assert files(content) == [name]


async def test_many_uploads_side_by_side(content, quota):
    async def one(number):
        sha = hashlib.sha256()
        async with content.stage(sha) as staged:
            for piece in range(40):
                await staged.write(bytes([number, piece]) * 50_000)
            return await staged.publish(), sha.digest()

    for name, digest in await asyncio.gather(*map(one, range(12))):
        assert hashlib.sha256(content.path(name).read_bytes()).digest() == digest
    assert quota.used == 12 * 40 * 100_000


# Deletions and leases


async def test_delete_unlinks_and_gives_the_bytes_back(content, quota):
    names = [await put(content, b"x" * size) for size in (1, 20, 300)]
    await content.delete(names[:2])
    assert files(content) == names[2:]
    assert quota.used == 300
    await content.delete([*names, "ab" * 16])
    assert quota.used == 0


async def test_a_leased_file_goes_at_the_end_of_its_last_lease(content, quota):
    name = await put(content, b"bytes")
    first, second = content.lease([name]), content.lease([name])
    await content.delete([name])
    first()
    first()
    assert content.path(name).read_bytes() == b"bytes"
    assert quota.used == 5
    second()
    await wait_until(lambda: quota.used == 0)
    assert files(content) == []


async def test_a_lease_taken_while_a_deletion_is_under_way_counts(content, quota):
    name = await put(content, b"bytes")
    with content._shelf.lock:
        deleting = asyncio.ensure_future(content.delete([name]))
        await asyncio.sleep(0)
        release = content.lease([name])
    await deleting
    assert files(content) == [name]
    release()
    await wait_until(lambda: quota.used == 0)
    assert files(content) == []


async def test_a_lease_that_ends_without_deletion_keeps_the_file(content):
    name = await put(content, b"bytes")
    content.lease([name, name])()
    await content.delete([])
    assert files(content) == [name]


async def test_a_name_published_anew_outlives_the_deletion_that_waited(content, quota):
    await put(content, b"old", DIGEST_NAME)
    release = content.lease([DIGEST_NAME])
    await content.delete([DIGEST_NAME])
    await put(content, b"newer", DIGEST_NAME)
    release()
    await put(content, b"fence")
    assert content.path(DIGEST_NAME).read_bytes() == b"newer"
    assert quota.used == 10


async def test_naming_lets_one_at_a_time_decide_about_a_name(content):
    order = []

    async def decide(number, *names):
        async with content.naming(*names):
            order.append(f"{number} in")
            await asyncio.sleep(0)
            order.append(f"{number} out")

    await asyncio.gather(decide(1, "aa", "bb"), decide(2, "bb", "aa"), decide(3, "bb"))
    assert [entry[2:] for entry in order] == ["in", "out"] * 3
    assert content._naming == {}


# Uploads that go on later


async def test_a_kept_upload_goes_on_in_the_same_object(content):
    md5 = hashlib.md5()
    staged = content.stage(md5)
    await staged.write(b"one ")
    await staged.keep()
    assert (content.root / "staging" / staged.name).read_bytes() == b"one "
    await staged.write(b"two")
    name = await staged.publish()
    assert content.path(name).read_bytes() == b"one two"
    assert md5.digest() == hashlib.md5(b"one two").digest()


@pytest.mark.parametrize("size", [0, 5, 3 * MIB + 1])
async def test_a_kept_upload_goes_on_after_a_restart(content, tmp_path, size):
    data = os.urandom(size)
    staged = content.stage()
    await staged.write(data + b"not acknowledged")
    await staged.keep()
    sha, quota = hashlib.sha256(), Quota(None, used=size)
    again = await Content(content.root, quota=quota).reopen(staged.name, size, sha)
    assert sha.digest() == hashlib.sha256(data).digest()
    await again.write(b"end")
    name = await again.publish()
    assert content.path(name).read_bytes() == data + b"end"
    assert quota.used == size + 3


async def test_hashers_that_know_the_bytes_are_not_fed_again(content):
    sha = hashlib.sha256(b"known")
    staged = content.stage()
    await staged.write(b"known")
    await staged.keep()
    again = await content.reopen(staged.name, 5, sha, is_fed=True)
    await again.write(b"!")
    await again.publish()
    assert sha.digest() == hashlib.sha256(b"known!").digest()


async def test_reopen_gives_back_what_was_not_acknowledged(content, quota):
    staged = content.stage()
    await staged.write(b"x" * 100)
    await staged.keep()
    again = await content.reopen(staged.name, 60)
    assert quota.used == 60
    await again.discard()
    assert quota.used == 0
    assert staging(content) == []


async def test_an_upload_that_lost_bytes_is_refused(content):
    staged = content.stage()
    await staged.write(b"four")
    await staged.keep()
    with pytest.raises(errors.Corrupt, match="4 of its 5 bytes"):
        await content.reopen(staged.name, 5)
    with pytest.raises(errors.Corrupt, match="0 of its 5 bytes"):
        await content.reopen("00" * 16, 5)


async def test_revert_goes_back_to_what_was_kept(content, quota):
    staged = content.stage()
    await staged.write(b"kept")
    await staged.keep()
    await staged.write(b"x" * 3 * MIB)
    await staged.revert()
    assert (content.root / "staging" / staged.name).read_bytes() == b"kept"
    assert quota.used == 4


# Cancellation


async def test_a_cancelled_upload_is_cleaned_up(content, quota):
    async def upload():
        async with content.stage(hashlib.md5()) as staged:
            while True:
                await staged.write(b"x" * 300_000)

    task = asyncio.ensure_future(upload())
    await wait_until(lambda: quota.used > 6 * MIB)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await wait_until(lambda: quota.used == 0)
    assert (staging(content), content._shelf.held) == ([], 0)


class HeldDisk(disk.Disk):
    """A file's sync waits until the test lets it go on."""

    def __init__(self):
        self.begun, self.go = threading.Event(), threading.Event()

    def sync(self, fd):
        self.begun.set()
        self.go.wait(10)
        super().sync(fd)


@pytest.mark.parametrize("name", [None, DIGEST_NAME])
async def test_a_clean_up_waits_for_the_publish_that_was_begun(tmp_path, name):
    held, quota = HeldDisk(), Quota(None)
    content = Content(tmp_path, quota=quota, calls=held)
    staged = content.stage()
    await staged.write(b"x" * 100)
    task = asyncio.ensure_future(staged.publish(name))
    assert await asyncio.to_thread(held.begun.wait, 10)
    task.cancel()
    discarding = asyncio.ensure_future(staged.discard())
    await asyncio.sleep(0.01)
    assert staging(content) == [staged.name]
    assert not discarding.done()
    held.go.set()
    await discarding
    # Under a name that others may have published too it stays, and the next sweep decides.
    left = [] if name is None else [name]
    await wait_until(lambda: files(content) == left and quota.used == 100 * len(left))
    assert (staging(content), content._shelf.held) == ([], 0)


@pytest.mark.parametrize("turns", range(6))
async def test_a_cancelled_publish_leaves_all_or_nothing(content, quota, turns):
    async def upload():
        async with content.stage(hashlib.md5()) as staged:
            await staged.write(b"x" * 200_000)
            return await staged.publish()

    task = asyncio.ensure_future(upload())
    for _ in range(turns):
        await asyncio.sleep(0.0002)
    task.cancel()
    done = (await asyncio.gather(task, return_exceptions=True))[0]
    expected = [done] if isinstance(done, str) else []
    await wait_until(lambda: files(content) == expected and staging(content) == [])
    await wait_until(lambda: quota.used == 200_000 * len(expected))
    await wait_until(lambda: content._shelf.held == 0)


async def test_uploads_share_a_limit_on_what_they_hold(content, monkeypatch):
    monkeypatch.setattr(incoming, "TIGHT", MIB)
    most = 0

    async def upload():
        nonlocal most
        async with content.stage(hashlib.md5()) as staged:
            for _ in range(40):
                await staged.write(b"x" * 100_000)
                most = max(most, content._shelf.held)
            await staged.publish()

    await asyncio.gather(*(upload() for _ in range(12)))
    # Each may have brought one piece when the limit was met: without it, they would hold 40 MB.
    assert MIB < most <= MIB + 12 * 100_000
    assert content._shelf.held == 0


@pytest.mark.usefixtures("small_steps")
async def test_nothing_is_not_sent_to_the_threads(content, monkeypatch):
    appended = []
    append = StagedFile.append

    def note(self, pieces):
        appended.extend(pieces)
        append(self, pieces)

    monkeypatch.setattr(StagedFile, "append", note)
    staged = content.stage()
    await staged.write(b"x" * 300)
    await staged.keep()
    await staged.write(b"")
    await staged.keep()
    assert b"" not in appended
    await staged.discard()
