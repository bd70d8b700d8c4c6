"""The tables of asynchronous events: a part of the migrations of `lambda.db`."""

from __future__ import annotations

SCHEMA = """
-- Events that were accepted and whose function has still to run. Times are milliseconds since the epoch.
CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    function TEXT NOT NULL,
    qualifier TEXT NOT NULL,
    request_id TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    trace TEXT NOT NULL,
    client_context TEXT NOT NULL,
    payload BLOB NOT NULL
) STRICT;
CREATE INDEX event_by_function ON event (account, region, function, due_ms, id);

-- Records of events that have ended, on the way to a destination or a dead-letter queue.
CREATE TABLE event_record (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    target TEXT NOT NULL,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    source_arn TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    attributes TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX event_record_by_target ON event_record (target, due_ms, id);
"""
