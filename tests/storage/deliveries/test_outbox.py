"""What is still to be delivered, as rows."""

import pytest

from homeport.storage.db import Database
from homeport.storage.deliveries import outbox

NOW = 1_700_000_000_000


@pytest.fixture
async def db(tmp_path):
    database = Database(tmp_path / "rows.db", [outbox.SCHEMA])
    yield database
    await database.close()


async def add(db, lane, *bodies, due_ms=None):
    await db.write(
        lambda connection: outbox.add_all(
            connection, [(lane, body) for body in bodies], NOW, due_ms
        )
    )


def bodies(db, lane, now_ms=NOW, limit=100):
    return [entry.body for entry in outbox.due(db, lane, now_ms, limit)]


async def test_an_entry_says_all_of_itself(db):
    await db.write(lambda connection: outbox.add(connection, "a", "text", NOW))
    (entry,) = outbox.due(db, "a", NOW, 10)
    assert entry == outbox.Entry(1, "a", NOW, NOW, 0, "text")


async def test_entries_come_in_the_order_of_their_writing(db):
    await add(db, "a", *"cab")
    assert bodies(db, "a") == ["c", "a", "b"]
    assert bodies(db, "a", limit=2) == ["c", "a"]


async def test_lanes_know_nothing_of_each_other(db):
    assert outbox.lanes(db) == []
    await add(db, "b", "1")
    await add(db, "a", "2", "3")
    assert outbox.lanes(db) == ["a", "b"]
    assert bodies(db, "b") == ["1"]
    assert bodies(db, "c") == []


async def test_an_entry_that_is_due_later_waits(db):
    await add(db, "a", "late", due_ms=NOW + 10)
    await add(db, "a", "soon")
    assert outbox.next_due(db, "a") == NOW
    assert bodies(db, "a") == ["soon"]
    assert bodies(db, "a", NOW + 10) == ["soon", "late"]
    assert outbox.next_due(db, "none") is None


async def test_removed_entries_are_gone(db):
    await add(db, "a", "1", "2", "3")
    entries = outbox.due(db, "a", NOW, 2)
    await db.write(lambda connection: outbox.remove(connection, entries))
    assert bodies(db, "a") == ["3"]


async def test_what_is_put_off_is_overtaken(db):
    await add(db, "a", "1", "2")
    first = outbox.due(db, "a", NOW, 1)[0]
    await db.write(lambda connection: outbox.put_off(connection, first, NOW + 5))
    assert bodies(db, "a") == ["2"]
    again = outbox.due(db, "a", NOW + 5, 9)[-1]
    assert (again.body, again.attempts, again.created_ms) == ("1", 1, NOW)


async def test_what_is_ordered_keeps_its_place(db):
    await add(db, "a", "1", "2", due_ms=outbox.ORDERED)
    first = outbox.due(db, "a", NOW, 1)[0]
    await db.write(lambda connection: outbox.put_off(connection, first, NOW + 5))
    assert bodies(db, "a") == ["1", "2"]
    assert [entry.attempts for entry in outbox.due(db, "a", NOW, 9)] == [1, 0]


async def test_an_entry_is_there_with_its_cause_or_not_at_all(db):
    def fails(connection):
        outbox.add(connection, "a", "1", NOW)
        raise ValueError

    with pytest.raises(ValueError):
        await db.write(fails)
    assert outbox.lanes(db) == []


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        (
            "SELECT * FROM outbox WHERE lane = ? AND due_ms <= ? ORDER BY due_ms, id LIMIT 100",
            ("a", NOW),
        ),
        ("SELECT min(due_ms) FROM outbox WHERE lane = ?", ("a",)),
        ("SELECT min(lane) FROM outbox WHERE lane > ?", ("a",)),
    ],
)
async def test_looks_search_the_index_and_sort_nothing(db, sql, values):
    plan = " ".join(row[3] for row in db.query(f"EXPLAIN QUERY PLAN {sql}", values))
    assert "SEARCH outbox USING" in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan
