"""Streams, their shards and their records."""

from __future__ import annotations

SCRIPT = """
-- A stream outlives being switched off, and its table, until its records are a day old. key_schema is the wire's JSON.
-- trimmed is the last sequence number of it whose record is gone.
CREATE TABLE streams (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    table_id INTEGER NOT NULL,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    table_name TEXT NOT NULL,
    label TEXT NOT NULL,
    view TEXT NOT NULL,
    key_schema TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    closed_ms INTEGER,
    trimmed INTEGER NOT NULL DEFAULT 0,
    UNIQUE (account, region, table_name, label)
);

-- One shard of a stream is open at a time. It holds the stream's records whose numbers are between first and last; neither of the
-- two is the number of a record.
CREATE TABLE shards (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stream INTEGER NOT NULL,
    name TEXT NOT NULL,
    parent TEXT,
    first INTEGER NOT NULL,
    last INTEGER,
    opened_ms INTEGER NOT NULL,
    closed_ms INTEGER
);
CREATE INDEX shards_of ON shards (stream, id);
CREATE INDEX shards_open ON shards (opened_ms) WHERE last IS NULL;
CREATE INDEX shards_closed ON shards (closed_ms) WHERE last IS NOT NULL;

-- seq grows with every record of every stream, so their age does, too. images holds the wire's Keys, NewImage and OldImage as
-- one JSON object.
CREATE TABLE stream_records (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    stream INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    event TEXT NOT NULL,
    is_by_service INTEGER NOT NULL,
    size INTEGER NOT NULL,
    images BLOB NOT NULL
);
CREATE INDEX stream_records_of ON stream_records (stream, seq);

-- Shards take numbers from the same row: https://www.sqlite.org/autoinc.html
INSERT INTO sqlite_sequence (name, seq) VALUES ('stream_records', 0);
"""
