"""What ran over the registry."""

import pytest

from homeport.registry.store import schema
from homeport.registry.store.space import runs
from homeport.storage.db import Database


@pytest.fixture
async def db(tmp_path):
    db = Database(tmp_path / "registry.db", schema.MIGRATIONS)
    yield db
    await db.close()


async def add(db, kind, started):
    await db.write(lambda c: runs.add(c, kind, started, started + 1, {"n": [started]}))


async def test_the_newest_of_a_kind(db):
    for started in (3.0, 1.0, 2.0):
        await add(db, "gc", started)
    await add(db, "scrub", 9.0)
    assert [run.started for run in runs.newest(db, "gc", 2)] == [3.0, 2.0]
    last = runs.last(db, "gc")
    assert (last.kind, last.ended, last.report) == ("gc", 4.0, {"n": [3.0]})
    assert runs.last(db, "import") is None


async def test_a_hundred_are_kept_of_each_kind(db):
    await add(db, "scrub", 0.0)
    for started in range(runs.KEPT + 5):
        await add(db, "gc", float(started))
    kept = runs.newest(db, "gc", 1000)
    assert (len(kept), kept[-1].started) == (runs.KEPT, 5.0)
    assert len(runs.newest(db, "scrub", 9)) == 1
