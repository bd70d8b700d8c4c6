"""What time does to streams: shards are closed and get children, records and what held them are forgotten.

Each step is one bounded write that leaves a whole state behind; a process that ends between two is taken up by the next.
"""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import records, streams
from homeport.aws.dynamodb.streams import limits, reading
from homeport.errors import StorageError

PERIOD_S = 300
"""Between two rounds. Readers see no record that is too old, whether it was swept yet or not; the period only says how much more
than a day the store holds, and how much longer than four hours a shard lives."""
STEP = 200
"""Records or shards in one write, so that it does not hold up others."""
STEP_SIZE = 8 * 2**20
"""Bytes of records in one write: what is long is spread over pages that all have to be freed."""


def resume(dynamodb: DynamoDb) -> None:
    """Starts the rounds, the first one now."""
    dynamodb.spawn(_keep(dynamodb))


async def _keep(dynamodb: DynamoDb) -> None:
    while True:
        try:
            await turn(dynamodb)
        except StorageError:
            # The disk is full or failing: requests that write say so to their clients. Trimming makes room, so it is tried again.
            pass
        await dynamodb.clock.sleep(PERIOD_S)


async def turn(dynamodb: DynamoDb) -> None:
    """One round: all that is due now."""
    now_ms, horizon_ms = dynamodb.now_ms(), reading.horizon_ms(dynamodb)
    steps: tuple[Callable[[sqlite3.Connection], bool], ...] = (
        functools.partial(
            streams.roll, opened_until_ms=now_ms - limits.SHARD_MS, now_ms=now_ms, limit=STEP
        ),
        functools.partial(records.trim, created_before_ms=horizon_ms, limit=STEP, size=STEP_SIZE),
        functools.partial(streams.forget, closed_before_ms=horizon_ms, limit=STEP),
    )
    for step in steps:
        while await dynamodb.db.write(step):
            continue
