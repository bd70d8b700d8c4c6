"""The tables of registry.db, as migrations: https://www.sqlite.org/stricttables.html, https://www.sqlite.org/withoutrowid.html"""

from __future__ import annotations

_FIRST = """
CREATE TABLE repository (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    manifests INTEGER NOT NULL DEFAULT 0,
    created REAL NOT NULL
) STRICT;

-- The catalog: repositories that hold anything to pull, in order.
CREATE INDEX repository_listed ON repository (name) WHERE manifests > 0;

-- A blob is stored once, whatever number of repositories it belongs to.
CREATE TABLE blob (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    file TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    created REAL NOT NULL
) STRICT;

CREATE TABLE repository_blob (
    repository INTEGER NOT NULL,
    blob INTEGER NOT NULL,
    pushed REAL NOT NULL,
    PRIMARY KEY (repository, blob)
) STRICT, WITHOUT ROWID;

CREATE INDEX repository_blob_by_blob ON repository_blob (blob);

CREATE TABLE manifest (
    id INTEGER PRIMARY KEY,
    repository INTEGER NOT NULL,
    digest TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    pushed REAL NOT NULL,
    subject TEXT,
    artifact_type TEXT,
    descriptor TEXT,
    content BLOB NOT NULL,
    UNIQUE (repository, digest)
) STRICT;

CREATE INDEX manifest_by_subject ON manifest (repository, subject, digest) WHERE subject IS NOT NULL;

-- What a manifest names, whether it is here or not.
CREATE TABLE reference (
    manifest INTEGER NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (manifest, digest)
) STRICT, WITHOUT ROWID;

CREATE INDEX reference_by_digest ON reference (digest);

CREATE TABLE tag (
    repository INTEGER NOT NULL,
    name TEXT NOT NULL,
    manifest INTEGER NOT NULL,
    moved REAL NOT NULL,
    PRIMARY KEY (repository, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX tag_by_manifest ON tag (manifest);

CREATE TABLE upload (
    id TEXT PRIMARY KEY,
    repository TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    staged TEXT UNIQUE,
    size INTEGER NOT NULL,
    touched REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX upload_by_age ON upload (touched);
"""

MIGRATIONS = (_FIRST,)
"""One after the other; a released one is never changed."""
