"""Sends the records of events to their targets, until these take them."""

from __future__ import annotations

import asyncio
import json
import logging

from homeport.aws.lambda_.invoking import limits
from homeport.aws.lambda_.invoking.events import store
from homeport.aws.lambda_.invoking.events.lanes import Lanes, wait
from homeport.aws.lambda_.invoking.events.store import Record
from homeport.aws.lambda_.invoking.events.targets import Targets
from homeport.aws.protocol.call import AwsError
from homeport.clock import Clock
from homeport.storage.db import Database

logger = logging.getLogger(__name__)


class Deliveries:
    """One lane for each target, so that one which takes nothing keeps nobody else waiting."""

    def __init__(self, db: Database, targets: Targets, clock: Clock) -> None:
        self._db = db
        self._targets = targets
        self._clock = clock
        self.lanes: Lanes[str] = Lanes(clock, self._round)

    def start(self) -> None:
        """Takes up what an earlier process left."""
        for target in store.targets(self._db):
            self.lanes.wake(target)

    async def _round(self, target: str, news: asyncio.Event) -> bool:
        record = store.next_record(self._db, target)
        if record is None:
            return True
        now_ms = int(self._clock.now() * 1000)
        if record.due_ms > now_ms:
            await wait(self._clock, record.due_ms, news)
            return False
        await self._send(record, now_ms)
        return False

    async def _send(self, record: Record, now_ms: int) -> None:
        try:
            await self._targets.send(
                record.target,
                record.body,
                account=record.account,
                region=record.region,
                source_arn=record.source_arn,
                attributes=json.loads(record.attributes) or None,
            )
        except AwsError as wrong:
            if now_ms - record.created_ms < limits.DELIVERY_AGE_S * 1000:
                pause_s = limits.FIRST_BACK_OFF_S * 2 ** min(record.attempts, 16)
                due_ms = now_ms + int(min(pause_s, limits.LAST_BACK_OFF_S) * 1000)
                await self._db.write(
                    lambda connection: store.put_off_record(connection, record, due_ms)
                )
                return
            logger.warning(
                "A record of %s is given up: %s does not take it: %s",
                record.source_arn,
                record.target,
                wrong,
            )
        await self._db.write(lambda connection: store.remove_record(connection, record))
