"""The tables of registry.db, as migrations: https://www.sqlite.org/stricttables.html, https://www.sqlite.org/withoutrowid.html"""

from __future__ import annotations

from homeport.registry.store.browsing import schema as browsing
from homeport.storage.deliveries import outbox

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

_TOTALS = """
-- Bytes that blobs and manifests take: one row. A sum over a million rows would take a start half a second.
CREATE TABLE totals (blobs INTEGER NOT NULL, manifests INTEGER NOT NULL) STRICT;
INSERT INTO totals SELECT
    (SELECT coalesce(sum(size), 0) FROM blob),
    (SELECT coalesce(sum(size), 0) FROM manifest);
CREATE TRIGGER blob_added AFTER INSERT ON blob BEGIN
    UPDATE totals SET blobs = blobs + NEW.size;
END;
CREATE TRIGGER blob_removed AFTER DELETE ON blob BEGIN
    UPDATE totals SET blobs = blobs - OLD.size;
END;
CREATE TRIGGER manifest_added AFTER INSERT ON manifest BEGIN
    UPDATE totals SET manifests = manifests + NEW.size;
END;
CREATE TRIGGER manifest_removed AFTER DELETE ON manifest BEGIN
    UPDATE totals SET manifests = manifests - OLD.size;
END;
"""

_COMPLETE = """
-- What a manifest names, whether it is here or not; now found by repository too. A collection asks for each blob of a repository
-- whether anything there names it, and a base layer is named by ten thousand manifests elsewhere.
CREATE TABLE reference_anew (
    repository INTEGER NOT NULL,
    digest TEXT NOT NULL,
    manifest INTEGER NOT NULL,
    PRIMARY KEY (repository, digest, manifest)
) STRICT, WITHOUT ROWID;
INSERT INTO reference_anew (repository, digest, manifest)
    SELECT m.repository, r.digest, r.manifest FROM reference r JOIN manifest m ON m.id = r.manifest;
DROP TABLE reference;
ALTER TABLE reference_anew RENAME TO reference;
CREATE INDEX reference_by_manifest ON reference (manifest);

-- Signatures of one kind among many of another.
CREATE INDEX manifest_by_kind ON manifest (repository, subject, artifact_type, digest)
    WHERE subject IS NOT NULL;

-- Last pulls, written from time to time: a few seconds of them may be lost.
ALTER TABLE manifest ADD COLUMN pulled REAL;
ALTER TABLE tag ADD COLUMN pulled REAL;
ALTER TABLE tag ADD COLUMN pulls INTEGER NOT NULL DEFAULT 0;

-- Since when its bytes are known not to be those of its digest: as good as absent until it is pushed again.
ALTER TABLE manifest ADD COLUMN rotten REAL;
ALTER TABLE blob ADD COLUMN rotten REAL;
CREATE INDEX manifest_rotten ON manifest (rotten) WHERE rotten IS NOT NULL;
CREATE TRIGGER blob_resized AFTER UPDATE OF size ON blob BEGIN
    UPDATE totals SET blobs = blobs + NEW.size - OLD.size;
END;
CREATE INDEX blob_rotten ON blob (rotten) WHERE rotten IS NOT NULL;

CREATE TABLE robot (
    name TEXT PRIMARY KEY,
    -- SHA-256 of a secret of 160 random bits or more, which needs no slow hash.
    secret BLOB NOT NULL UNIQUE,
    -- JSON: [{"repositories": "team/**", "allow": ["pull"]}]
    scopes TEXT NOT NULL,
    created REAL NOT NULL,
    created_by TEXT NOT NULL,
    expires REAL,
    used REAL
) STRICT, WITHOUT ROWID;

-- Keys that outlive the process, such as that of tokens.
CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

-- What ran over the whole registry (gc, retention, scrub, import), and what came of it, as JSON.
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    started REAL NOT NULL,
    ended REAL NOT NULL,
    report TEXT NOT NULL
) STRICT;
CREATE INDEX run_by_kind ON run (kind, started);

-- When a tag that came from an upstream was last found to be current.
CREATE TABLE upstream_tag (
    repository TEXT NOT NULL,
    tag TEXT NOT NULL,
    checked REAL NOT NULL,
    PRIMARY KEY (repository, tag)
) STRICT, WITHOUT ROWID;
"""

_SAMPLES = """
-- How full the registry was over time, and what was done since the row before. A row is there where anything had changed; old
-- ones are thinned.
CREATE TABLE usage_sample (
    -- Which quarter of an hour since the epoch.
    slot INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    blob_bytes INTEGER NOT NULL,
    manifest_bytes INTEGER NOT NULL,
    upload_bytes INTEGER NOT NULL,
    repositories INTEGER NOT NULL,
    tags INTEGER NOT NULL,
    pushes INTEGER NOT NULL,
    pulls INTEGER NOT NULL
) STRICT;
"""

MIGRATIONS = (_FIRST, _TOTALS, _COMPLETE, outbox.SCHEMA, browsing.SCHEMA, _SAMPLES)
"""One after the other; a released one is never changed."""
