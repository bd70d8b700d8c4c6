"""A registry.db from before the sums were kept, as this version opens it."""

import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeport.registry.grammar import natural
from homeport.registry.store import schema
from homeport.registry.store.browsing import schema as browsing
from homeport.storage.db import Database

BEFORE = schema.MIGRATIONS[: schema.MIGRATIONS.index(browsing.SCHEMA)]
INDEX = "application/vnd.oci.image.index.v1+json"
IMAGE = "application/vnd.oci.image.manifest.v1+json"
HELM = "application/vnd.cncf.helm.config.v1+json"
ROWS = f"""
INSERT INTO repository VALUES (1, 'a10', 3, 10), (2, 'b/c', 1, 20), (3, 'empty', 0, 30);
INSERT INTO blob (id, digest, file, size, created) VALUES (7, 'sha256:7', 'f7', 100, 1), (8, 'sha256:8', 'f8', 5, 1);
INSERT INTO repository_blob VALUES (1, 7, 1), (1, 8, 1), (2, 7, 1), (3, 8, 1);
INSERT INTO manifest (id, repository, digest, media_type, size, pushed, artifact_type, content, pulled) VALUES
    (3, 1, 'sha256:3', '{IMAGE}', 10, 50, NULL, x'00', NULL),
    (4, 1, 'sha256:4', '{INDEX}', 20, 60, NULL, x'00', 70),
    (5, 1, 'sha256:5', '{IMAGE}', 30, 55, '{HELM}', x'00', 65),
    (6, 2, 'sha256:3', '{IMAGE}', 10, 51, NULL, x'00', NULL);
INSERT INTO tag (repository, name, manifest, moved, pulls) VALUES (1, 'v9', 3, 50, 2), (1, 'V010', 4, 60, 3), (2, 'v1', 6, 51, 0);
"""


async def upgraded(folder, rows):
    folder.mkdir(exist_ok=True)
    await Database(folder / "registry.db", BEFORE).close()
    db = sqlite3.connect(folder / "registry.db")
    rows(db)
    db.commit()
    db.close()
    return Database(folder / "registry.db", schema.MIGRATIONS)


@pytest.fixture
async def db(tmp_path):
    db = await upgraded(tmp_path / "registry", lambda db: db.executescript(ROWS))
    yield db
    await db.close()


def test_sums_are_of_what_was_there(db):
    assert db.query(
        "SELECT name, natural, tags, bytes, shared, pushed, pulled, pulls FROM repository ORDER BY id"
    ) == [
        ("a10", "a210", 2, 165, 105, 60.0, 70.0, 5),
        ("b/c", "b/c", 1, 110, 100, 51.0, None, 0),
        ("empty", "empty", 0, 5, 5, None, None, 0),
    ]


def test_tags_sort_as_people_count(db):
    found = db.query("SELECT name FROM tag WHERE repository = 1 ORDER BY natural")
    assert found == [("v9",), ("V010",)]


def test_manifests_are_to_be_looked_into_and_are_taken_for_something_until_then(db):
    found = db.query("SELECT repository, manifest, kind, pulls, due, done FROM description")
    assert found == [
        (1, 3, "image", 2, 1, 0),
        (1, 4, "index", 3, 1, 0),
        (1, 5, "artifact", 0, 1, 0),
        (2, 6, "image", 0, 1, 0),
    ]


async def test_sums_go_on(db):
    await db.write(lambda at: at.execute("DELETE FROM repository_blob WHERE repository = 2"))
    assert db.query("SELECT bytes, shared FROM repository ORDER BY id") == [
        (165, 5),
        (10, 0),
        (5, 5),
    ]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sets(st.text("aBz019.-_", min_size=1, max_size=40), max_size=20))
async def test_names_of_before_sort_as_new_ones(tmp_path_factory, names):
    def rows(db):
        db.executemany(
            "INSERT INTO tag (repository, name, manifest, moved) VALUES (1, ?, 1, 1)",
            [(name,) for name in names],
        )

    db = await upgraded(tmp_path_factory.mktemp("any"), rows)
    found = dict(db.query("SELECT name, natural FROM tag"))
    await db.close()
    assert found == {name: natural.key(name) for name in names}
