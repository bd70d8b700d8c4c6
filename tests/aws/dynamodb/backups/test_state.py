"""A table as it was, out of its rows and its history."""

import sqlite3

import pytest

from homeport.aws.dynamodb.backups import state
from homeport.aws.dynamodb.store import history
from homeport.aws.dynamodb.store.rows import Key
from homeport.aws.dynamodb.store.schema import backups, core


@pytest.fixture
def connection():
    connection = sqlite3.connect(":memory:")
    connection.executescript(core.SCRIPT + backups.SCRIPT)
    yield connection
    connection.close()


def change(connection, time_ms, name, text):
    """One change of one item, as items/change.py makes it."""
    key = Key(b"h" + name, b"")
    row = connection.execute("SELECT item FROM rows WHERE pk = ?", (key.pk,)).fetchone()
    before = None if row is None else row[0]
    history.append(connection, 1, time_ms, key, before, text)
    connection.execute("DELETE FROM rows WHERE pk = ?", (key.pk,))
    if text is not None:
        connection.execute("INSERT INTO rows VALUES (1, ?, ?, 1, ?)", (*key, text))


def at(connection, time_ms):
    return list(state.at(connection, 1, time_ms))


def test_changes_at_the_time_itself_are_in(connection):
    change(connection, 10, b"a", b"1")
    change(connection, 20, b"a", b"2")
    assert [at(connection, time_ms) for time_ms in (9, 10, 19, 20)] == [[], [b"1"], [b"1"], [b"2"]]


def test_items_come_in_the_order_of_their_keys(connection):
    for name in (b"d", b"b", b"a", b"c"):
        change(connection, 10, name, name)
    change(connection, 20, b"b", None)
    change(connection, 20, b"e", b"e")
    assert at(connection, 10) == [b"a", b"b", b"c", b"d"]
    assert at(connection, 20) == [b"a", b"c", b"d", b"e"]


def test_a_clock_that_is_set_back_cuts_nothing_in_two(connection):
    change(connection, 100, b"a", b"1")
    change(connection, 90, b"a", b"2")
    change(connection, 90, b"b", b"2")
    assert at(connection, 95) == []
    assert at(connection, 100) == [b"2", b"2"]


def test_another_table_is_another(connection):
    change(connection, 10, b"a", b"1")
    assert list(state.at(connection, 2, 20)) == []


def test_differences_are_one_for_each_item(connection):
    for time_ms, name, text in [
        (5, b"a", b"0"),
        (10, b"a", b"1"),
        (11, b"a", b"2"),
        (12, b"b", b"1"),
        (13, b"b", None),
        (20, b"a", b"3"),
    ]:
        change(connection, time_ms, name, text)
    assert list(state.between(connection, 1, 10, 20)) == [state.Difference(11, b"0", b"2")]
    assert list(state.between(connection, 1, 12, 13)) == [state.Difference(12, None, b"1")]


@pytest.mark.parametrize(
    ("query", "parameters"), [(history._UNDONE, (1, 1)), (history._BETWEEN, (1, 1, 2))]
)
def test_reads_are_streams(connection, query, parameters):
    """Nothing is sorted or gathered: memory stays flat whatever the history."""
    plan = connection.execute(f"EXPLAIN QUERY PLAN {query}", parameters).fetchall()
    assert [row[3] for row in plan] == ["SEARCH history USING INDEX history_key (space=?)"]
