"""The text of an event.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from homeport.aws.protocol.rest.s3 import HOST_ID

VERSION = "2.5"
"""One for all types since 2.4, same page."""
_BASE_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_encode = json.JSONEncoder(separators=(",", ":")).encode


class Request(NamedTuple):
    """The request that brings events about."""

    id: str
    address: str
    """Of the client, with its port."""
    account: str
    now: float
    """Seconds since the epoch."""


class Place(NamedTuple):
    """The bucket."""

    name: str
    account: str
    region: str


class Thing(NamedTuple):
    """The object, as far as an event of this type tells it."""

    key: str
    size: int | None = None
    etag: str | None = None
    version: str | None = None
    """None for the one of a bucket without versioning."""


def record(
    event: str, configuration: str, request: Request, place: Place, thing: Thing, sequencer: str
) -> str:
    """A message with one record, as AWS sends it. `sequencer` is empty for what is neither a put nor a delete."""
    said: dict[str, Any] = {
        "eventVersion": VERSION,
        "eventSource": "aws:s3",
        "awsRegion": place.region,
        "eventTime": time(request.now),
        "eventName": event,
        # On AWS the unique id of a user or role; access keys have none here, so it is the account, as of its root user.
        "userIdentity": {"principalId": f"AWS:{request.account}"},
        "requestParameters": {"sourceIPAddress": _host(request.address)},
        "responseElements": {"x-amz-request-id": request.id, "x-amz-id-2": HOST_ID},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration,
            "bucket": {
                "name": place.name,
                "ownerIdentity": {"principalId": customer_id(place.account)},
                "arn": arn(place.name),
            },
            "object": _object(thing, sequencer),
        },
    }
    return _encode({"Records": [said]})


def _object(thing: Thing, sequencer: str) -> dict[str, Any]:
    said: dict[str, Any] = {"key": quote_plus(thing.key, safe="/")}
    if thing.size is not None:
        said["size"] = thing.size
    if thing.etag is not None:
        said["eTag"] = thing.etag
    if thing.version is not None:
        said["versionId"] = thing.version
    if sequencer:
        said["sequencer"] = sequencer
    return said


def message_of_test(request: Request, place: Place) -> str:
    """What a new destination gets first.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-enable-disable-notification-intro.html
    """
    said = {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": time(request.now),
        "Bucket": place.name,
        "RequestId": request.id,
        "HostId": HOST_ID,
    }
    return _encode(said)


def sequencer(order: int) -> str:
    """Hexadecimal digits that grow with `order`, in microseconds since the epoch: ten of seconds, eight of their fraction."""
    seconds, fraction = divmod(order, 1_000_000)
    return f"{seconds:010X}{fraction << 12:08X}"


def arn(bucket: str) -> str:
    """The ARN of a bucket."""
    return f"arn:aws:s3:::{bucket}"


def time(now: float) -> str:
    """`1970-01-01T00:00:00.000Z`"""
    moment = datetime.fromtimestamp(now, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


@lru_cache(maxsize=1024)
def customer_id(account: str) -> str:
    """The retail customer of an account: an A and 13 letters and digits, always the same ones."""
    number = int.from_bytes(hashlib.sha256(f"customer of {account}".encode()).digest(), "big")
    letters = []
    for _ in range(13):
        number, digit = divmod(number, 36)
        letters.append(_BASE_36[digit])
    return "A" + "".join(letters)


def _host(address: str) -> str:
    return address.rpartition(":")[0].strip("[]") or "127.0.0.1"
