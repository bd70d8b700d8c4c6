"""Migrations."""

import sqlite3

import pytest

from homeport import errors
from homeport.storage import migrate
from homeport.storage.db import Database

ONE = "CREATE TABLE one(id INTEGER); -- first; of two\nINSERT INTO one VALUES (1); INSERT INTO one VALUES (2);"
TWO = """
CREATE TABLE log(text TEXT);
CREATE TRIGGER note AFTER INSERT ON one BEGIN
    INSERT INTO log VALUES ('a;b');
    INSERT INTO log VALUES ('c');
END;
INSERT INTO one VALUES (3)
"""


async def values(path, migrations, sql):
    db = Database(path, migrations)
    rows = db.query(sql)
    await db.close()
    return [value for (value,) in rows]


async def test_each_migration_runs_once(tmp_path):
    path = tmp_path / "rows.db"
    assert await values(path, [ONE], "SELECT id FROM one") == [1, 2]
    assert await values(path, [ONE], "SELECT id FROM one") == [1, 2]
    assert await values(path, [ONE, TWO], "SELECT text FROM log") == ["a;b", "c"]
    assert await values(path, [ONE, TWO], "PRAGMA user_version") == [2]


async def test_a_migration_is_done_whole_or_not_at_all(tmp_path):
    path = tmp_path / "rows.db"
    with pytest.raises(errors.StorageError, match="no such table"):
        Database(path, [ONE, "CREATE TABLE two(id); INSERT INTO absent VALUES (1);"])
    tables = "SELECT name FROM sqlite_master"
    assert await values(path, [ONE], tables) == ["one"]
    assert await values(path, [ONE, "CREATE TABLE two(id);"], tables) == ["one", "two"]


async def test_a_newer_database_is_refused_untouched(tmp_path):
    path = tmp_path / "rows.db"
    await values(path, [ONE, TWO], "SELECT 1")
    before = path.read_bytes()
    with pytest.raises(
        errors.StorageError, match="of schema version 2; this Homeport knows up to 1"
    ) as caught:
        Database(path, [ONE])
    assert "newer Homeport" in caught.value.hint
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "script", ["", "  \n;;\n", "SELECT 1", "SELECT ';'; SELECT 2;", "-- only; a comment\nSELECT 1;"]
)
def test_statements_are_those_that_sqlite_sees(script):
    connection = sqlite3.connect(":memory:")
    for statement in migrate.statements(script):
        connection.execute(statement)
    connection.close()
