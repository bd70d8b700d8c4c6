"""Tables and their rows."""

from __future__ import annotations

SCRIPT = """
-- A space holds the rows of a table or of an index. Counts are exact. One that was dropped is emptied in the background.
CREATE TABLE spaces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    items INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    is_dropped INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX spaces_dropped ON spaces (id) WHERE is_dropped;

-- The id of a table is that of its space.
CREATE TABLE tables (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    UNIQUE (account, region, name)
);

-- pk is eight bytes of a hash and the encoded partition key, sk the encoded sort key; in an index the encoded key of the item
-- in its table follows. size is that of the item as AWS counts it, item its JSON.
CREATE TABLE rows (
    space INTEGER NOT NULL,
    pk BLOB NOT NULL,
    sk BLOB NOT NULL,
    size INTEGER NOT NULL,
    item BLOB NOT NULL,
    PRIMARY KEY (space, pk, sk)
) WITHOUT ROWID;

-- When the items of a table with a time to live are due, in seconds since the epoch.
CREATE TABLE expiries (
    space INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    pk BLOB NOT NULL,
    sk BLOB NOT NULL,
    PRIMARY KEY (space, expires_at, pk, sk)
) WITHOUT ROWID;

-- How far work that goes through all rows of a table has come: the key of the last row that it did.
CREATE TABLE progress (
    work TEXT PRIMARY KEY,
    pk BLOB NOT NULL,
    sk BLOB NOT NULL
) WITHOUT ROWID;
"""
