"""What point-in-time recovery remembers, backups, and the work between tables and files."""

from __future__ import annotations

SCRIPT = """
-- Every change of a table under point-in-time recovery: the item before and after it, NULL where there was none.
CREATE TABLE history (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    space INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    pk BLOB NOT NULL,
    sk BLOB NOT NULL,
    before BLOB,
    after BLOB
);
CREATE INDEX history_of ON history (space, changed_ms);
CREATE INDEX history_key ON history (space, pk, sk, seq);

-- file is the content file with the table's items, empty until it is whole. details is JSON: the description, the table.
CREATE TABLE backups (
    arn TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    table_id INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER,
    file TEXT NOT NULL,
    details TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX backups_of ON backups (account, region, arn);
CREATE INDEX backups_creating ON backups (table_id) WHERE status = 'CREATING';
CREATE INDEX backups_file ON backups (file);

-- Restores, exports, imports and bulk writes. file is the content file that one reads from, empty where there is none;
-- position is JSON that says how far it came. One that has not ended is gone on with after a restart.
CREATE TABLE jobs (
    arn TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    table_arn TEXT NOT NULL,
    token TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER,
    file TEXT NOT NULL,
    position TEXT NOT NULL,
    details TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX jobs_of ON jobs (kind, account, region, arn);
CREATE INDEX jobs_token ON jobs (kind, account, region, token);
CREATE INDEX jobs_file ON jobs (file);
CREATE INDEX jobs_age ON jobs (ended_ms);
CREATE INDEX jobs_running ON jobs (kind) WHERE ended_ms IS NULL;
"""
