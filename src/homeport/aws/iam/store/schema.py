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
)
