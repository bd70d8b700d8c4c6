"""What idempotent transactions remember."""

from __future__ import annotations

SCRIPT = """
-- Tokens of transactions that were done, a digest of their actions, and the size in bytes that each action counted for (JSON).
CREATE TABLE tokens (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    token TEXT NOT NULL,
    digest BLOB NOT NULL,
    sizes TEXT NOT NULL,
    done_ms INTEGER NOT NULL,
    PRIMARY KEY (account, region, token)
) WITHOUT ROWID;
CREATE INDEX tokens_age ON tokens (done_ms);
"""
