"""Amazon SNS as one object: its database, what it holds in memory, and whom it tells of deliveries to make."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from homeport.aws.protocol.call import Call
from homeport.aws.protocol.ids import uuid
from homeport.aws.sns import errors, limits, schema
from homeport.aws.sns.engine import arns
from homeport.aws.sns.engine.arns import Address
from homeport.aws.sns.engine.audience import Audience
from homeport.aws.sns.engine.model import Subscription, Topic
from homeport.aws.sns.signing.key import Signing
from homeport.aws.sns.store import subscriptions, topics
from homeport.aws.sns.store.topics import Connection
from homeport.clock import Clock
from homeport.edge import http
from homeport.storage.db import Database

T = TypeVar("T")
Wake = Callable[[str], None]
"""Tells whoever carries the outbox of entries in a lane."""

_HOST = re.compile(r"[A-Za-z0-9.\-_]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")


class Sns:
    """The topics of all accounts and regions. All state is in the database; caches here can be dropped at any time."""

    def __init__(self, db: Database, clock: Clock, ids: Callable[[], str]) -> None:
        self.db = db
        self.clock = clock
        self.ids = ids
        self.signing = Signing(db, clock)
        self.wake: Wake = _nobody
        self._topics: dict[Address, Topic] = {}
        self._audiences: dict[int, Audience] = {}

    @classmethod
    def open(cls, path: Path, clock: Clock, ids: Callable[[], str] = uuid) -> Sns:
        """Opens the database at `path`. `ids` makes random UUIDs."""
        return cls(Database(path, schema.MIGRATIONS), clock, ids)

    async def close(self) -> None:
        """Lets what was asked for become durable."""
        await self.signing.close()
        await self.db.close()

    def now(self) -> int:
        """Milliseconds since the epoch."""
        return int(self.clock.now() * 1000)

    async def write(self, work: Callable[[Connection], T], then: Callable[[T], None]) -> T:
        """Writes, then calls `then` with what came of it. Neither is left out where the client goes away meanwhile."""
        return await asyncio.shield(asyncio.ensure_future(self._write(work, then)))

    async def _write(self, work: Callable[[Connection], T], then: Callable[[T], None]) -> T:
        result = await self.db.write(work)
        then(result)
        return result

    # Topics

    def find(self, address: Address) -> Topic | None:
        """The topic at an address."""
        topic = self._topics.get(address)
        if topic is None and "".join(address).isascii():
            topic = topics.find(self.db.query, address)
            if topic is not None:
                if len(self._topics) >= limits.CACHED:
                    self._topics.clear()
                self._topics[address] = topic
        return topic

    def topic(self, call: Call, arn: str, parameter: str = "TopicArn") -> Topic:
        """The topic that a call names; raises where there is none."""
        topic = self.find(arns.topic(arn, call.region, parameter))
        if topic is None:
            raise errors.NOT_FOUND()
        return topic

    async def change_topic(self, topic: Topic, change: Callable[[Topic], dict[str, Any]]) -> None:
        """Replaces fields of a topic by what `change` makes of it as it is, in one write."""
        address = Address(topic.account, topic.region, topic.name)

        def work(connection: Connection) -> None:
            before = topics.find(topics.reader(connection), address)
            if before is None or before.id != topic.id:
                raise errors.NOT_FOUND()
            topics.save(connection, dataclasses.replace(before, **change(before)))

        await self.write(work, lambda _: self.forget(topic))

    def forget(self, topic: Topic) -> None:
        """Drops what is held of a topic, as it has changed."""
        self._topics.pop(Address(topic.account, topic.region, topic.name), None)
        self._audiences.pop(topic.id, None)

    # Subscriptions

    def subscribers(self, topic: int) -> Audience:
        """Who gets what is published to a topic."""
        audience = self._audiences.get(topic)
        if audience is None:
            if len(self._audiences) >= limits.CACHED:
                self._audiences.clear()
            audience = Audience(subscriptions.confirmed(self.db.query, topic))
            self._audiences[topic] = audience
        return audience

    def forget_audience(self, topic: int) -> None:
        """Drops what is held of the subscriptions of a topic."""
        self._audiences.pop(topic, None)

    def subscription(self, arn: str) -> Subscription:
        """The subscription of an ARN; raises where there is none."""
        address = arns.subscription(arn)
        found = subscriptions.by_uuid(self.db.query, address.uuid) if arn.isascii() else None
        if found is None or found.arn != arn:
            raise errors.NO_SUBSCRIPTION()
        return found


def _nobody(_: str) -> None:
    """Nothing carries the outbox: what is in it waits for the next start."""


def base(request: http.Request) -> str:
    """Scheme and host by which a client has reached us, for links that it, or a subscriber, follows."""
    host = request.headers.get("host", "")
    return f"{request.scheme}://{host if _HOST.fullmatch(host) else 'localhost'}"
