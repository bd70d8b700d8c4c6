"""What is read of one image or for one page walks no table but the lists that it was handed."""

import sqlite3

import pytest

from homeport.registry.store import schema
from homeport.registry.store.browsing import catalog, descriptions, manifests, tags

DIGEST = "sha256:" + "a" * 64
READS = {
    "some": lambda at: manifests.some(at, [1]),
    "by digest": lambda at: manifests.by_digest(at, 1, [DIGEST]),
    "of a tag": lambda at: manifests.id_of(at, 1, "v1"),
    "of a digest": lambda at: manifests.id_of(at, 1, DIGEST),
    "pulled": lambda at: manifests.pulled(at, [1]),
    "referrers": lambda at: manifests.referrers(at, 1, [DIGEST]),
    "parents": lambda at: manifests.parents(at, 1, DIGEST, 9),
    "blobs": lambda at: manifests.blobs(at, 1, [DIGEST]),
    "untagged": lambda at: manifests.untagged(at, 1),
    "tags": lambda at: tags.page(at, 1, tags.Wanted()),
    "tags that are described": lambda at: tags.page(at, 1, tags.Wanted(kind="image")),
    "tags of a manifest": lambda at: tags.of(at, 1, 9),
    "looks": lambda at: tags.looks(at, 1, 9),
    "a repository": lambda at: catalog.find(at, "a"),
    "a folder": lambda at: catalog.page(at, catalog.Wanted(prefix="a"), None),
    "what is due": lambda at: descriptions.due(at, 1, 9),
    "what is due anywhere": lambda at: descriptions.due(at, None, 9),
    "children": lambda at: descriptions.children(at, 1, [DIGEST]),
}
TABLES = ("repository", "manifest", "m", "tag", "t", "d", "description", "f", "b", "l", "s")


class Plans:
    """A connection that keeps the plan of each statement."""

    def __init__(self):
        self._connection = sqlite3.connect(":memory:")
        self.plans = []
        for migration in schema.MIGRATIONS:
            self._connection.executescript(migration)

    def execute(self, sql, parameters=()):
        rows = self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
        self.plans += [row[3] for row in rows]
        return self._connection.execute(sql, parameters)


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_no_table_is_walked(read):
    plans = Plans()
    read(plans)
    walks = [plan.split() for plan in plans.plans if plan.startswith("SCAN")]
    own = [["SCAN", "d", "USING", "INDEX", "description_due"]]
    assert plans.plans
    # A sum over one row is called `s` too.
    walked = [plan for plan in walks if plan[1] in TABLES and plan not in own]
    assert walked == ([["SCAN", "s"]] if read is READS["a folder"] else [])
