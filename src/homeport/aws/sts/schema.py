"""The schema of `sts.db`, as numbered migrations."""

from __future__ import annotations

MIGRATIONS = (
    """
-- Temporary credentials, until they expire. Times are seconds since the epoch.
CREATE TABLE session (
    access_key TEXT PRIMARY KEY,
    secret TEXT NOT NULL,
    token TEXT NOT NULL,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    arn TEXT NOT NULL,
    user_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    source_identity TEXT,
    transitive_tags TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX session_expires ON session (expires_at);
""",
    """
-- How many sessions there are, which each new one asks, and their bytes as they count towards the quota.
CREATE TABLE totals (sessions INTEGER NOT NULL, bytes INTEGER NOT NULL);
INSERT INTO totals (sessions, bytes)
    SELECT count(*), coalesce(sum(1024 + length(transitive_tags)), 0) FROM session;
CREATE TRIGGER session_added AFTER INSERT ON session BEGIN
    UPDATE totals SET sessions = sessions + 1, bytes = bytes + 1024 + length(NEW.transitive_tags);
END;
CREATE TRIGGER session_gone AFTER DELETE ON session BEGIN
    UPDATE totals SET sessions = sessions - 1, bytes = bytes - 1024 - length(OLD.transitive_tags);
END;
""",
)
