"""The tables of s3.db.

A key's live current version stands in `objects`, clustered by key, so that a listing reads neighbours and GetObject finds
everything by one key. Versions that are not current, and every delete marker, stand in `versions`. A key whose newest version is a
marker has no row in `objects`. Small bodies are in `bodies`, apart from the rows, so that pages of a listing stay dense;
larger ones are `segments` of content files. A file may be named by several segments (a copy names it again); it is
forgotten with the last one.
"""

from __future__ import annotations

from homeport.storage.deliveries import outbox

_VERSION_COLUMNS = """
    bucket INTEGER NOT NULL,
    key TEXT NOT NULL,
    seq INTEGER NOT NULL,
    version TEXT NOT NULL,
    is_marker INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    storage_class TEXT NOT NULL,
    checksum TEXT NOT NULL,
    parts INTEGER NOT NULL,
    head TEXT NOT NULL,
    tags TEXT NOT NULL,
    body INTEGER NOT NULL"""

MIGRATIONS = (
    f"""
CREATE TABLE buckets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    created INTEGER NOT NULL,
    versioning TEXT NOT NULL
) STRICT;
CREATE INDEX buckets_by_account ON buckets (account, name);

CREATE TABLE bucket_settings (
    bucket INTEGER NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (bucket, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE objects ({_VERSION_COLUMNS},
    PRIMARY KEY (bucket, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE versions ({_VERSION_COLUMNS},
    PRIMARY KEY (bucket, key, seq DESC)
) STRICT, WITHOUT ROWID;
CREATE INDEX versions_null ON versions (bucket, key) WHERE version = 'null';

CREATE TABLE bodies (
    id INTEGER PRIMARY KEY,
    data BLOB
) STRICT;

CREATE TABLE segments (
    body INTEGER NOT NULL,
    at INTEGER NOT NULL,
    file TEXT NOT NULL,
    start INTEGER NOT NULL,
    length INTEGER NOT NULL,
    PRIMARY KEY (body, at)
) STRICT, WITHOUT ROWID;
CREATE INDEX segments_by_file ON segments (file);

CREATE TABLE object_parts (
    body INTEGER NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    size INTEGER NOT NULL,
    checksum TEXT NOT NULL,
    PRIMARY KEY (body, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE uploads (
    bucket INTEGER NOT NULL,
    key TEXT NOT NULL,
    id TEXT NOT NULL,
    initiated INTEGER NOT NULL,
    storage_class TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    checksum_type TEXT NOT NULL,
    head TEXT NOT NULL,
    tags TEXT NOT NULL,
    PRIMARY KEY (bucket, key, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE upload_parts (
    upload TEXT NOT NULL,
    number INTEGER NOT NULL,
    body INTEGER NOT NULL,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    modified INTEGER NOT NULL,
    checksum TEXT NOT NULL,
    PRIMARY KEY (upload, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE completed_uploads (
    id TEXT PRIMARY KEY,
    bucket INTEGER NOT NULL,
    key TEXT NOT NULL,
    completed INTEGER NOT NULL,
    parts TEXT NOT NULL,
    members TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX completed_by_time ON completed_uploads (completed);
""",
    """
-- Content files that segments name, with the size on disk: what is left of a file's segments need not be all of it. A file is named
-- first by a segment that is the whole of it.
CREATE TABLE files (file TEXT PRIMARY KEY, size INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO files SELECT file, max(start + length) FROM segments GROUP BY file;

-- Bytes of content files, and of small bodies: one row. A sum over a million rows would take a start half a second.
CREATE TABLE totals (files INTEGER NOT NULL, inline INTEGER NOT NULL) STRICT;
INSERT INTO totals SELECT
    (SELECT coalesce(sum(size), 0) FROM files),
    (SELECT coalesce(sum(length(data)), 0) FROM bodies);

CREATE TRIGGER segment_added AFTER INSERT ON segments BEGIN
    INSERT OR IGNORE INTO files (file, size) VALUES (NEW.file, NEW.start + NEW.length);
END;
CREATE TRIGGER segment_removed AFTER DELETE ON segments
WHEN NOT EXISTS (SELECT 1 FROM segments WHERE file = OLD.file) BEGIN
    DELETE FROM files WHERE file = OLD.file;
END;
CREATE TRIGGER file_added AFTER INSERT ON files BEGIN
    UPDATE totals SET files = files + NEW.size;
END;
CREATE TRIGGER file_removed AFTER DELETE ON files BEGIN
    UPDATE totals SET files = files - OLD.size;
END;
CREATE TRIGGER body_added AFTER INSERT ON bodies WHEN NEW.data IS NOT NULL BEGIN
    UPDATE totals SET inline = inline + length(NEW.data);
END;
CREATE TRIGGER body_removed AFTER DELETE ON bodies WHEN OLD.data IS NOT NULL BEGIN
    UPDATE totals SET inline = inline - length(OLD.data);
END;
""",
    outbox.SCHEMA
    + """
-- One row. Orders the puts and deletes that events tell of: microseconds since the epoch, each more than the last.
CREATE TABLE event_order (last INTEGER NOT NULL) STRICT;
INSERT INTO event_order VALUES (0);
""",
)
