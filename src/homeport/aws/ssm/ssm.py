"""Parameter Store as one object: its database, and how parameters are found in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from homeport.aws.protocol.call import Call
from homeport.aws.ssm import errors, limits
from homeport.aws.ssm.engine import names
from homeport.aws.ssm.engine.names import Address
from homeport.aws.ssm.engine.sealing import Sealing
from homeport.aws.ssm.store import parameters, schema
from homeport.aws.ssm.store.parameters import Connection, Found, Parameter, Query, Version
from homeport.clock import Clock
from homeport.storage.db import Database
from homeport.storage.quota import Quota, Rows

T = TypeVar("T")


class Ssm:
    """The parameters of all accounts and regions."""

    def __init__(self, db: Database, clock: Clock, quota: Quota) -> None:
        self.db = db
        self.clock = clock
        used = db.read(parameters.total)
        quota.overdraw(used)
        self._rows = Rows(quota, parameters.total, used)
        self.sealing = Sealing(parameters.secret(db.query))
        self.patterns = asyncio.Semaphore(limits.PATTERNS)
        """For allowed patterns, each of which is tried in a process of its own."""

    @classmethod
    def open(cls, path: Path, clock: Clock, quota: Quota | None = None) -> Ssm:
        """Opens the database at `path`."""
        return cls(Database(path, schema.MIGRATIONS), clock, quota or Quota(None))

    async def close(self) -> None:
        """Lets what was asked for become durable."""
        await self.db.close()

    async def write(self, work: Callable[[Connection], T]) -> T:
        """A write: raises `StorageFull`, and undoes it, where the quota has no room for what it adds."""

        def counted(connection: Connection) -> T:
            result = work(connection)
            self._rows.settle(connection)
            return result

        return await self.db.write(counted)

    def find(self, call: Call, text: str) -> Found | None:
        """What a name or an ARN, with or without a version or label, leads to; None for a parameter that is not there.

        Raises for a name that is none, and for a version that is not there.
        """
        address = names.address(text, call.account, call.region)
        parameter = parameters.find(self.db.query, *address[:3])
        if parameter is None:
            return None
        return Found(parameter, chosen(self.db.query, parameter, address.selector))


def existing(query: Query, address: Address, text: str) -> Parameter:
    """The parameter at an address; raises where there is none."""
    parameter = parameters.find(query, *address[:3])
    if parameter is None:
        raise errors.not_found(text)
    return parameter


def chosen(query: Query, parameter: Parameter, selector: str) -> Version:
    """The version that `:3` or `:label` says, or the newest. How AWS misses a label is not recorded."""
    text = selector.removeprefix(":")
    number = int(text) if text.isdecimal() and len(text) < 19 else None
    found = None
    if not text:
        found = parameters.version(query, parameter.id, parameter.current)
    elif number is not None:
        found = parameters.version(query, parameter.id, number)
    else:
        labelled = (
            each for each in parameters.versions(query, parameter.id) if text in each.labels
        )
        found = next(labelled, None)
    if found is None:
        raise errors.version_not_found(text, parameter.name)
    return found
