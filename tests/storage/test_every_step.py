"""Stops at every step of writes, uploads and deletions, and looks at what is left.

A step is one change of the disk, or one commit. Where the process died (every later step fails too) a new one opens the folder
and sweeps it; where one step failed by itself the same process goes on. In both cases: what was acknowledged is there with
equal bytes, nothing half-written is visible, no unnamed file remains, the quota is the sum.
"""

import asyncio
import contextlib
import errno
import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeport import errors
from homeport.storage.content import Content
from homeport.storage.db import Database
from homeport.storage.quota import Quota

SCHEMA = [
    """
    CREATE TABLE object(key INTEGER PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL, digest BLOB NOT NULL);
    CREATE TABLE upload(key INTEGER PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL);
"""
]
DIGEST_NAME = "sha256-" + "cd" * 32
KEYS = st.integers(0, 2)
SIZES = st.sampled_from([0, 1, 60, 200, 300, 900, 3000])
OPERATIONS = st.one_of(
    st.tuples(st.just("put"), KEYS, SIZES),
    st.tuples(st.just("put_digest"), st.just(9), st.just(700)),
    st.tuples(st.just("delete"), st.sampled_from([0, 1, 2, 9]), st.just(0)),
    st.tuples(st.just("begin"), KEYS, SIZES),
    st.tuples(st.just("append"), KEYS, SIZES),
    st.tuples(st.just("finish"), KEYS, SIZES),
    st.tuples(st.just("cancel"), KEYS, st.just(0)),
)
EVERYTHING = [
    ("put", 0, 300),
    ("put", 0, 3000),
    ("put_digest", 9, 700),
    ("put_digest", 9, 700),
    ("begin", 1, 200),
    ("append", 1, 900),
    ("finish", 1, 60),
    ("begin", 2, 3000),
    ("cancel", 2, 0),
    ("delete", 0, 0),
    ("delete", 9, 0),
]


def data_of(key, number, size):
    return (bytes([key, number]) * size)[:size]


class Store:
    """The smallest user of content files and a database, in the order that both ask for."""

    def __init__(self, db, folder, calls):
        self.db = db
        total = "SELECT (SELECT total(size) FROM object) + (SELECT total(size) FROM upload)"
        self.quota = Quota(None, used=int(self.db.query_one(total)[0]))
        self.calls = calls
        self.content = Content(folder / "content", quota=self.quota, calls=calls)

    async def commit(self, sql, *parameters):
        self.calls.step()
        await self.db.write(lambda connection: connection.execute(sql, parameters))
        self.calls.step()

    def object(self, key):
        return self.db.query_one("SELECT name, size, digest FROM object WHERE key = ?", (key,))

    def upload(self, key):
        return self.db.query_one("SELECT name, size FROM upload WHERE key = ?", (key,))

    async def put(self, key, data, name=None):
        async with self.content.stage() as staged:
            for start in range(0, len(data), 100):
                await staged.write(data[start : start + 100])
            await self.publish(key, staged, hashlib.sha256(data).digest(), name)

    async def publish(self, key, staged, digest, name=None):
        name = await staged.publish(name)
        old = self.object(key)
        try:
            await self.commit(
                "INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?)", key, name, staged.size, digest
            )
        finally:
            found = self.object(key)
            if found is None or found[0] != name:
                await self.content.delete([name])
            elif old is not None and old[0] != name:
                await self.content.delete([old[0]])

    async def delete(self, key):
        found = self.object(key)
        if found is not None:
            try:
                await self.commit("DELETE FROM object WHERE key = ?", key)
            finally:
                if self.object(key) is None:
                    await self.content.delete([found[0]])

    async def begin(self, key, data):
        if self.upload(key) is None:
            async with self.content.stage() as staged:
                await staged.write(data)
                await staged.keep()
                await self.note_kept(key, staged)

    async def append(self, key, data):
        found = self.upload(key)
        if found is not None:
            async with await self.content.reopen(*found) as staged:
                await staged.write(data)
                await staged.keep()
                await self.note_kept(key, staged)

    async def note_kept(self, key, staged):
        sql = "INSERT OR REPLACE INTO upload VALUES (?, ?, ?)"
        try:
            await self.commit(sql, key, staged.name, staged.size)
        finally:
            found = self.upload(key)
            if found is None:
                await staged.discard()
            elif found[1] != staged.size:
                await self.content.reopen(*found)

    async def finish(self, key, data):
        found = self.upload(key)
        if found is None:
            return
        sha = hashlib.sha256()
        async with await self.content.reopen(*found, sha) as staged:
            await staged.write(data)
            await staged.flush()
            name = await staged.publish()
        # One commit turns the upload into the object; the file has left the staging folder before it.
        old = self.object(key)
        row = (key, name, staged.size, sha.digest())

        def work(connection):
            connection.execute("DELETE FROM upload WHERE key = ?", (key,))
            connection.execute("INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?)", row)

        await self.db.write(work)
        if old is not None:
            await self.content.delete([old[0]])

    async def cancel(self, key):
        found = self.upload(key)
        if found is not None:
            staged = await self.content.reopen(*found)
            try:
                await self.commit("DELETE FROM upload WHERE key = ?", key)
            finally:
                if self.upload(key) is None:
                    await staged.discard()

    async def forget_lost(self):
        """Uploads whose file was published and never committed: the one thing that a death may cost, a client begins anew."""
        lost = []
        for key, name, size in self.db.query("SELECT key, name, size FROM upload"):
            try:
                await self.content.reopen(name, size)
            except errors.Corrupt:
                await self.commit("DELETE FROM upload WHERE key = ?", key)
                self.quota.release(size)
                lost.append(key)
        return lost


