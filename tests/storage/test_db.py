"""The database: group commit, isolation of neighbours, reads beside writes, ends and errors."""

import asyncio
import sqlite3
import stat
import threading

import pytest

from homeport import errors
from homeport.clock import settle
from homeport.storage import connection as connections
from homeport.storage import db as databases
from homeport.storage.db import Database

SCHEMA = ["CREATE TABLE item(key INTEGER PRIMARY KEY, value TEXT);"]


@pytest.fixture
async def db(tmp_path):
    database = Database(tmp_path / "rows.db", SCHEMA)
    yield database
    await database.close()


def put(key, value="v"):
    return lambda connection: connection.execute("INSERT INTO item VALUES (?, ?)", (key, value))


def keys(database):
    return [key for (key,) in database.query("SELECT key FROM item ORDER BY key")]


class HeldCommits:
    """Commits wait in their thread until the test lets them go."""

    def __init__(self, database, monkeypatch):
        self.go, self.begun = threading.Event(), threading.Event()
        commit = database._committer._commit

        def held():
            self.begun.set()
            self.go.wait(10)
            return commit()

        monkeypatch.setattr(database._committer, "_commit", held)

    async def wait_for_one(self):
        assert await asyncio.to_thread(self.begun.wait, 10)


@pytest.fixture
def held(db, monkeypatch):
    commits = HeldCommits(db, monkeypatch)
    yield commits
    commits.go.set()


# Group commit


async def test_writes_of_one_turn_share_one_commit(db):
    await asyncio.gather(*(db.write(put(key)) for key in range(50)))
    assert (db.commits, db.writes) == (1, 50)
    assert keys(db) == list(range(50))


async def test_writes_that_arrive_during_a_commit_share_the_next(db, held):
    first = asyncio.ensure_future(db.write(put(0)))
    await held.wait_for_one()
    rest = [asyncio.ensure_future(db.write(put(key))) for key in range(1, 41)]
    await asyncio.sleep(0)
    assert db.writes == 0
    assert not first.done()
    held.go.set()
    await asyncio.gather(first, *rest)
    assert (db.commits, db.writes) == (2, 41)


async def test_a_batch_has_a_limit(db, monkeypatch):
    monkeypatch.setattr(databases, "BATCH_LIMIT", 10)
    await asyncio.gather(*(db.write(put(key)) for key in range(25)))
    assert (db.commits, keys(db)) == (3, list(range(25)))


async def test_a_write_that_can_wait_is_done_with_the_next_one(db, monkeypatch):
    monkeypatch.setattr(databases, "LATER_S", 3600)
    waiting = asyncio.ensure_future(db.write_later(put(1)))
    await settle()
    assert (db.commits, waiting.done()) == (0, False)
    await db.write(put(2))
    await waiting
    assert (db.commits, keys(db)) == (1, [1, 2])


async def test_a_write_that_can_wait_does_not_wait_for_ever(db):
    await asyncio.gather(db.write_later(put(1)), db.write_later(put(2)))
    assert (db.commits, keys(db)) == (1, [1, 2])


async def test_a_close_does_what_could_wait(tmp_path, monkeypatch):
    monkeypatch.setattr(databases, "LATER_S", 3600)
    database = Database(tmp_path / "rows.db", SCHEMA)
    waiting = asyncio.ensure_future(database.write_later(put(1)))
    await settle()
    await database.close()
    await waiting
    with pytest.raises(errors.StorageError, match="closed"):
        await database.write_later(put(2))
    database = Database(tmp_path / "rows.db", SCHEMA)
    assert keys(database) == [1]
    await database.close()


async def test_nothing_is_seen_before_it_is_committed(db, held):
    writing = asyncio.ensure_future(db.write(put(1)))
    await held.wait_for_one()
    assert keys(db) == []
    held.go.set()
    await writing
    assert keys(db) == [1]


async def test_a_write_that_changes_nothing_needs_no_sync(db):
    assert await db.write(lambda c: c.execute("SELECT count(*) FROM item").fetchone()) == (0,)
    assert db.commits == 0


async def test_a_write_sees_those_before_it(db):
    count = "SELECT count(*) FROM item"
    results = await asyncio.gather(
        db.write(put(1)), db.write(lambda c: c.execute(count).fetchone()[0]), db.write(put(2))
    )
    assert results[1] == 1


# Neighbours


@pytest.mark.parametrize("neighbours", [0, 3])
@pytest.mark.parametrize(
    ("raised", "seen"),
    [
        (ValueError("no"), ValueError),
        (errors.StorageFull("quota"), errors.StorageFull),
        (asyncio.CancelledError(), asyncio.CancelledError),
        (StopIteration(), RuntimeError),
    ],
)
async def test_a_work_that_raises_undoes_only_itself(db, raised, seen, neighbours):
    def work(connection):
        put(100)(connection)
        raise raised

    others = [db.write(put(key)) for key in range(neighbours)]
    outcomes = await asyncio.gather(
        *others[:1], db.write(work), *others[1:], return_exceptions=True
    )
    assert [type(o) for o in outcomes if isinstance(o, BaseException)] == [seen]
    assert keys(db) == list(range(neighbours))
    await db.write(put(7))


