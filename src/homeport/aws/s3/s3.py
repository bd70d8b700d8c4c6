"""What all operations share: the database, the content files, the clock, and the buckets that were looked up."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from homeport.aws.protocol.call import Call, Params
from homeport.aws.s3 import errors, schema
from homeport.aws.s3.notifications import routes
from homeport.aws.s3.notifications.destinations import Destinations
from homeport.aws.s3.notifications.routes import Route
from homeport.aws.s3.rules import acl, cors, names
from homeport.aws.s3.store import bodies
from homeport.aws.s3.store import buckets as bucket_store
from homeport.aws.s3.store.counted import Counted
from homeport.clock import Clock
from homeport.storage.content import Content
from homeport.storage.db import Database
from homeport.storage.quota import Quota

Ids = Callable[[], str]
"""Gives another 32 random hexadecimal digits each time."""

CACHED_BUCKETS = 4096
"""Buckets that are remembered; above it all are looked up anew."""


class Bucket(NamedTuple):
    """A bucket as it was at the last commit."""

    id: int
    name: str
    account: str
    region: str
    created: int
    versioning: str
    settings: dict[str, str]
    """By kind: JSON, a bare word, or empty where the setting was taken away and has no default."""
    cors: tuple[cors.Rule, ...]
    routes: tuple[Route, ...]
    """Where its events go."""

    @property
    def ownership(self) -> str:
        """Who owns objects that others write, and so whether there are ACLs."""
        kept = self.settings.get("ownership")
        return acl.ENFORCED if kept is None else kept or acl.WRITER

    def setting(self, kind: str) -> Any:
        """What is set of one kind, None where nothing is."""
        value = self.settings.get(kind)
        return None if value is None else json.loads(value)


class S3:
    """One Amazon S3: its folder holds `s3.db` and the content files in `s3/`."""

    def __init__(self, db: Database, content: Content, clock: Clock, ids: Ids) -> None:
        self.db = db
        self.content = content
        self.clock = clock
        self.ids = ids
        self.wake: Callable[[str], None] = _nobody
        """Called after a commit that added events to a lane of the outbox; set by what carries them."""
        self.destinations: Destinations | None = None
        """What is asked about the destinations of a configuration; where there is nothing, none is checked."""
        self._buckets: dict[str, Bucket] = {}

    @classmethod
    def open(cls, folder: Path, clock: Clock, ids: Ids, quota: Quota | None = None) -> S3:
        """Opens what the folder holds, or begins it. `ids` gives another 32 random hexadecimal digits at each call."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "s3.db"
        db = (
            Database(path, schema.MIGRATIONS)
            if quota is None
            else Counted(path, schema.MIGRATIONS, quota)
        )
        return cls(db, Content(folder / "s3", quota=quota), clock, ids)

    async def close(self) -> None:
        """Lets what was asked for become durable, then closes."""
        await self.db.close()

    async def recover(self) -> None:
        """Removes content files that no commit names: what an interrupted upload left. Safe beside running requests."""
        await self.db.scan(self._sweep)

    def _sweep(self, connection: sqlite3.Connection) -> None:
        self.content.sweep(lambda files: bodies.named(connection, files), lambda _: set())

    def now(self) -> int:
        """Whole seconds since the epoch: S3 keeps no fractions of one."""
        return int(self.clock.now())

    # Buckets

    def bucket(self, call: Call, params: Params) -> Bucket:
        """The bucket that a call names. Raises `NoSuchBucket`, and `AccessDenied` for another account's."""
        bucket = self.named(params["Bucket"])
        expected = params.get("ExpectedBucketOwner")
        if bucket.account != call.account or (expected is not None and expected != bucket.account):
            raise errors.ACCESS_DENIED()
        return bucket

    def named(self, name: str) -> Bucket:
        """The bucket of this name, whose ever it is. Raises `NoSuchBucket`."""
        return self._buckets.get(name) or self._load(name)

    def _load(self, name: str) -> Bucket:
        row = bucket_store.find(self.db, name)
        if row is None:
            names.check_lookup(name)
            raise errors.NO_SUCH_BUCKET(BucketName=name)
        settings = bucket_store.settings(self.db, row.id)
        bucket = Bucket(
            *row,
            settings,
            cors.compile_rules(settings.get("cors")),
            routes.compile_routes(settings.get("notification")),
        )
        if len(self._buckets) >= CACHED_BUCKETS:
            self._buckets.clear()
        self._buckets[name] = bucket
        return bucket

    def forget(self, name: str) -> None:
        """Looks the bucket up again next time; to be called after every commit that changes one."""
        self._buckets.pop(name, None)

    # Content files

    async def release(self, files: Iterable[str]) -> None:
        """Deletes content files that a commit has forgotten."""
        gone = list(files)
        if gone:
            await self.content.delete(gone)


def _nobody(_: str) -> None:
    """Events wait in the outbox while nothing carries them."""


@lru_cache(maxsize=1024)
def owner_id(account: str) -> str:
    """The canonical user of an account: 64 hexadecimal digits, always the same ones.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/finding-canonical-user-id.html
    """
    return hashlib.sha256(f"canonical user of {account}".encode()).hexdigest()


def owner(account: str) -> dict[str, str]:
    """An `Owner` member. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Owner.html"""
    return {"ID": owner_id(account)}
