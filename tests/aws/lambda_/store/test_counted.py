import sqlite3

import pytest

from homeport import errors
from homeport.aws.lambda_.invoking.events import store
from homeport.aws.lambda_.invoking.events.store import Event, Record
from homeport.aws.lambda_.store import counted, schema
from homeport.storage.quota import Quota

SETTING = "INSERT INTO settings VALUES (1, 'k', ?, ?)"


@pytest.fixture
async def opened(tmp_path):
    quota = Quota(2_000_000)
    db = counted.opened(tmp_path / "lambda.db", schema.MIGRATIONS, quota)
    yield db, quota
    await db.close()


async def add(db, name, size):
    await db.write(lambda connection: connection.execute(SETTING, (name, "x" * size)))


async def test_pages_in_use_are_counted_and_given_back(opened):
    db, quota = opened
    before = quota.used
    assert before > 0
    await add(db, "a", 100_000)
    assert quota.used - before >= 100_000
    await db.write(lambda connection: connection.execute("DELETE FROM settings"))
    assert quota.used - before < 10_000


async def test_what_clients_add_is_refused_and_undone(opened):
    db, quota = opened
    quota.limit = quota.used + 50_000
    with pytest.raises(errors.StorageFull):
        await add(db, "a", 100_000)
    assert db.query("SELECT count(*) FROM settings") == [(0,)]
    assert quota.used <= quota.limit
    await add(db, "b", 10_000)


async def test_what_only_goes_on_is_written_all_the_same(opened):
    db, quota = opened
    await add(db, "a", 10)
    quota.limit = quota.used

    def work(connection):
        connection.executemany(
            "INSERT INTO event_source_position VALUES (?, 's', 0, 1, 5)",
            ((str(number) * 100,) for number in range(200)),
        )

    await db.write(work)
    assert quota.used > quota.limit
    await db.write(lambda connection: connection.execute("DELETE FROM event_source_position"))
    quota.limit = quota.used
    with pytest.raises(errors.StorageFull):
        await add(db, "b", 50_000)


async def test_other_errors_are_what_they_are(opened):
    db, _ = opened
    with pytest.raises(sqlite3.OperationalError):
        await db.write(lambda connection: connection.execute("SELECT * FROM none"))


EVENT = Event(0, "0", "r", "f", "", "id", 1, 1, 0, "", "", b"x" * 100_000)


async def test_events_are_refused_where_there_is_no_room_and_those_that_wait_can_end(opened):
    db, quota = opened
    await db.write(lambda connection: store.add_event(connection, EVENT))
    quota.limit = quota.used
    with pytest.raises(errors.StorageFull):
        await db.write(lambda connection: store.add_event(connection, EVENT))
    (number,) = store.due_events(db, EVENT.lane, 1, 10)
    event = EVENT._replace(id=number)
    await db.write(lambda connection: store.put_off_event(connection, event, 2, 1))
    record = Record(0, "arn", "0", "r", "f", 1, 1, 0, "{}", "y" * 120_000)

    def end(connection):
        store.remove_event(connection, event)
        store.add_record(connection, record)

    await db.write(end)
    assert store.targets(db) == ["arn"]
