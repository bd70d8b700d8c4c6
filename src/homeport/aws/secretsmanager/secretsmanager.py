"""Secrets Manager as one object: its database, how secrets are found in it, and the end of those that were deleted."""

from __future__ import annotations

import asyncio
import logging
import random
import secrets as randomness
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from homeport.aws.protocol.call import Call
from homeport.aws.protocol.ids import uuid
from homeport.aws.secretsmanager import errors
from homeport.aws.secretsmanager.engine import names
from homeport.aws.secretsmanager.engine.names import Address
from homeport.aws.secretsmanager.store import schema, secrets
from homeport.aws.secretsmanager.store.secrets import Connection, Query, Secret
from homeport.clock import Clock, Timer
from homeport.errors import HomeportError
from homeport.storage.db import Database
from homeport.storage.quota import Quota, Rows

T = TypeVar("T")
logger = logging.getLogger(__name__)

SWEEP_AGAIN_S = 60.0
"""How long the removal of ended secrets waits where the disk refused it."""


class SecretsManager:
    """The secrets of all accounts and regions. `source` is where passwords and the ends of ARNs come from."""

    def __init__(self, db: Database, clock: Clock, quota: Quota, source: random.Random) -> None:
        self.db = db
        self.clock = clock
        self.source = source
        self.ids = uuid
        used = db.read(secrets.total)
        quota.overdraw(used)
        self._rows = Rows(quota, secrets.total, used)
        self._timer: Timer | None = None
        self._sweeping: asyncio.Task[None] | None = None

    @classmethod
    def open(
        cls,
        path: Path,
        clock: Clock,
        quota: Quota | None = None,
        source: random.Random | None = None,
    ) -> SecretsManager:
        """Opens the database at `path`. To be called on the running event loop."""
        db = Database(path, schema.MIGRATIONS)
        opened = cls(db, clock, quota or Quota(None), source or randomness.SystemRandom())
        opened.arm()
        return opened

    async def close(self) -> None:
        """Lets what was asked for become durable."""
        if self._timer is not None:
            self._timer.cancel()
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.wait([self._sweeping])
        await self.db.close()

    async def write(self, work: Callable[[Connection], T]) -> T:
        """A write: raises `StorageFull`, and undoes it, where the quota has no room for what it adds."""

        def counted(connection: Connection) -> T:
            result = work(connection)
            self._rows.settle(connection)
            return result

        return await self.db.write(counted)

    def now(self) -> float:
        """Seconds since the epoch, with milliseconds as AWS tells them."""
        return round(self.clock.now(), 3)

    # Secrets

    def address(self, call: Call, secret_id: str) -> Address:
        """What a `SecretId` of a call says."""
        return names.address(secret_id, call.account, call.region)

    def find(self, query: Query, address: Address) -> Secret | None:
        """The secret at an address, also where it is to be deleted; None where there is none, or no longer."""
        found = secrets.find(query, *address[:3])
        if found is None or (address.suffix and found.suffix != address.suffix):
            return None
        has_ended = found.ends_at is not None and found.ends_at <= self.clock.now()
        return None if has_ended else found

    def described(self, query: Query, address: Address) -> Secret:
        """The secret at an address, also where it is to be deleted; raises where there is none."""
        found = self.find(query, address)
        if found is None:
            raise errors.NOT_FOUND()
        return found

    def usable(self, query: Query, address: Address) -> Secret:
        """The secret at an address; raises where there is none, or where it is to be deleted."""
        found = self.described(query, address)
        if found.deleted_at is not None:
            raise errors.MARKED()
        return found

    def new_suffix(self) -> str:
        """Six random characters for an ARN."""
        return "".join(self.source.choice(names.SUFFIX_CHARACTERS) for _ in range(6))

    # The end of deleted secrets

    def arm(self) -> None:
        """Sets the timer for the next secret whose time to be restored ends."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        end = secrets.next_end(self.db.query)
        if end is not None:
            self._timer = self.clock.call_at(end, self._sweep)

    def _sweep(self) -> None:
        self._timer = None
        if self._sweeping is None:
            self._sweeping = asyncio.ensure_future(self._remove_ended())

    async def _remove_ended(self) -> None:
        try:
            while await self.write(lambda connection: secrets.ended(connection, self.clock.now())):
                pass
        except HomeportError as error:
            logger.warning("Secrets at the end of their recovery window are still there: %s", error)
            self._timer = self.clock.call_at(self.clock.now() + SWEEP_AGAIN_S, self._sweep)
        else:
            self.arm()
        finally:
            self._sweeping = None
