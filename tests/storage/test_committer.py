"""Commits run on the loop while the disk is quick, and in the thread as soon as it is not."""

import threading

from homeport.storage import committer, connection
from homeport.storage.db import Database

TABLE = ("CREATE TABLE t (a INTEGER)",)


class Stopwatch:
    """Each commit takes as long as the test says."""

    def __init__(self):
        self.now = 0.0
        self.commit_s = 0.0

    def __call__(self):
        self.now += self.commit_s / 2
        return self.now


def insert(seen):
    def work(writer):
        writer.execute("INSERT INTO t VALUES (1)")
        writer.set_trace_callback(
            lambda sql: seen.append(threading.current_thread()) if sql == "COMMIT" else None
        )

    return work


async def commit_thread(db):
    seen = []
    await db.write(insert(seen))
    return seen[-1] is not threading.current_thread()


def test_it_is_quick_after_a_streak_only():
    its = committer.Pace()
    for _ in range(committer.STREAK):
        assert not its.is_quick
        its.note(committer.QUICK_S)
    assert its.is_quick
    its.note(committer.QUICK_S * 1.01)
    assert not its.is_quick


async def test_a_slow_commit_sends_the_next_ones_to_the_thread(tmp_path):
    watch = Stopwatch()
    db = Database(tmp_path / "d.db", TABLE, pace=committer.Pace(watch))
    ways = [await commit_thread(db) for _ in range(committer.STREAK + 2)]
    assert ways == [True] * committer.STREAK + [False, False]
    watch.commit_s = 1.0
    assert await commit_thread(db) is False
    assert await commit_thread(db) is True
    await db.close()


async def test_the_log_is_copied_in_the_thread_and_does_not_grow_without_end(tmp_path):
    db = Database(tmp_path / "d.db", TABLE)
    for _ in range(3 * connection.CHECKPOINT_CHANGES):
        await db.write(lambda writer: writer.execute("INSERT INTO t VALUES (1)"))
    pages = (tmp_path / "d.db-wal").stat().st_size // 4096
    assert pages < 2 * connection.CHECKPOINT_CHANGES + 10
    assert db.query_one("SELECT count(*) FROM t") == (3 * connection.CHECKPOINT_CHANGES,)
    await db.close()
