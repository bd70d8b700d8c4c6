"""Start-up recovery."""

import asyncio
import time

import pytest

from homeport import errors
from homeport.storage.content import Content
from homeport.storage.quota import Quota

OLD = "ab" * 16
DIGEST_NAME = "sha256-" + "ab" * 32


def leave(root, *names, data=b"left"):
    """What an earlier process left: published files."""
    for name in names:
        folder = (
            root / "files" / name.partition("-")[2][:2]
            if "-" in name
            else root / "files" / name[:2]
        )
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def leave_staged(root, *names):
    (root / "staging").mkdir(parents=True, exist_ok=True)
    for name in names:
        (root / "staging" / name).write_bytes(b"upload")


def naming(*names):
    return lambda asked: set(asked) & set(names)


def files(content):
    return {path.name for path in content.root.rglob("*") if path.is_file()}


def test_removes_what_no_row_names(tmp_path):
    leave(tmp_path, OLD, "cd" * 16, DIGEST_NAME)
    leave_staged(tmp_path, "11" * 16, "22" * 16)
    content = Content(tmp_path)
    swept = content.sweep(naming("cd" * 16), naming("22" * 16))
    assert swept == (3, 4 + 4 + 6)
    assert files(content) == {"cd" * 16, "22" * 16}


def test_leaves_what_is_not_ours(tmp_path):
    content = Content(tmp_path)
    (tmp_path / "files" / "lost+found").mkdir()
    (tmp_path / "files" / "note.txt").write_text("mine")
    (tmp_path / "staging" / "README").write_text("mine")
    (tmp_path / "staging" / OLD).mkdir()
    assert content.sweep(naming(), naming()) == (0, 0)
    assert files(content) == {"note.txt", "README"}


async def test_leaves_what_this_process_writes(tmp_path):
    content = Content(tmp_path)
    published = content.stage()
    await published.publish()
    named = content.stage()
    await named.publish(DIGEST_NAME)
    kept = content.stage()
    await kept.write(b"kept")
    await kept.keep()
    assert await asyncio.to_thread(content.sweep, naming(), naming()) == (0, 0)
    assert files(content) == {published.name, DIGEST_NAME, kept.name}


async def test_leaves_what_is_published_while_it_asks(tmp_path):
    leave(tmp_path, DIGEST_NAME, data=b"old")
    content = Content(tmp_path)
    loop = asyncio.get_running_loop()

    async def publish():
        staged = content.stage()
        await staged.write(b"new")
        await staged.publish(DIGEST_NAME)

    def ask(names):
        asyncio.run_coroutine_threadsafe(publish(), loop).result(timeout=10)
        return set()

    assert await asyncio.to_thread(content.sweep, ask, naming()) == (0, 0)
    assert content.path(DIGEST_NAME).read_bytes() == b"new"


async def test_a_reopened_upload_is_left(tmp_path):
    leave_staged(tmp_path, OLD)
    content = Content(tmp_path)
    staged = await content.reopen(OLD, 6)
    assert await asyncio.to_thread(content.sweep, naming(), naming()) == (0, 0)
    assert content.path(await staged.publish()).read_bytes() == b"upload"


async def test_a_deletion_after_the_sweep_gives_its_bytes_back_once(tmp_path):
    leave(tmp_path, OLD)
    quota = Quota(None, used=4)
    content = Content(tmp_path, quota=quota)
    # The row was forgotten, the sweep came before the deletion that follows it.
    await asyncio.to_thread(content.sweep, naming(), naming())
    await content.delete([OLD])
    await content.delete([OLD])
    assert quota.used == 0


async def test_an_orphan_that_is_replaced_before_the_sweep_was_never_counted(tmp_path):
    leave(tmp_path, DIGEST_NAME, data=b"orphan of another length")
    quota = Quota(None)
    content = Content(tmp_path, quota=quota)
    staged = content.stage()
    await staged.write(b"12345")
    await staged.publish(DIGEST_NAME)
    assert quota.used == 5


def test_a_folder_that_cannot_be_read_is_a_storage_error(tmp_path):
    content = Content(tmp_path)
    (tmp_path / "staging").rmdir()
    with pytest.raises(errors.StorageError, match="could not be swept"):
        content.sweep(naming(), naming())


def test_a_hundred_thousand_files_take_a_moment(tmp_path):
    # Links to one file, spread like real ones: making so many files would take longer than the test.
    names = [f"{number * 2654435761 % 2**32:08x}" + "0" * 24 for number in range(100_000)]
    leave(tmp_path, names[0])
    first = tmp_path / "files" / names[0][:2] / names[0]
    folders = {name[:2] for name in names}
    for folder in folders:
        (tmp_path / "files" / folder).mkdir(exist_ok=True)
    per_file = 20_000
    for number, name in enumerate(names[1:], start=1):
        if number % per_file == 0:
            first = tmp_path / "files" / name[:2] / name
            first.write_bytes(b"left")
        else:
            (tmp_path / "files" / name[:2] / name).hardlink_to(first)
    content = Content(tmp_path)
    orphans = set(names[:10])
    begun = time.process_time()
    swept = content.sweep(lambda asked: set(asked) - orphans, naming())
    assert swept.files == 10
    assert time.process_time() - begun < 2
