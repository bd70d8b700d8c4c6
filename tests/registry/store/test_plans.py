"""Every question that a request asks is answered by an index, however many repositories there are."""

import pytest

from homeport.registry.store import blobs, manifests, repositories, schema, uploads
from homeport.storage.db import Database

DIGEST = "sha256:" + "a" * 64


class Recorder:
    """A database that keeps the plan of each statement."""

    def __init__(self, db):
        self._db = db
        self.plans = []

    def _note(self, connection, sql, parameters):
        rows = connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters).fetchall()
        self.plans += [row[3] for row in rows]

    def query(self, sql, parameters=()):
        with self._db.snapshot() as connection:
            self._note(connection, sql, parameters)
        return self._db.query(sql, parameters)

    def query_one(self, sql, parameters=()):
        return next(iter(self.query(sql, parameters)), None)

    def snapshot(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def execute(self, sql, parameters=()):
        return self.query(sql, parameters)


@pytest.fixture
async def db(tmp_path):
    db = Database(tmp_path / "registry.db", schema.MIGRATIONS)
    yield Recorder(db)
    await db.close()


QUESTIONS = {
    "manifest by tag": lambda db: manifests.get(db, "a", "v1"),
    "manifest by digest": lambda db: manifests.get(db, "a", DIGEST),
    "manifest head": lambda db: manifests.head(db, "a", "v1"),
    "blob": lambda db: blobs.find(db, "a", DIGEST),
    "any blob": lambda db: blobs.is_stored(db, DIGEST),
    "tags": lambda db: manifests.tags(db, 1, "", 10),
    "referrers": lambda db: manifests.referrers(db, "a", DIGEST, kind="a/b", after="", limit=9),
    "catalog": lambda db: repositories.page(db, "", 10),
    "repository": lambda db: repositories.find(db, "a"),
    "upload": lambda db: uploads.find(db, "x"),
    "old uploads": lambda db: uploads.older(db, 1.0, 10),
    "missing blobs": lambda db: manifests._missing_blobs(db, 1, [DIGEST]),
    "missing manifests": lambda db: manifests._missing_manifests(db, 1, [DIGEST]),
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_no_table_is_walked_and_nothing_is_sorted(db, question):
    question(db)
    assert db.plans
    walks = [plan for plan in db.plans if plan.startswith("SCAN") and "json_each" not in plan]
    sorts = [plan for plan in db.plans if "ORDER BY" in plan]
    assert (walks, sorts) == ([], [])


def test_catalog_reads_only_repositories_that_hold_something(db):
    repositories.page(db, "", 10)
    assert "repository_listed" in db.plans[0]
