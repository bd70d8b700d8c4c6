"""The schema of `ssm.db`, as numbered migrations."""

from __future__ import annotations

MIGRATIONS = (
    """
-- What a SecureString shows to those who ask without decryption is derived from this.
CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
INSERT INTO secret (name, value) VALUES ('sealing', randomblob(32));

-- Bytes of all values, as they count towards the quota.
CREATE TABLE totals (bytes INTEGER NOT NULL);
INSERT INTO totals (bytes) VALUES (0);

-- `path` is the name with a slash in front, whichever way it was written: `x` and `/x` are the same.
CREATE TABLE parameter (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    path TEXT NOT NULL,
    name TEXT NOT NULL,
    current INTEGER NOT NULL,
    is_advanced INTEGER NOT NULL,
    tags TEXT NOT NULL,
    UNIQUE (account, region, path)
);
CREATE INDEX parameter_tier ON parameter (account, region, is_advanced);

CREATE TABLE version (
    parameter INTEGER NOT NULL,
    number INTEGER NOT NULL,
    modified_at REAL NOT NULL,
    type TEXT NOT NULL,
    value TEXT NOT NULL,
    settings TEXT NOT NULL,
    labels TEXT NOT NULL,
    PRIMARY KEY (parameter, number)
) WITHOUT ROWID;

CREATE TRIGGER version_added AFTER INSERT ON version BEGIN
    UPDATE totals SET bytes = bytes + length(CAST(NEW.value AS BLOB)) + length(NEW.settings) + 64;
END;
CREATE TRIGGER version_gone AFTER DELETE ON version BEGIN
    UPDATE totals SET bytes = bytes - length(CAST(OLD.value AS BLOB)) - length(OLD.settings) - 64;
END;
CREATE TRIGGER parameter_gone AFTER DELETE ON parameter BEGIN
    DELETE FROM version WHERE parameter = OLD.id;
END;
""",
)
