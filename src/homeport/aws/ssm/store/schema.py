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
    """
-- A parameter itself counts towards the quota too, with its name, tags and labels.
UPDATE totals SET bytes = bytes
    + (SELECT coalesce(sum(64 + 2 * length(path) + length(tags)), 0) FROM parameter)
    + (SELECT coalesce(sum(length(labels)), 0) FROM version);

CREATE TRIGGER parameter_added AFTER INSERT ON parameter BEGIN
    UPDATE totals SET bytes = bytes + 64 + 2 * length(NEW.path) + length(NEW.tags);
END;
CREATE TRIGGER parameter_tagged AFTER UPDATE OF tags ON parameter BEGIN
    UPDATE totals SET bytes = bytes + length(NEW.tags) - length(OLD.tags);
END;
CREATE TRIGGER parameter_counted_off AFTER DELETE ON parameter BEGIN
    UPDATE totals SET bytes = bytes - 64 - 2 * length(OLD.path) - length(OLD.tags);
END;
CREATE TRIGGER version_made AFTER INSERT ON version BEGIN
    UPDATE totals SET bytes = bytes + length(NEW.labels);
END;
CREATE TRIGGER version_labelled AFTER UPDATE OF labels ON version BEGIN
    UPDATE totals SET bytes = bytes + length(NEW.labels) - length(OLD.labels);
END;
CREATE TRIGGER version_counted_off AFTER DELETE ON version BEGIN
    UPDATE totals SET bytes = bytes - length(OLD.labels);
END;
""",
)
