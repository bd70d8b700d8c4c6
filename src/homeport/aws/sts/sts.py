"""AWS STS as one object: its database, and who a caller is."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

from homeport.aws.protocol.call import Call
from homeport.aws.signing import access_keys
from homeport.aws.sts import errors, limits, schema, session, store
from homeport.aws.sts.directory import Directory, Nobody
from homeport.aws.sts.session import Identity, Session
from homeport.clock import Clock, Timer
from homeport.errors import HomeportError
from homeport.storage.db import Database
from homeport.storage.quota import Quota, Rows

logger = logging.getLogger(__name__)

SWEEP_AGAIN_S = 60.0
"""How long the removal of what has expired waits where the disk refused it."""


class Sts:
    """The temporary credentials of all accounts. They are removed when they expire."""

    def __init__(self, db: Database, clock: Clock, directory: Directory, quota: Quota) -> None:
        self.db = db
        self.clock = clock
        self.directory = directory
        used = db.read(store.total)
        quota.overdraw(used)
        self._rows = Rows(quota, store.total, used)
        self._timer: Timer | None = None
        self._wakes_at = float("inf")
        self._sweeping: asyncio.Task[None] | None = None

    @classmethod
    def open(
        cls,
        path: Path,
        clock: Clock,
        directory: Directory | None = None,
        quota: Quota | None = None,
    ) -> Sts:
        """Opens the database at `path`. To be called on the running event loop."""
        db = Database(path, schema.MIGRATIONS)
        sts = cls(db, clock, directory or Nobody(), quota or Quota(None))
        sts._arm(sts.db.read(store.next_expiry))
        return sts

    async def close(self) -> None:
        """Lets what was asked for become durable."""
        if self._timer is not None:
            self._timer.cancel()
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.gather(self._sweeping, return_exceptions=True)
        await self.db.close()

    # Credentials

    def session(self, access_key: str) -> Session | None:
        """The session of an access key that was given out here and has not expired."""
        if not access_key.startswith(access_keys.TEMPORARY):
            return None
        now = self.clock.now()
        return self.db.read(lambda connection: store.find(connection, access_key, now))

    def secret_of(self, access_key: str) -> str | None:
        """The secret of an access key that was given out here and has not expired."""
        found = self.session(access_key)
        return None if found is None else found.secret

    async def begin(self, kind: str, identity: Identity, duration_s: float, **more: Any) -> Session:
        """Credentials for somebody, kept until they expire."""
        now = self.clock.now()
        expires_at = int(now + duration_s)

        def work(connection: Any) -> Session:
            store.sweep(connection, now, limits.SWEPT_AT_ONCE)
            if store.count(connection) >= limits.SESSIONS:
                raise errors.THROTTLED()
            while True:
                made = session.new(kind, identity, expires_at)._replace(**more)
                if store.insert(connection, made):
                    self._rows.settle(connection)
                    return made

        made = await self.db.write(work)
        self._arm(made.expires_at)
        return made

    # Callers

    async def caller(self, call: Call) -> Identity:
        """Whom a call is from. Keys that were given out here and hold no longer are refused, all others stand for an account."""
        key = call.access_key
        found = self.session(key)
        if found is not None:
            return found.identity
        account = access_keys.account_of(key)
        if account is None:
            return Identity(call.account, f"arn:aws:iam::{call.account}:root", call.account)
        if key.startswith(access_keys.TEMPORARY):
            raise errors.EXPIRED()
        user = await self.directory.user(key)
        if user is None:
            raise errors.UNKNOWN_KEY()
        return Identity(account, user.arn, user.id)

    # Expiry

    def _arm(self, when: float | None) -> None:
        if when is None or when >= self._wakes_at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._wakes_at = when
        self._timer = self.clock.call_at(when, self._wake)

    def _wake(self) -> None:
        self._timer, self._wakes_at = None, float("inf")
        # A sweep that still goes on looks at its end for what expires next.
        if self._sweeping is None or self._sweeping.done():
            self._sweeping = asyncio.ensure_future(self._sweep())

    async def _sweep(self) -> None:
        now = self.clock.now()

        def work(connection: Any) -> int:
            removed = store.sweep(connection, now, limits.SWEPT_AT_ONCE)
            self._rows.settle(connection)
            return removed

        try:
            while await self.db.write(work):
                pass
        except HomeportError as error:
            logger.warning("Sessions that have expired are still there: %s", error)
            self._arm(now + SWEEP_AGAIN_S)
        else:
            self._arm(self.db.read(store.next_expiry))
