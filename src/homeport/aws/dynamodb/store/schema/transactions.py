"""What idempotent transactions remember."""

from __future__ import annotations

SCRIPT = """
-- Tokens of transactions that were done, and a digest of their parameters.
CREATE TABLE tokens (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    token TEXT NOT NULL,
    digest BLOB NOT NULL,
    done_ms INTEGER NOT NULL,
    PRIMARY KEY (account, region, token)
) WITHOUT ROWID;
CREATE INDEX tokens_age ON tokens (done_ms);
"""
