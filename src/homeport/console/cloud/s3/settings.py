"""What is set on a bucket: shown as S3 says it, and changed as S3 wants it, in JSON.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, NamedTuple

from homeport.console.asking import troubles
from homeport.console.asking.scope import REGION
from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.s3 import keys
from homeport.console.cloud.s3.changing import pairs
from homeport.console.visit import Visit
from homeport.edge import http

SIZE = 256 * 1024
"""Characters of a setting at most; a bucket policy is 20 KB: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html"""


class Setting(NamedTuple):
    """A kind of setting."""

    name: str
    title: str
    read: str
    """The operation that reads it."""
    write: str = ""
    """The one that sets it; empty where the page does not change it."""
    member: str = ""
    """The member of that operation which holds it."""
    remove: str = ""
    """The one that takes it away; empty where an empty one is set instead."""
    example: str = ""
    """Names the region of the bucket and its account as REGION and ACCOUNT: S3 refuses others."""


_API = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_"
SETTINGS = (
    Setting("policy", "Policy", "GetBucketPolicy", "PutBucketPolicy", "Policy", "DeleteBucketPolicy",
            '{\n  "Version": "2012-10-17",\n  "Statement": []\n}'),
    Setting("cors", "Cross-origin requests (CORS)", "GetBucketCors", "PutBucketCors", "CORSConfiguration", "DeleteBucketCors",
            '{\n  "CORSRules": [\n    {"AllowedOrigins": ["https://app.example"], "AllowedMethods": ["GET", "PUT"], "AllowedHeaders": ["*"]}\n  ]\n}'),
    Setting("lifecycle", "Life cycle", "GetBucketLifecycleConfiguration", "PutBucketLifecycleConfiguration", "LifecycleConfiguration", "DeleteBucketLifecycle",
            '{\n  "Rules": [\n    {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 7}}\n  ]\n}'),
    Setting("notifications", "Notifications", "GetBucketNotificationConfiguration", "PutBucketNotificationConfiguration", "NotificationConfiguration", "",
            '{\n  "QueueConfigurations": [\n    {"QueueArn": "arn:aws:sqs:REGION:ACCOUNT:my-queue", "Events": ["s3:ObjectCreated:*"]}\n  ]\n}'),
    Setting("encryption", "Encryption", "GetBucketEncryption"),
    Setting("website", "Website", "GetBucketWebsite"),
    Setting("access", "Public access", "GetPublicAccessBlock"),
    Setting("ownership", "Ownership", "GetBucketOwnershipControls"),
    Setting("lock", "Object lock", "GetObjectLockConfiguration"),
)  # fmt: skip
"""In the order of the page."""


class Found(NamedTuple):
    """What a setting is."""

    setting: Setting
    text: str
    """JSON; empty where nothing is set."""
    wrong: str = ""
    """Why it cannot be said."""


async def show(visit: Visit) -> http.Response:
    """All of them."""
    bucket = visit.names["bucket"]
    found, versioning, tags, where = await asyncio.gather(
        asyncio.gather(*(_read(visit, bucket, each) for each in SETTINGS)),
        visit.cloud.call("s3", "GetBucketVersioning", Bucket=bucket),
        _tags(visit, bucket),
        visit.cloud.call("s3", "GetBucketLocation", Bucket=bucket),
    )
    region = where.get("LocationConstraint") or REGION
    return visit.page(
        "cloud/s3/settings.html",
        keys=keys,
        bucket=bucket,
        found=found,
        versioning=versioning.get("Status", ""),
        tags=tags,
        region=region,
        examples={each.name: _example(each, visit, region) for each in SETTINGS},
        link=_API,
    )


def _example(setting: Setting, visit: Visit, region: str) -> str:
    return setting.example.replace("REGION", region).replace("ACCOUNT", visit.cloud.scope.account)


async def _read(visit: Visit, bucket: str, setting: Setting) -> Found:
    try:
        answer = await visit.cloud.call("s3", setting.read, Bucket=bucket)
    except Trouble as trouble:
        # What is not set is 404, each with a code of its own: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
        if trouble.status == 404 and "NoSuchBucket." not in trouble.hint:
            return Found(setting, "")
        if trouble.status in {404, 502}:
            raise
        return Found(setting, "", f"{trouble.what} {trouble.hint}")
    answer.pop("ResponseMetadata", None)
    if setting.name == "policy":
        return Found(setting, _indented(answer.get("Policy", "")))
    inner = list(answer.values())
    value = inner[0] if len(inner) == 1 and setting.name in {"encryption", "access", "ownership", "lock"} else answer  # fmt: skip
    return Found(setting, json.dumps(value, indent=2, default=str) if value else "")


def _indented(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2)
    except (ValueError, RecursionError):
        return text


async def _tags(visit: Visit, bucket: str) -> list[tuple[str, str]]:
    try:
        answer = await visit.cloud.call("s3", "GetBucketTagging", Bucket=bucket)
    except Trouble as trouble:
        if trouble.status == 404:
            return []
        raise
    return [(each["Key"], each["Value"]) for each in answer["TagSet"]]


async def save(visit: Visit) -> http.Response:
    """One of them anew; an empty text takes it away."""
    bucket = visit.names["bucket"]
    setting = next((each for each in SETTINGS if each.name == visit.names["setting"]), None)
    if setting is None or not setting.write:
        raise troubles.missing("There is no such setting to change.")
    text = visit.form.text("value").strip()
    if text:
        value = _parsed(setting, text)
        await visit.cloud.call("s3", setting.write, Bucket=bucket, **{setting.member: value})
    elif setting.remove:
        await visit.cloud.call("s3", setting.remove, Bucket=bucket)
    else:
        await visit.cloud.call("s3", setting.write, Bucket=bucket, **{setting.member: {}})
    return visit.go(keys.bucket(bucket, "settings"), said=f"{setting.title}: saved.")


def _parsed(setting: Setting, text: str) -> Any:
    if len(text) > SIZE:
        raise Trouble(f"This is longer than {SIZE // 1024} KiB.")
    try:
        value = json.loads(text)
    except ValueError as error:
        raise Trouble(f"{setting.title}: this is not JSON: {error}.", hint="Mend it.") from error
    except RecursionError as error:
        raise Trouble(f"{setting.title}: this is nested too deeply.") from error
    if not isinstance(value, dict):
        raise Trouble(f"{setting.title} must be an object in braces.", hint=setting.example)
    return text if setting.name == "policy" else value


async def keep_versions(visit: Visit) -> http.Response:
    """Versions are kept from now on, or no new ones are: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html"""
    bucket = visit.names["bucket"]
    status = visit.form.choice("status", ("Enabled", "Suspended"), "Enabled")
    wanted = {"Status": status}
    await visit.cloud.call(
        "s3", "PutBucketVersioning", Bucket=bucket, VersioningConfiguration=wanted
    )
    said = "Versions are kept now." if status == "Enabled" else "No new versions are kept."
    return visit.go(keys.bucket(bucket, "settings"), said=said)


async def tag(visit: Visit) -> http.Response:
    """The bucket's tags anew."""
    bucket = visit.names["bucket"]
    tags = [{"Key": name, "Value": value} for name, value in pairs(visit.form.text("tags"))]
    if tags:
        await visit.cloud.call("s3", "PutBucketTagging", Bucket=bucket, Tagging={"TagSet": tags})
    else:
        await visit.cloud.call("s3", "DeleteBucketTagging", Bucket=bucket)
    return visit.go(keys.bucket(bucket, "settings"), said="The tags were saved.")
