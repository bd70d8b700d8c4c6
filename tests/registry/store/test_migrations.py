"""A registry.db of the released schema, with an image in it, as this version opens it."""

import sqlite3

import pytest

from homeport.clock import VirtualClock
from homeport.registry.options import Collection, Options
from homeport.registry.registry import Registry
from homeport.registry.store import schema
from homeport.storage.db import Database
from homeport.storage.quota import Quota

RELEASED = schema.MIGRATIONS[:2]
BLOB = b"{}"


@pytest.fixture
async def released(tmp_path, tools):
    """The folder of a registry that was left with two repositories, a shared blob, a tag and a referrer."""
    folder = tmp_path / "registry"
    files = folder / "blobs" / "files"
    folder.mkdir()
    await Database(folder / "registry.db", RELEASED).close()
    blob, file = tools.sha256(BLOB), "sha256-" + "ab" * 20
    (files / file[:2]).mkdir(parents=True)
    content = b'{"schemaVersion":2}'
    image, referrer = tools.sha256(content), tools.sha256(b"referrer")
    db = sqlite3.connect(folder / "registry.db")
    db.executescript(
        f"""
        INSERT INTO repository VALUES (1, 'a', 1, 10), (2, 'b/c', 2, 20);
        INSERT INTO blob VALUES (7, '{blob}', '{file}', {len(BLOB)}, 10);
        INSERT INTO repository_blob VALUES (1, 7, 10), (2, 7, 20);
        INSERT INTO manifest (id, repository, digest, media_type, size, pushed, subject, descriptor, content) VALUES
            (3, 1, '{image}', '{tools.OCI_IMAGE}', {len(content)}, 10, NULL, NULL, CAST('{content.decode()}' AS BLOB)),
            (4, 2, '{image}', '{tools.OCI_IMAGE}', {len(content)}, 20, NULL, NULL, CAST('{content.decode()}' AS BLOB)),
            (5, 2, '{referrer}', '{tools.OCI_IMAGE}', 8, 30, '{image}', '{{"n":5}}', CAST('referrer' AS BLOB));
        INSERT INTO reference VALUES (3, '{blob}'), (4, '{blob}'), (5, '{blob}'), (5, 'sha256:gone'), (99, '{blob}');
        INSERT INTO tag VALUES (1, 'v1', 3, 10), (2, 'v1', 4, 20);
        INSERT INTO upload VALUES ('u1', 'a', 'sha256', NULL, 0, 40);
        """
    )
    db.commit()
    db.close()
    return folder


@pytest.fixture
async def upgraded(released):
    quota = Quota(10_000)
    registry = Registry.open(
        released,
        Options(collection=Collection(interval_s=None)),
        clock=VirtualClock(),
        ids=lambda: "id",
        quota=quota,
    )
    yield registry
    await registry.close()


def rows(registry, sql):
    return registry._backend.db.query(sql)


def test_what_a_manifest_names_is_found_by_repository(upgraded, tools):
    blob = tools.sha256(BLOB)
    found = rows(upgraded, "SELECT repository, digest, manifest FROM reference ORDER BY 1, 2, 3")
    assert found == sorted([(1, blob, 3), (2, blob, 4), (2, blob, 5), (2, "sha256:gone", 5)])


def test_nothing_was_pulled_nor_has_rotted_yet(upgraded):
    assert rows(upgraded, "SELECT DISTINCT pulled, rotten FROM manifest") == [(None, None)]
    assert rows(upgraded, "SELECT rotten FROM blob") == [(None,)]
    assert rows(upgraded, "SELECT DISTINCT pulled, pulls FROM tag") == [(None, 0)]


def test_rows_of_the_released_schema_are_as_they_were(upgraded):
    assert rows(upgraded, "SELECT repository, name, manifest, moved FROM tag") == [
        (1, "v1", 3, 10.0),
        (2, "v1", 4, 20.0),
    ]
    assert rows(upgraded, "SELECT id, pushed FROM manifest") == [(3, 10.0), (4, 20.0), (5, 30.0)]
    assert rows(upgraded, "SELECT id, touched FROM upload") == [("u1", 40.0)]


def test_totals_go_on(upgraded):
    size = 2 * len(b'{"schemaVersion":2}') + len(b"referrer")
    assert rows(upgraded, "SELECT blobs, manifests FROM totals") == [(len(BLOB), size)]
    assert upgraded._backend.manifests._quota.used == len(BLOB) + size


async def test_a_collection_takes_nothing_that_was_named(upgraded):
    report = await upgraded._work.collector.run(grace_s=0)
    assert (report.links, report.manifests, report.repositories) == (0, 0, 0)


async def test_a_new_database_has_the_same_schema(upgraded, tmp_path):
    new = Database(tmp_path / "new.db", schema.MIGRATIONS)
    sql = "SELECT type, name, tbl_name FROM sqlite_master ORDER BY 1, 2"
    assert rows(upgraded, sql) == new.query(sql)
    await new.close()