async def perform(store, operation, key, number, size):
    """Runs one operation; returns whether it was acknowledged."""
    data = data_of(key, number, size)
    action = {
        "put": lambda: store.put(key, data),
        "put_digest": lambda: store.put(key, data_of(9, 9, size), DIGEST_NAME),
        "delete": lambda: store.delete(key),
        "begin": lambda: store.begin(key, data),
        "append": lambda: store.append(key, data),
        "finish": lambda: store.finish(key, data),
        "cancel": lambda: store.cancel(key),
    }[operation]
    try:
        await action()
    except (errors.StorageError, OSError):
        return False
    return True


def rows(store):
    return {key: store.object(key) for key in (0, 1, 2, 9) if store.object(key) is not None}


async def run(store, operations):
    """Runs all operations until the disk is dead; returns the rows after the last acknowledged one."""
    acknowledged = rows(store)
    for number, (operation, key, size) in enumerate(operations):
        if await perform(store, operation, key, number, size):
            acknowledged = rows(store)
        elif store.calls.is_dead:
            return acknowledged, (operation, key)
    return acknowledged, (None, None)


def on_disk(folder):
    return {path.name: path.stat().st_size for path in folder.rglob("*") if path.is_file()}


def sweep(store):
    def named(table):
        return lambda _: {name for (name,) in store.db.query(f"SELECT name FROM {table}")}

    return store.content.sweep(named("object"), named("upload"))


def check(store, acknowledged, in_doubt):
    """What must hold of a store at rest."""
    check_objects(store, acknowledged, in_doubt)
    uploads = dict(store.db.query("SELECT name, size FROM upload"))
    kept = on_disk(store.content.root / "staging")
    assert set(kept) == set(uploads)
    assert all(kept[name] >= size for name, size in uploads.items())
    objects = {name: size for name, size, _ in rows(store).values()}
    assert on_disk(store.content.root / "files") == objects
    assert store.quota.used == sum(uploads.values()) + sum(objects.values())


def check_objects(store, acknowledged, in_doubt):
    """The object of the operation that was stopped may be the old or the new one; it is whole in both cases."""
    found = rows(store)
    for key, (name, size, digest) in found.items():
        data = store.content.path(name).read_bytes()
        assert (len(data), hashlib.sha256(data).digest()) == (size, digest), f"object {key}"
    assert {k: v for k, v in found.items() if k != in_doubt[1]} == {
        k: v for k, v in acknowledged.items() if k != in_doubt[1]
    }


async def stop_and_look(folder, operations, calls, make_disk):
    db = Database(folder / "rows.db", SCHEMA)
    store = None
    acknowledged, in_doubt = {}, (None, None)
    with contextlib.suppress(errors.StorageError):
        store = Store(db, folder, calls)
        acknowledged, in_doubt = await run(store, operations)
    if store is not None and not calls.is_dead:
        # Where the removal itself failed, its file waits for the next start.
        look = check_objects if calls.failed == "unlink" else check
        look(store, acknowledged, in_doubt)
    await db.close()
    again = Store(Database(folder / "rows.db", SCHEMA), folder, make_disk())
    await asyncio.to_thread(sweep, again)
    lost = await again.forget_lost()
    assert lost == [] or (in_doubt[0] == "finish" and lost == [in_doubt[1]])
    check(again, acknowledged, in_doubt)
    await again.db.close()


def explore(operations, calls, make_disk):
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(stop_and_look(Path(folder), operations, calls, make_disk))


@pytest.mark.usefixtures("small_steps")
def test_a_death_at_every_step_of_everything(faulty_disk):
    counted = faulty_disk()
    explore(EVERYTHING, counted, faulty_disk)
    assert counted.steps > 60
    for step in range(1, counted.steps + 1):
        explore(EVERYTHING, faulty_disk(step), faulty_disk)


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_failure_of_every_step_of_writes_and_deletions(faulty_disk, code):
    operations = [op for op in EVERYTHING if op[0] in {"put", "delete"}]
    counted = faulty_disk()
    explore(operations, counted, faulty_disk)
    for step in range(12, counted.steps + 1):
        explore(operations, faulty_disk(step, is_dead=False, code=code), faulty_disk)


@pytest.mark.usefixtures("small_steps")
@given(operations=st.lists(OPERATIONS, min_size=1, max_size=8), step=st.integers(1, 90))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_death_at_any_step_of_any_history(faulty_disk, operations, step):
    explore(operations, faulty_disk(step), faulty_disk)
