"""The schema of `sqs.db`, as numbered migrations."""

from __future__ import annotations

MIGRATIONS = (
    """
-- Seals receipt handles.
CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
INSERT INTO secret (name, value) VALUES ('receipts', randomblob(32));

-- The messages of a queue are in a partition. A purge gives the queue a new one; rows here without a queue are to be swept.
CREATE TABLE partition (id INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER);
CREATE INDEX partition_swept ON partition (id) WHERE queue IS NULL;

CREATE TABLE queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    partition INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    purged_at INTEGER NOT NULL DEFAULT 0,
    retention_ms INTEGER NOT NULL,
    dead_letter_arn TEXT,
    settings TEXT NOT NULL,
    tags TEXT NOT NULL,
    UNIQUE (account, region, name)
);
CREATE INDEX queue_dead_letter ON queue (dead_letter_arn, name) WHERE dead_letter_arn IS NOT NULL;

-- Times are milliseconds since the epoch. A message can be received from visible_at on, whether that lies in the future because
-- of a delay (receives = 0) or because it is in flight.
CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    partition INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    receives INTEGER NOT NULL DEFAULT 0,
    earlier_receives INTEGER NOT NULL DEFAULT 0,
    group_row INTEGER,
    sent_at INTEGER NOT NULL,
    received_at INTEGER,
    first_received_at INTEGER,
    message_id TEXT NOT NULL,
    md5 TEXT NOT NULL,
    sender TEXT NOT NULL,
    group_name TEXT,
    deduplication_id TEXT,
    trace TEXT,
    source_arn TEXT,
    attributes TEXT,
    body TEXT
);
CREATE INDEX message_visible ON message (partition, visible_at, receives);
CREATE INDEX message_sent ON message (partition, sent_at);
CREATE INDEX message_in_group ON message (group_row, id) WHERE group_row IS NOT NULL;

-- Large bodies stand apart, so that a change of visibility does not write them again.
CREATE TABLE large_body (message INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TRIGGER message_deleted AFTER DELETE ON message WHEN OLD.body IS NULL BEGIN
    DELETE FROM large_body WHERE message = OLD.id;
END;

-- Groups of FIFO queues that have messages. The next ones can be received from available_at on.
CREATE TABLE message_group (
    id INTEGER PRIMARY KEY,
    partition INTEGER NOT NULL,
    name TEXT NOT NULL,
    available_at INTEGER NOT NULL,
    UNIQUE (partition, name)
);
CREATE INDEX message_group_available ON message_group (partition, available_at);

CREATE TABLE deduplication (
    queue INTEGER NOT NULL,
    scope TEXT NOT NULL,
    id TEXT NOT NULL,
    until INTEGER NOT NULL,
    message INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    PRIMARY KEY (queue, scope, id)
) WITHOUT ROWID;
CREATE INDEX deduplication_until ON deduplication (until);

CREATE TABLE receive_attempt (
    partition INTEGER NOT NULL,
    id TEXT NOT NULL,
    until INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    messages TEXT NOT NULL,
    PRIMARY KEY (partition, id)
) WITHOUT ROWID;
CREATE INDEX receive_attempt_until ON receive_attempt (until);

CREATE TABLE move_task (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    handle TEXT NOT NULL UNIQUE,
    source_arn TEXT NOT NULL,
    destination_arn TEXT,
    rate INTEGER,
    status TEXT NOT NULL,
    moved INTEGER NOT NULL DEFAULT 0,
    to_move INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    failure TEXT
);
CREATE INDEX move_task_source ON move_task (source_arn, id);
""",
    """
-- A text that many messages have in common; the body of such a message is the part between start and finish. It goes with the last of
-- them. The counts stand apart, so that a large text is not read for each message that is deleted.
ALTER TABLE message ADD COLUMN shared INTEGER;
CREATE TABLE shared_text (
    id INTEGER PRIMARY KEY,
    sender TEXT NOT NULL,
    group_name TEXT,
    trace TEXT,
    attributes TEXT,
    start TEXT NOT NULL,
    finish TEXT NOT NULL
);
CREATE TABLE shared_use (id INTEGER PRIMARY KEY, messages INTEGER NOT NULL);
CREATE TRIGGER message_of_shared_deleted AFTER DELETE ON message WHEN OLD.shared IS NOT NULL BEGIN
    UPDATE shared_use SET messages = messages - 1 WHERE id = OLD.shared;
    DELETE FROM shared_text WHERE id = (SELECT id FROM shared_use WHERE id = OLD.shared AND messages = 0);
    DELETE FROM shared_use WHERE id = OLD.shared AND messages = 0;
END;
""",
)
