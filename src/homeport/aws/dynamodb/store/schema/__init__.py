"""The schema of `dynamodb.db`, as numbered migrations, by subject."""

from __future__ import annotations

from homeport.aws.dynamodb.store.schema import backups, core, streams, transactions

MIGRATIONS = (core.SCRIPT, streams.SCRIPT, backups.SCRIPT, transactions.SCRIPT)
