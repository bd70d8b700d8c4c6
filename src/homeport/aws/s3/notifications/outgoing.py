"""The events of one request: written in the commit of the change that they tell of, and carried on after it."""

from __future__ import annotations

import json
import sqlite3

from homeport.aws.protocol.call import Call
from homeport.aws.s3.notifications import names, records
from homeport.aws.s3.notifications.records import Thing
from homeport.aws.s3.s3 import S3, Bucket
from homeport.aws.s3.store.records import NULL_VERSION, Version
from homeport.storage.deliveries import outbox

_EMPTY = "d41d8cd98f00b204e9800998ecf8427e"
"""The ETag that events give to delete markers: the digest of nothing."""
TRACE = "x-amzn-trace-id"
"""https://docs.aws.amazon.com/xray/latest/devguide/xray-services-s3.html"""


class Outgoing:
    """Made right before the write, so that a configuration counts from its own commit on."""

    def __init__(self, s3: S3, call: Call, bucket: Bucket) -> None:
        # A body may have taken hours to arrive, since the bucket was looked up.
        self._routes = s3.named(bucket.name).routes
        if not self._routes:
            return
        self._s3 = s3
        self._place = records.Place(bucket.name, bucket.account, bucket.region)
        self._request = request_of(s3, call)
        self._trace = call.request.headers.get(TRACE)
        self._lanes: dict[str, None] = {}

    def created(self, connection: sqlite3.Connection, event: str, saved: Version) -> None:
        """Tells of a new version."""
        if self._routes:
            thing = Thing(saved.key, saved.size, saved.etag, _shown(saved.version))
            self._add(connection, event, thing, is_ordered=True)

    def removed(self, connection: sqlite3.Connection, key: str, version: str | None) -> None:
        """Tells that an object, or a version of it, is gone."""
        if self._routes:
            self._add(
                connection, names.DELETE, Thing(key, version=_shown(version)), is_ordered=True
            )

    def marked(self, connection: sqlite3.Connection, marker: Version) -> None:
        """Tells of a new delete marker."""
        if self._routes:
            thing = Thing(marker.key, etag=_EMPTY, version=_shown(marker.version))
            self._add(connection, names.MARKER, thing, is_ordered=True)

    def tagged(self, connection: sqlite3.Connection, event: str, version: Version) -> None:
        """Tells of other tags."""
        if self._routes:
            thing = Thing(version.key, etag=version.etag, version=_shown(version.version))
            self._add(connection, event, thing, is_ordered=False)

    def _add(
        self, connection: sqlite3.Connection, event: str, thing: Thing, *, is_ordered: bool
    ) -> None:
        taking = [route for route in self._routes if route.takes(event, thing.key)]
        if not taking:
            return
        now_ms = int(self._request.now * 1000)
        sequencer = _next_sequencer(connection, self._request.now) if is_ordered else ""
        for route in taking:
            text = records.record(event, route.id, self._request, self._place, thing, sequencer)
            name = lane(self._place.name, route.arn)
            outbox.add(connection, name, entry(self._place, text, self._trace), now_ms)
            self._lanes[name] = None

    def tell(self) -> None:
        """Has the events carried; to be called after the commit."""
        if self._routes:
            for name in self._lanes:
                self._s3.wake(name)


def request_of(s3: S3, call: Call) -> records.Request:
    """What events say of the request that brings them about."""
    return records.Request(call.request_id, call.request.peer, call.account, s3.clock.now())


def lane(bucket: str, arn: str) -> str:
    """The lane of what one bucket sends to one destination. A name of a bucket has no slash."""
    return f"{bucket}/{arn}"


def entry(place: records.Place, text: str, trace: str | None = None) -> str:
    """What `homeport.aws.delivery` reads: the message, and for whom it is sent."""
    said = {"account": place.account, "region": place.region, "message": text}
    if trace is not None:
        said["trace"] = trace
    return json.dumps(said)


def _shown(version: str | None) -> str | None:
    return None if version == NULL_VERSION else version


def _next_sequencer(connection: sqlite3.Connection, now: float) -> str:
    """Later than all before, also where the clock was set back."""
    ((order,),) = connection.execute(
        "UPDATE event_order SET last = max(last + 1, ?) RETURNING last", (int(now * 1_000_000),)
    ).fetchall()
    return records.sequencer(order)
