"""IAM as one object: its database, and what makes ids. Everything is of an account and of no region."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from homeport.aws.iam import errors
from homeport.aws.iam.engine.entity import USER, Entity
from homeport.aws.iam.store import entities, keys, schema
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import Call, Params
from homeport.aws.signing import access_keys
from homeport.clock import Clock
from homeport.storage.db import Database
from homeport.storage.quota import Quota, Rows

T = TypeVar("T")
_ID_CHARACTERS = string.ascii_uppercase + string.digits


def unique_id(prefix: str) -> str:
    """An id in AWS's form: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids"""
    return prefix + "".join(secrets.choice(_ID_CHARACTERS) for _ in range(17))


class Iam:
    """Roles, users, groups, policies and all else of all accounts. `make_key` makes an access key and its secret for an account."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        make_key: Callable[[str], tuple[str, str]],
        quota: Quota,
        ids: Callable[[str], str] = unique_id,
    ) -> None:
        self.db = db
        used = db.read(entities.total)
        quota.overdraw(used)
        self._rows = Rows(quota, entities.total, used)
        self.clock = clock
        self.make_key = make_key
        self.ids = ids

    @classmethod
    def open(
        cls,
        path: Path,
        clock: Clock,
        make_key: Callable[[str], tuple[str, str]],
        quota: Quota | None = None,
    ) -> Iam:
        """Opens the database at `path`."""
        return cls(Database(path, schema.MIGRATIONS), clock, make_key, quota or Quota(None))

    async def close(self) -> None:
        """Lets what was asked for become durable."""
        await self.db.close()

    def now(self) -> int:
        """Seconds since the epoch: IAM's times have no parts of them."""
        return int(self.clock.now())

    async def write(self, work: Callable[[Connection], T]) -> T:
        """A write: raises `StorageFull`, and undoes it, where the quota has no room for what it adds."""

        def counted(connection: Connection) -> T:
            result = work(connection)
            self._rows.settle(connection)
            return result

        return await self.db.write(counted)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Several reads of one and the same commit."""
        with self.db.snapshot() as connection:
            return work(connection)

    def caller(self, call: Call, connection: Connection) -> Entity | None:
        """The user who calls; None for the account itself. Raises for credentials of a session, or that hold no longer."""
        key = call.access_key
        if key.startswith(access_keys.TEMPORARY):
            raise errors.NO_USER_NAME
        found = keys.find(connection, key)
        if found is None and access_keys.account_of(key) is None:
            return None
        if found is None or found[0].status != "Active":
            raise errors.UNKNOWN_KEY()
        return found[1]

    def user(self, call: Call, params: Params, connection: Connection) -> Entity:
        """The user that a call names, else the one who calls. Raises where there is none."""
        name = params.get("UserName")
        if name is None:
            found = self.caller(call, connection)
            if found is None:
                raise errors.NO_USER_NAME
            return found
        found = entities.find(connection, call.account, USER, name)
        if found is None:
            raise USER.not_found(name)
        return found

    def secret_of(self, access_key: str) -> str | None:
        """The secret of an access key that was given out here and is active."""
        found = self.db.read(lambda connection: keys.find(connection, access_key))
        return found[0].secret if found is not None and found[0].status == "Active" else None
