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
)
