"""Every question that a request asks is answered by an index, however many repositories there are."""

import sqlite3

import pytest

from homeport.registry.store import blobs, manifests, pulls, repositories, schema, uploads
from homeport.registry.store.space import graph, holders, leaving, rot, rubbish, runs, tags, without
from homeport.registry.store.space.without import Without
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


@pytest.fixture
def seen(tmp_path):
    """The plans of what is run on a connection."""
    connection = sqlite3.connect(":memory:")
    for migration in schema.MIGRATIONS:
        connection.executescript(migration)
    return Plans(connection)


class Plans:
    """A connection that keeps the plan of each statement."""

    def __init__(self, connection):
        self._connection = connection
        self.plans = []

    def execute(self, sql, parameters=()):
        if sql not in {"BEGIN", "COMMIT"}:
            rows = self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
            self.plans += [row[3] for row in rows]
        return self._connection.execute(sql, parameters)


LINK = rubbish.Link(1, 1, "a", DIGEST, 1, 0.0, is_rotten=False)
TAG = tags.Tag("v1", 1, DIGEST, 0.0, 0.0)
WITHOUT = Without(1, {"v1"}, {1})
STEPS = {
    "a look at a link": lambda at: rubbish.find(at, 1, 1),
    "removal of a link": lambda at: rubbish.remove(at, LINK),
    "some manifests": lambda at: graph.some(at, [1]),
    "what leads to some": lambda at: graph.edges_to(at, [1]),
    "manifests of a repository": lambda at: graph.of(at, 1),
    "edges of a repository": lambda at: graph.edges_of(at, 1),
    "what only some hold": lambda at: graph.held_only_by(at, [1]),
    "tags": lambda at: tags.of(at, 1),
    "stamp": lambda at: tags.stamp(at, 1),
    "removal of a tag": lambda at: tags.remove(at, 1, TAG),
    "pulls": lambda at: pulls.add(at, [pulls.Pulls("a", DIGEST, "v1", 1, 1.0)]),
    "a damaged blob": lambda at: rot.mark(at, rot.Stored(1, DIGEST, "f", 1, None), 1.0),
    "owners": lambda at: rot.owners(at, 1, 9),
    "who needs it": lambda at: rot.needed_by(at, 1, 9),
    "run": lambda at: runs.add(at, "gc", 1.0, 2.0, {}),
    "blobs that some name": lambda at: holders.named(at, [1]),
    "blobs of a repository": lambda at: holders.every(at, 1),
    "blobs that are held there": lambda at: holders.held_here(at, [1], WITHOUT),
    "blobs that others hold": lambda at: holders.held_elsewhere(at, [1], 1),
    "who else holds them": lambda at: holders.elsewhere(at, [1], 1),
    "who names them": lambda at: holders.namers(at, 1, [1]),
    "their links": lambda at: holders.links(at, [1]),
    "what hangs on some": lambda at: without.below(at, WITHOUT),
    "what some hang on": lambda at: without.above(at, WITHOUT, [1]),
    "manifests of digests": lambda at: leaving.manifests(at, 1, [DIGEST]),
    "tags that are there": lambda at: leaving.tags(at, 1, ["v1"]),
    "tags of manifests": lambda at: leaving.tags_of(at, [1]),
    "all of a repository": lambda at: leaving.whole(at, 1),
    "a page of links": lambda at: rubbish.page(at, 0, "[]"),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_no_step_of_a_long_work_walks_a_table(seen, step):
    """But for lists of its own: the needs found so far, the manifests asked for."""
    step(seen)
    own = {"SCAN j VIRTUAL TABLE INDEX 1:", "SCAN json_each VIRTUAL TABLE INDEX 1:"}
    own |= {"SCAN n", "SCAN w", "SCAN wanted", "SCAN a", "SCAN above", "SCAN b", "SCAN below"}
    assert seen.plans
    assert [plan for plan in seen.plans if plan.startswith("SCAN") and plan not in own] == []


def test_a_base_layer_of_ten_thousand_repositories_is_one_search_for_each(seen):
    rubbish.page(seen, 0, "[]")
    assert "SEARCH f USING PRIMARY KEY (repository=? AND digest=?)" in seen.plans


def test_manifests_without_tags_are_found_by_indexes(seen):
    list(graph.loose(seen))
    assert [plan for plan in seen.plans if plan.startswith("SCAN")] == [
        "SCAN m USING INDEX sqlite_autoindex_manifest_1"
    ]
    assert seen.plans[2] == "SEARCH t USING COVERING INDEX tag_by_manifest (manifest=?)"
    assert not any("TEMP B-TREE" in plan for plan in seen.plans)


def test_catalog_reads_only_repositories_that_hold_something(db):
    repositories.page(db, "", 10)
    assert "repository_listed" in db.plans[0]