async def test_errors_of_a_statement_reach_who_wrote_it(db):
    outcomes = await asyncio.gather(
        db.write(put(1)), db.write(put(1)), db.write(put(2)), return_exceptions=True
    )
    assert isinstance(outcomes[1], sqlite3.IntegrityError)
    assert keys(db) == [1, 2]
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        db.query("SELECT * FROM absent")
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        db.query_one("SELECT * FROM absent")


async def test_a_statement_that_was_not_read_to_its_end_does_not_stop_the_commit(db):
    returning = "INSERT INTO item VALUES (?, 'x') RETURNING key"
    await asyncio.gather(
        db.write(lambda c: c.execute(returning, (1,))), db.write(put(2)), db.write(put(3))
    )
    assert keys(db) == [1, 2, 3]


@pytest.mark.parametrize("statement", ["COMMIT", "ROLLBACK"])
@pytest.mark.parametrize("neighbours", [0, 2])
async def test_a_work_that_ends_the_transaction_is_a_storage_error(db, statement, neighbours):
    batch = [db.write(lambda c: c.execute(statement)), *map(db.write, map(put, range(neighbours)))]
    outcomes = await asyncio.gather(*batch, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {errors.StorageError}
    await db.write(put(9))
    assert 9 in keys(db)


async def test_a_cancelled_waiter_disturbs_nobody(db, held):
    first = asyncio.ensure_future(db.write(put(0)))
    await held.wait_for_one()
    second, third = (asyncio.ensure_future(db.write(put(key))) for key in (1, 2))
    await asyncio.sleep(0)
    first.cancel()
    second.cancel()
    held.go.set()
    await third
    # The first was being committed, the second had not begun.
    assert keys(db) == [0, 2]
    assert first.cancelled()
    assert second.cancelled()


async def test_a_lone_cancelled_write_is_not_done(db):
    task = asyncio.ensure_future(db.write(put(1)))
    await asyncio.sleep(0)
    task.cancel()
    await db.write(put(2))
    assert keys(db) == [2]


async def test_a_commit_that_fails_fails_for_all_and_the_next_one_works(db):
    await db.write(lambda c: c.execute("PRAGMA user_version"))

    def break_a_promise(connection):
        connection.execute("CREATE TABLE parent(id INTEGER PRIMARY KEY)")
        connection.execute(
            "CREATE TABLE child(id INTEGER REFERENCES parent(id) DEFERRABLE INITIALLY DEFERRED)"
        )
        connection.execute("INSERT INTO child VALUES (1)")

    db._writer.execute("PRAGMA foreign_keys = ON")
    outcomes = await asyncio.gather(
        db.write(put(1)), db.write(break_a_promise), return_exceptions=True
    )
    assert {type(outcome) for outcome in outcomes} == {errors.StorageError}
    assert outcomes[0] is not outcomes[1]
    assert keys(db) == []
    await db.write(put(2))
    assert keys(db) == [2]


# Reads


async def test_a_snapshot_is_one_commit(db):
    await db.write(put(1))
    with db.snapshot() as reader:
        before = reader.execute("SELECT count(*) FROM item").fetchone()
        await db.write(put(2))
        assert reader.execute("SELECT count(*) FROM item").fetchone() == before == (1,)
    assert db.query_one("SELECT count(*) FROM item") == (2,)


async def test_a_snapshot_ends_with_its_block(db):
    with pytest.raises(ZeroDivisionError), db.snapshot():
        raise ZeroDivisionError
    with db.snapshot() as reader:
        assert reader.execute("SELECT 1").fetchone() == (1,)


async def test_readers_cannot_write(db):
    with pytest.raises((errors.StorageError, sqlite3.OperationalError)):
        db.query("DELETE FROM item")
    with pytest.raises((errors.StorageError, sqlite3.OperationalError)):
        await db.scan(lambda reader: reader.execute("DELETE FROM item"))


async def test_a_scan_runs_beside_writes(db):
    await db.write(put(1))
    begun, go = threading.Event(), threading.Event()

    def scan(reader):
        rows = reader.execute("SELECT key FROM item")
        begun.set()
        go.wait(10)
        return rows.fetchall()

    scanning = asyncio.ensure_future(db.scan(scan))
    await asyncio.to_thread(begun.wait, 10)
    await db.write(put(2))
    go.set()
    assert await scanning == [(1,)]


async def test_the_log_is_cut_after_a_long_read_let_it_grow(db, tmp_path):
    await db.write(put(0))
    log = tmp_path / "rows.db-wal"
    with db.snapshot() as reader:
        reader.execute("SELECT count(*) FROM item").fetchone()
        for key in range(1, 7):
            await db.write(put(key, "x" * 4_000_000))
        assert log.stat().st_size > connections.LOG_LIMIT
    for key in range(10, 13):
        await db.write(put(key, "x"))
    assert log.stat().st_size <= connections.LOG_LIMIT


# Ends


async def test_close_waits_for_what_was_asked_for(tmp_path, monkeypatch):
    db = Database(tmp_path / "rows.db", SCHEMA)
    commits = HeldCommits(db, monkeypatch)
    first = asyncio.ensure_future(db.write(put(0)))
    await commits.wait_for_one()
    rest = [asyncio.ensure_future(db.write(put(key))) for key in range(1, 5)]
    await asyncio.sleep(0)
    closing = [asyncio.ensure_future(db.close()) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(errors.StorageError, match="closed"):
        await db.write(put(9))
    commits.go.set()
    await asyncio.gather(first, *rest, *closing)
    again = Database(tmp_path / "rows.db", SCHEMA)
    assert keys(again) == [0, 1, 2, 3, 4]
    await again.close()


async def test_a_closed_database_says_so(tmp_path):
    db = Database(tmp_path / "rows.db", SCHEMA)
    await db.close()
    await db.close()
    with pytest.raises(errors.StorageError, match=r"rows\.db is closed"):
        await db.write(put(1))
    with pytest.raises(errors.StorageError, match="closed"):
        db.query("SELECT 1")
    with pytest.raises(errors.StorageError, match="closed"), db.snapshot():
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["rows.db"]


async def test_rows_are_for_their_owner_only(db, tmp_path):
    await db.write(put(1))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"rows.db": 0o600, "rows.db-wal": 0o600, "rows.db-shm": 0o600}


async def test_every_commit_is_synced(db):
    # 2 is FULL: https://www.sqlite.org/pragma.html#pragma_synchronous
    assert await db.write(lambda c: c.execute("PRAGMA synchronous").fetchone()) == (2,)
    assert db.query_one("PRAGMA journal_mode") == ("wal",)


# Errors


async def test_a_file_that_is_no_database_is_refused_with_a_hint(tmp_path):
    path = tmp_path / "rows.db"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(errors.Corrupt, match="is damaged") as caught:
        Database(path, SCHEMA)
    assert ".recover" in caught.value.hint


async def test_a_damaged_page_is_a_storage_error(tmp_path):
    path = tmp_path / "rows.db"
    db = Database(path, SCHEMA)
    for key in range(50):
        await db.write(put(key, "x" * 2000))
    await db.close()
    damaged = bytearray(path.read_bytes())
    damaged[4096:] = b"\xff" * (len(damaged) - 4096)
    path.write_bytes(damaged)
    db = Database(path, SCHEMA)
    with pytest.raises(errors.Corrupt):
        keys(db)
    with pytest.raises(errors.Corrupt):
        await db.write(put(100))
    with pytest.raises(errors.Corrupt):
        await db.scan(lambda reader: reader.execute("SELECT * FROM item").fetchall())
    await db.close()


async def test_a_folder_that_cannot_hold_it_is_a_storage_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(errors.StorageError, match=r"could not be opened") as caught:
        Database(tmp_path / "file" / "rows.db", SCHEMA)
    assert "rights" in caught.value.hint
    (tmp_path / "rows.db").mkdir()
    with pytest.raises(errors.StorageError, match="directory"):
        Database(tmp_path / "rows.db", SCHEMA)


async def test_a_lock_by_another_program_is_a_storage_error(db, tmp_path):
    db._writer.execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(tmp_path / "rows.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(errors.StorageError, match="locked"):
        await db.write(put(1))
    other.execute("ROLLBACK")
    other.close()
    await db.write(put(1))
    assert keys(db) == [1]


async def test_a_new_database_has_pages_of_the_size_that_was_asked_for(tmp_path):
    for size in (8192, 4096):
        database = Database(tmp_path / "one.db", [], page_size=size)
        assert database.query("PRAGMA page_size") == [(8192,)]
        await database.close()


async def test_close_waits_for_a_long_read_whose_caller_has_gone(tmp_path):
    database = Database(tmp_path / "one.db", [])
    begun, may_end = threading.Event(), threading.Event()

    def read(connection):
        begun.set()
        may_end.wait(10)
        return connection.execute("SELECT 1").fetchone()

    reading = asyncio.ensure_future(database.scan(read))
    await asyncio.to_thread(begun.wait, 10)
    reading.cancel()
    closing = asyncio.ensure_future(database.close())
    await asyncio.sleep(0.02)
    assert not closing.done()
    may_end.set()
    await closing
