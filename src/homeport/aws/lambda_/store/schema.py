"""The tables of Lambda's database, as numbered migrations: an old one is never changed."""

from __future__ import annotations

from homeport.aws.lambda_.invoking import schema as invoking
from homeport.aws.lambda_.mappings import positions

_FIRST = """
CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
INSERT INTO secrets VALUES ('locations', randomblob(32));

CREATE TABLE functions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    published INTEGER NOT NULL,    -- the number of the version that was published last
    fingerprint TEXT NOT NULL,     -- of $LATEST when it was
    reserved INTEGER,              -- concurrency
    recursion TEXT NOT NULL,
    tags TEXT NOT NULL,
    UNIQUE (account, region, name)
) STRICT;

CREATE TABLE versions (
    function INTEGER NOT NULL,
    number INTEGER NOT NULL,       -- 0 is $LATEST
    size INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (function, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE files (               -- archives in content files
    name TEXT PRIMARY KEY,
    size INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE uses (                -- which version needs which archives: its own, and those of its layers
    function INTEGER NOT NULL,
    number INTEGER NOT NULL,
    file TEXT NOT NULL,
    PRIMARY KEY (function, number, file)
) STRICT, WITHOUT ROWID;
CREATE INDEX uses_by_file ON uses (file);

CREATE TABLE aliases (
    function INTEGER NOT NULL,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (function, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (            -- one of each kind for a qualifier; an empty one is the function itself
    function INTEGER NOT NULL,
    kind TEXT NOT NULL,
    qualifier TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (function, kind, qualifier)
) STRICT, WITHOUT ROWID;

CREATE TABLE urls (
    id TEXT PRIMARY KEY,
    function INTEGER NOT NULL,
    qualifier TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (function, qualifier)
) STRICT, WITHOUT ROWID;

CREATE TABLE layers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    published INTEGER NOT NULL,
    UNIQUE (account, region, name)
) STRICT;

CREATE TABLE layer_versions (
    layer INTEGER NOT NULL,
    number INTEGER NOT NULL,
    file TEXT NOT NULL,
    size INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (layer, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX layer_versions_by_file ON layer_versions (file);

CREATE TABLE mappings (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,            -- of the function
    source TEXT NOT NULL,
    body TEXT NOT NULL,
    tags TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mappings_by_place ON mappings (account, region, id);
CREATE INDEX mappings_by_source ON mappings (source);
"""

MIGRATIONS = (_FIRST + positions.SCHEMA + invoking.SCHEMA,)
"""With the tables of those who read streams and run asynchronous events."""
