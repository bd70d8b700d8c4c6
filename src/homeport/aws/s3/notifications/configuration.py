"""PutBucketNotificationConfiguration and GetBucketNotificationConfiguration.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html

The deprecated PutBucketNotification and GetBucketNotification are the same requests on the wire.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from base64 import b64encode
from typing import Any
from uuid import UUID

from homeport.aws.protocol.call import Call, Params
from homeport.aws.s3 import errors
from homeport.aws.s3.buckets import settings
from homeport.aws.s3.notifications import outgoing, records, rules
from homeport.aws.s3.notifications.destinations import Asker
from homeport.aws.s3.s3 import S3, Bucket
from homeport.aws.s3.store import buckets
from homeport.storage.deliveries import outbox

KIND = "notification"
TESTED = ("sns", "sqs")
"""Destinations that get a test message; of functions only the permission is looked at, on the page above."""


def get_bucket_notification_configuration(s3: S3, call: Call, params: Params) -> Params:
    """The configuration; empty where there is none."""
    return s3.bucket(call, params).setting(KIND) or {}


async def put_bucket_notification_configuration(s3: S3, call: Call, params: Params) -> Params:
    """Replaces the configuration; its queues and topics get a test message."""
    bucket = s3.bucket(call, params)
    kept = rules.read(params["NotificationConfiguration"], bucket.region, lambda: _new_id(s3))
    tests: list[tuple[str, str]] = []
    if not params.get("SkipDestinationValidation"):
        await _check_destinations(s3, bucket, kept)
        tests = _tests(s3, call, bucket, kept)
    now_ms = int(s3.clock.now() * 1000)

    def work(connection: sqlite3.Connection) -> None:
        settings.check_exists(connection, bucket)
        if kept:
            buckets.put_setting(connection, bucket.id, KIND, json.dumps(kept))
        else:
            buckets.delete_setting(connection, bucket.id, KIND)
        outbox.add_all(connection, tests, now_ms)

    await s3.db.write(work)
    s3.forget(bucket.name)
    for lane, _ in tests:
        s3.wake(lane)
    return {}


def _new_id(s3: S3) -> str:
    """As AWS makes them: the text of a UUID in base64."""
    return b64encode(str(UUID(hex=s3.ids())).encode()).decode()


def _arns(kept: dict[str, Any], *services: str) -> list[str]:
    """The destinations of some services, each once."""
    return list(
        dict.fromkeys(
            one[kind.arn] for kind, one in rules.configurations(kept) if kind.service in services
        )
    )


async def _check_destinations(s3: S3, bucket: Bucket, kept: dict[str, Any]) -> None:
    if s3.destinations is None:
        return
    asker = Asker(bucket.account, bucket.region)
    arns = _arns(kept, "sns", "sqs", "lambda")
    refusals = await asyncio.gather(*(s3.destinations.refusal(asker, arn) for arn in arns))
    refused = [(arn, why) for arn, why in zip(arns, refusals, strict=True) if why is not None]
    if refused:
        raise _cannot_validate(refused)


def _cannot_validate(refused: list[tuple[str, str]]) -> Exception:
    """All of them at once: `test_multiple_invalid_sqs_arns`, `test_invalid_lambda_arn` among the recorded answers."""
    fields: dict[str, str] = {}
    for number, (arn, why) in enumerate(refused, start=1):
        shown = f"{arn}, null" if arn.split(":")[2] == "lambda" else arn
        fields[f"ArgumentName{number}"] = shown
        fields[f"ArgumentValue{number}"] = why
    return errors.INVALID_ARGUMENT(
        "Unable to validate the following destination configurations", **fields
    )


def _tests(s3: S3, call: Call, bucket: Bucket, kept: dict[str, Any]) -> list[tuple[str, str]]:
    """The test messages, each with its lane."""
    place = records.Place(bucket.name, bucket.account, bucket.region)
    text = records.message_of_test(outgoing.request_of(s3, call), place)
    body = outgoing.entry(place, text)
    return [(outgoing.lane(bucket.name, arn), body) for arn in _arns(kept, *TESTED)]
