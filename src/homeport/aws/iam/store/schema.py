"""The schema of `iam.db`, as numbered migrations."""

from __future__ import annotations

MIGRATIONS = (
    """
-- Roles, users, groups, managed policies, instance profiles, OpenID Connect providers. Names are told apart without regard to case.
CREATE TABLE entity (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    name_key TEXT NOT NULL,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    settings TEXT NOT NULL,
    tags TEXT NOT NULL,
    boundary TEXT,
    UNIQUE (account, kind, name_key)
);
CREATE UNIQUE INDEX entity_id ON entity (id) WHERE id <> '';
CREATE INDEX entity_boundary ON entity (account, boundary, name_key) WHERE boundary IS NOT NULL;

CREATE TABLE policy_version (
    policy INTEGER NOT NULL REFERENCES entity (number),
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (policy, version)
) WITHOUT ROWID;

CREATE TABLE inline_policy (
    holder INTEGER NOT NULL REFERENCES entity (number),
    name_key TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (holder, name_key)
) WITHOUT ROWID;

CREATE TABLE attachment (
    holder INTEGER NOT NULL REFERENCES entity (number),
    arn TEXT NOT NULL,
    account TEXT NOT NULL,
    PRIMARY KEY (holder, arn)
) WITHOUT ROWID;
CREATE INDEX attachment_arn ON attachment (account, arn);

-- A user in a group, a role in an instance profile.
CREATE TABLE membership (
    container INTEGER NOT NULL REFERENCES entity (number),
    member INTEGER NOT NULL REFERENCES entity (number),
    PRIMARY KEY (container, member)
) WITHOUT ROWID;
CREATE INDEX membership_member ON membership (member);

CREATE TABLE access_key (
    id TEXT PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES entity (number),
    secret TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX access_key_user ON access_key (user, created_at);

CREATE TABLE account_setting (
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (account, name)
) WITHOUT ROWID;

CREATE TABLE deletion_task (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    UNIQUE (account, id)
);
""",
    """
-- Bytes of things and policies, as they count towards the quota; what else there is of a thing is few and short.
CREATE TABLE totals (bytes INTEGER NOT NULL);
INSERT INTO totals (bytes) VALUES (
    (SELECT coalesce(sum(1024 + length(settings) + length(tags)), 0) FROM entity)
    + (SELECT coalesce(sum(128 + length(document)), 0) FROM policy_version)
    + (SELECT coalesce(sum(128 + length(document)), 0) FROM inline_policy)
);
CREATE TRIGGER entity_added AFTER INSERT ON entity BEGIN
    UPDATE totals SET bytes = bytes + 1024 + length(NEW.settings) + length(NEW.tags);
END;
CREATE TRIGGER entity_changed AFTER UPDATE OF settings, tags ON entity BEGIN
    UPDATE totals SET bytes = bytes + length(NEW.settings) + length(NEW.tags) - length(OLD.settings) - length(OLD.tags);
END;
CREATE TRIGGER entity_gone AFTER DELETE ON entity BEGIN
    UPDATE totals SET bytes = bytes - 1024 - length(OLD.settings) - length(OLD.tags);
END;
CREATE TRIGGER policy_version_added AFTER INSERT ON policy_version BEGIN
    UPDATE totals SET bytes = bytes + 128 + length(NEW.document);
END;
CREATE TRIGGER policy_version_gone AFTER DELETE ON policy_version BEGIN
    UPDATE totals SET bytes = bytes - 128 - length(OLD.document);
END;
CREATE TRIGGER inline_policy_added AFTER INSERT ON inline_policy BEGIN
    UPDATE totals SET bytes = bytes + 128 + length(NEW.document);
END;
CREATE TRIGGER inline_policy_gone AFTER DELETE ON inline_policy BEGIN
    UPDATE totals SET bytes = bytes - 128 - length(OLD.document);
END;
CREATE TRIGGER inline_policy_changed AFTER UPDATE OF document ON inline_policy BEGIN
    UPDATE totals SET bytes = bytes + length(NEW.document) - length(OLD.document);
END;
""",
)
