"""The schema of `secretsmanager.db`, as numbered migrations."""

from __future__ import annotations

MIGRATIONS = (
    """
-- Bytes of all secrets and their values, as they count towards the quota.
CREATE TABLE totals (bytes INTEGER NOT NULL);
INSERT INTO totals (bytes) VALUES (0);

-- Times are seconds since the epoch. `deleted_at` is when a deletion was asked for, `ends_at` when it is done.
CREATE TABLE secret (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    suffix TEXT NOT NULL,
    created_at REAL NOT NULL,
    changed_at REAL NOT NULL,
    accessed_at REAL,
    deleted_at REAL,
    ends_at REAL,
    settings TEXT NOT NULL,
    tags TEXT NOT NULL,
    policy TEXT,
    UNIQUE (account, region, name)
);
CREATE INDEX secret_ends ON secret (ends_at) WHERE ends_at IS NOT NULL;

CREATE TABLE version (
    secret INTEGER NOT NULL,
    number INTEGER NOT NULL,
    id TEXT NOT NULL,
    created_at REAL NOT NULL,
    accessed_at REAL,
    key TEXT NOT NULL,
    string TEXT,
    binary BLOB,
    stages TEXT NOT NULL,
    PRIMARY KEY (secret, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX version_id ON version (secret, id);

CREATE TRIGGER version_added AFTER INSERT ON version BEGIN
    UPDATE totals SET bytes = bytes + length(CAST(coalesce(NEW.string, NEW.binary) AS BLOB)) + 128;
END;
CREATE TRIGGER version_gone AFTER DELETE ON version BEGIN
    UPDATE totals SET bytes = bytes - length(CAST(coalesce(OLD.string, OLD.binary) AS BLOB)) - 128;
END;
CREATE TRIGGER secret_added AFTER INSERT ON secret BEGIN
    UPDATE totals SET bytes = bytes + 1024 + length(NEW.settings) + length(NEW.tags);
END;
CREATE TRIGGER secret_changed AFTER UPDATE OF settings, tags, policy ON secret BEGIN
    UPDATE totals SET bytes = bytes
        + length(NEW.settings) + length(NEW.tags) + coalesce(length(NEW.policy), 0)
        - length(OLD.settings) - length(OLD.tags) - coalesce(length(OLD.policy), 0);
END;
CREATE TRIGGER secret_gone AFTER DELETE ON secret BEGIN
    DELETE FROM version WHERE secret = OLD.id;
    UPDATE totals SET bytes = bytes - 1024
        - length(OLD.settings) - length(OLD.tags) - coalesce(length(OLD.policy), 0);
END;
""",
    """
-- Values stand apart, so that labels and times of versions are read without them.
CREATE TABLE value (
    secret INTEGER NOT NULL,
    number INTEGER NOT NULL,
    string TEXT,
    binary BLOB,
    PRIMARY KEY (secret, number)
);
INSERT INTO value (secret, number, string, binary) SELECT secret, number, string, binary FROM version;
DROP TRIGGER version_added;
DROP TRIGGER version_gone;
ALTER TABLE version DROP COLUMN string;
ALTER TABLE version DROP COLUMN binary;
CREATE TRIGGER version_gone AFTER DELETE ON version BEGIN
    DELETE FROM value WHERE secret = OLD.secret AND number = OLD.number;
END;
CREATE TRIGGER value_added AFTER INSERT ON value BEGIN
    UPDATE totals SET bytes = bytes + length(CAST(coalesce(NEW.string, NEW.binary) AS BLOB)) + 128;
END;
CREATE TRIGGER value_gone AFTER DELETE ON value BEGIN
    UPDATE totals SET bytes = bytes - length(CAST(coalesce(OLD.string, OLD.binary) AS BLOB)) - 128;
END;

-- The orders of lists, but for that of names, which is there.
CREATE INDEX secret_in_order ON secret (account, region, id);
CREATE INDEX secret_by_change ON secret (account, region, changed_at, id);
CREATE INDEX secret_by_access ON secret (account, region, coalesce(accessed_at, 0.0), id);
""",
)
