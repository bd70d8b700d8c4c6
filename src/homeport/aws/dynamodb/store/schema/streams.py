"""Streams and their records."""

from __future__ import annotations

SCRIPT = """
-- A stream outlives being switched off, and its table, until its records are a day old.
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
    closed_ms INTEGER
);

-- seq grows with every record of every stream. images holds the wire's Keys, NewImage and OldImage as one JSON object.
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
CREATE INDEX stream_records_age ON stream_records (created_ms);
"""
