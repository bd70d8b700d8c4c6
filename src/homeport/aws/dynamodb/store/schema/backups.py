"""What point-in-time recovery remembers."""

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
"""
