"""A full disk: a clear error, nothing kept of the write, nothing else lost, and on it goes once there is room."""

import asyncio
import errno
import os

import pytest

from homeport import errors
from homeport.storage.content import Content
from homeport.storage.db import Database
from homeport.storage.quota import Quota

SCHEMA = ["CREATE TABLE item(body BLOB);"]


def insert(body):
    return lambda connection: connection.execute("INSERT INTO item VALUES (?)", (body,))


async def write_all(staged, size):
    for _ in range(0, size, 100_000):
        await staged.write(b"x" * 100_000)
    await staged.publish()


async def fill(db):
    """Inserts until the disk is full; returns how many were acknowledged."""
    for stored in range(200):
        try:
            await db.write(insert(os.urandom(10_000)))
        except errors.StorageFull:
            return stored
    return 200


def total(db):
    return db.query_one("SELECT count(*), total(length(body)) FROM item")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
async def test_an_upload_that_finds_the_disk_full(tmp_path, faulty_disk, code):
    calls = faulty_disk(is_dead=False, code=code)
    quota = Quota(None)
    content = Content(tmp_path, quota=quota, calls=calls)
    calls.fail_at = calls.steps + 3
    staged = content.stage()
    with pytest.raises(errors.StorageFull, match="full") as caught:
        await write_all(staged, 25_000_000)
    assert "Free space" in caught.value.hint
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert quota.used == 0
    with pytest.raises(errors.StorageFull):
        await staged.keep()


async def test_content_on_a_disk_that_is_really_full(tiny_disk):
    quota = Quota(None)
    content = Content(tiny_disk, quota=quota)
    small = content.stage()
    await small.write(b"x" * 300_000)
    name = await small.publish()
    large = content.stage()
    with pytest.raises(errors.StorageFull):
        await write_all(large, 3_000_000)
    assert [path.name for path in tiny_disk.rglob("*") if path.is_file()] == [name]
    assert quota.used == 300_000
    again = content.stage()
    await again.write(b"z" * 500_000)
    await again.publish()


async def test_a_database_on_a_disk_that_is_really_full(tiny_disk):
    db = Database(tiny_disk / "rows.db", SCHEMA)
    filler = tiny_disk / "filler"
    filler.write_bytes(b"f" * 500_000)
    stored = await fill(db)
    assert 0 < stored < 200
    assert total(db) == (stored, stored * 10_000)
    refused = await asyncio.gather(
        *(db.write(insert(os.urandom(90_000))) for _ in range(5)), return_exceptions=True
    )
    assert {type(error) for error in refused} == {errors.StorageFull}
    filler.unlink()
    await db.write(insert(b"room again"))
    assert total(db)[0] == stored + 1
    await db.close()
    again = Database(tiny_disk / "rows.db", SCHEMA)
    assert total(again)[0] == stored + 1
    await again.close()


async def test_a_batch_that_finds_the_disk_full_fails_as_one(tmp_path):
    db = Database(tmp_path / "rows.db", SCHEMA)
    await db.write(insert(b"before"))

    def fill(connection):
        connection.execute("PRAGMA max_page_count = 20")
        insert(b"x" * 500_000)(connection)

    batch = [db.write(insert(b"one")), db.write(fill), db.write(insert(b"two"))]
    refused = await asyncio.gather(*batch, return_exceptions=True)
    assert {type(error) for error in refused} == {errors.StorageFull}
    with pytest.raises(errors.StorageFull):
        await db.write(insert(b"x" * 500_000))
    assert total(db)[0] == 1
    await db.write(lambda connection: connection.execute("PRAGMA max_page_count = 4294967294"))
    await db.write(insert(b"x" * 500_000))
    assert total(db)[0] == 2
    await db.close()
