"""Each question of an import is answered by an index, however many images there are; and one that is stopped leaves nothing."""

import sqlite3

import pytest

from homeport.registry.grammar import documents, names
from homeport.registry.importing import rows
from homeport.registry.importing.layout import Link
from homeport.registry.store import manifests, schema
from homeport.registry.store.blobs import Blob
from homeport.storage.db import Database

DIGEST = "sha256:" + "a" * 64
CONTENT = (
    b'{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",'
    b' "config": {"digest": "%b", "size": 1}}' % DIGEST.encode()
)
LINK = Link("a", names.digest("sha256", CONTENT), "v1", 100.0)


@pytest.fixture
async def db(tmp_path):
    db = Database(tmp_path / "registry.db", schema.MIGRATIONS)
    yield db
    await db.close()


class Explained:
    """A connection that keeps the plans of what is asked."""

    def __init__(self, connection):
        self._connection = connection
        self.plans = []

    def execute(self, sql, parameters=()):
        found = self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()
        self.plans += [row[3] for row in found]
        return self._connection.execute(sql, parameters)


@pytest.mark.parametrize(
    "ask",
    [
        lambda connection: rows.lacking(connection, [LINK]),
        lambda connection: rows.absent(connection, "a", [DIGEST]),
        lambda connection: rows.stored(connection, [DIGEST]),
    ],
)
async def test_plans(db, ask):
    explained = db.read(Explained)
    db.read(lambda connection: ask(explained))
    scans = [plan for plan in explained.plans if plan.startswith("SCAN")]
    assert all("VIRTUAL TABLE" in plan for plan in scans), explained.plans


def image(taken, stored=()):
    manifest = manifests.Stored(LINK.digest, CONTENT, documents.parse("", CONTENT))
    return rows.Image(LINK, manifest, taken, stored)


async def test_an_image_without_its_blob_is_undone(db):
    other = {"sha256:" + "b" * 64: Blob("sha256-bb", 1)}
    with pytest.raises(rows.Lost):
        await db.write(lambda connection: rows.put(connection, image(other, [DIGEST]), 200.0))
    for table in ("blob", "repository", "manifest", "tag"):
        assert db.query(f"SELECT * FROM {table}") == []


async def test_a_file_that_came_second_is_not_needed(db):
    for file, unneeded in (("sha256-aa", []), ("sha256-ab", ["sha256-ab"])):
        taken = image({DIGEST: Blob(file, 1)})
        assert await db.write(lambda connection: rows.put(connection, taken, 200.0)) == unneeded  # noqa: B023
    assert db.query("SELECT file FROM blob") == [("sha256-aa",)]
    assert db.query("SELECT moved FROM tag") == [(100.0,)]


async def test_a_manifest_that_is_there_keeps_its_time(db):
    taken = image({DIGEST: Blob("sha256-aa", 1)})
    await db.write(lambda connection: rows.put(connection, taken, 50.0))
    await db.write(lambda connection: rows.put(connection, taken, 200.0))
    assert db.query("SELECT pushed FROM manifest") == [(50.0,)]


@pytest.mark.parametrize(("moved", "is_lacking"), [(99.0, True), (100.0, False), (101.0, False)])
async def test_a_tag_elsewhere_is_lacking_where_it_is_older(db, moved, is_lacking):
    await db.write(lambda connection: rows.put(connection, image({DIGEST: Blob("x", 1)}), 200.0))

    def move(connection: sqlite3.Connection):
        connection.execute("UPDATE tag SET manifest = 99, moved = ?", (moved,))

    await db.write(move)
    assert db.read(lambda connection: rows.lacking(connection, [LINK])) == [LINK] * is_lacking
