"""The schema of `logs.db`, as numbered migrations."""

from __future__ import annotations

MIGRATIONS = (
    """
-- Bytes of all events, log groups and streams, as they count towards the quota, and the number of the next event.
CREATE TABLE totals (bytes INTEGER NOT NULL, next_event INTEGER NOT NULL);
INSERT INTO totals (bytes, next_event) VALUES (0, 1);

CREATE TABLE log_group (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    class TEXT NOT NULL,
    retention_days INTEGER,
    kms_key TEXT,
    is_protected INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    tags TEXT NOT NULL,
    UNIQUE (account, region, name)
);
CREATE INDEX log_group_retention ON log_group (retention_days) WHERE retention_days IS NOT NULL;

-- Times are milliseconds since the epoch. A stream without events has last_ingestion = 0; one without a group is to be swept.
CREATE TABLE log_stream (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    log_group INTEGER,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    first_event INTEGER NOT NULL DEFAULT 0,
    last_event INTEGER NOT NULL DEFAULT 0,
    last_ingestion INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    UNIQUE (log_group, name)
);
CREATE INDEX log_stream_last ON log_stream (log_group, last_event, name);
CREATE INDEX log_stream_first ON log_stream (log_group, first_event) WHERE last_ingestion > 0;
CREATE INDEX log_stream_swept ON log_stream (id) WHERE log_group IS NULL;

-- What a log group and a stream take at most, but for their tags.
CREATE TRIGGER log_group_added AFTER INSERT ON log_group BEGIN
    UPDATE totals SET bytes = bytes + 1024 + length(NEW.tags);
END;
CREATE TRIGGER log_group_tagged AFTER UPDATE OF tags ON log_group BEGIN
    UPDATE totals SET bytes = bytes + length(NEW.tags) - length(OLD.tags);
END;
CREATE TRIGGER log_group_gone AFTER DELETE ON log_group BEGIN
    UPDATE totals SET bytes = bytes - 1024 - length(OLD.tags);
END;
CREATE TRIGGER log_stream_added AFTER INSERT ON log_stream BEGIN
    UPDATE totals SET bytes = bytes + 1024;
END;
CREATE TRIGGER log_stream_gone AFTER DELETE ON log_stream BEGIN
    UPDATE totals SET bytes = bytes - 1024;
END;

CREATE TABLE event (
    stream INTEGER NOT NULL,
    timestamp INTEGER NOT NULL,
    id INTEGER NOT NULL,
    ingested_at INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (stream, timestamp, id)
) WITHOUT ROWID;

CREATE TABLE resource_policy (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (account, region, name)
) WITHOUT ROWID;
""",
    """
-- Groups that were deleted; ids are not used again, so their streams are out of reach, and are swept one by one.
CREATE TABLE gone_group (id INTEGER PRIMARY KEY);
""",
)
