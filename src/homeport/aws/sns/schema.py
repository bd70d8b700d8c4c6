"""The schema of `sns.db`, as numbered migrations."""

from __future__ import annotations

from homeport.storage.deliveries import outbox

MIGRATIONS = (
    """
-- The key that signs messages, and its certificate.
CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE topic (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    sequence INTEGER NOT NULL DEFAULT 0,
    settings TEXT NOT NULL,
    tags TEXT NOT NULL,
    protection TEXT,
    UNIQUE (account, region, name)
);

-- Times are milliseconds since the epoch. A deleted subscription is kept while its endpoint may still restore it.
CREATE TABLE subscription (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    topic INTEGER NOT NULL,
    uuid TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    owner TEXT NOT NULL,
    protocol TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    state TEXT NOT NULL,
    is_authenticated INTEGER NOT NULL,
    needs_authentication INTEGER NOT NULL DEFAULT 0,
    token TEXT,
    base TEXT NOT NULL,
    settings TEXT NOT NULL,
    changed_at INTEGER NOT NULL
);
CREATE INDEX subscription_of_topic ON subscription (topic, id);
CREATE INDEX subscription_of_account ON subscription (account, region, id);
CREATE UNIQUE INDEX subscription_endpoint ON subscription (topic, protocol, endpoint) WHERE state <> 'deleted';
CREATE INDEX subscription_token ON subscription (token) WHERE token IS NOT NULL;
CREATE INDEX subscription_fleeting ON subscription (changed_at) WHERE state <> 'confirmed';

-- A message, while deliveries of it are still to be made.
CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    topic_arn TEXT NOT NULL,
    message_id TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    deliveries INTEGER NOT NULL,
    signature_version TEXT NOT NULL,
    sequence TEXT,
    group_name TEXT,
    deduplication_id TEXT,
    subject TEXT,
    attributes TEXT,
    is_structured INTEGER NOT NULL,
    body TEXT NOT NULL
);

CREATE TABLE deduplication (
    topic INTEGER NOT NULL,
    scope TEXT NOT NULL,
    id TEXT NOT NULL,
    until INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    sequence TEXT NOT NULL,
    PRIMARY KEY (topic, scope, id)
) WITHOUT ROWID;
CREATE INDEX deduplication_until ON deduplication (until);

-- Text messages, mails and messages of applications, to be read again.
CREATE TABLE note (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    receiver TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX note_of_kind ON note (kind, id);

CREATE TABLE application (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    platform TEXT NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    UNIQUE (account, region, platform, name)
);
CREATE TABLE endpoint (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    application INTEGER NOT NULL,
    uuid TEXT NOT NULL UNIQUE,
    token TEXT NOT NULL,
    settings TEXT NOT NULL,
    UNIQUE (application, token)
);
CREATE TABLE sms_setting (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (account, region, name)
) WITHOUT ROWID;
CREATE TABLE phone (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (account, region, kind, number)
) WITHOUT ROWID;
"""
    + outbox.SCHEMA,
    "ALTER TABLE message ADD COLUMN trace TEXT;",
)
