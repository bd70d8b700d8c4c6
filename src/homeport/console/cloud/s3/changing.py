"""What is changed of one object: tags, metadata, its place, its version; and its end.

Metadata of an object cannot be changed, so it is copied onto itself: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
"""

from __future__ import annotations

import re
from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.s3 import keys
from homeport.console.visit import Visit
from homeport.edge import http

COPY = 5 * 2**30
"""Bytes of one CopyObject: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html"""
CLASSES = ("STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "REDUCED_REDUNDANCY")  # fmt: skip
FIELDS = (
    ("type", "ContentType"),
    ("cache", "CacheControl"),
    ("disposition", "ContentDisposition"),
    ("encoding", "ContentEncoding"),
    ("language", "ContentLanguage"),
)
"""Fields of the form, and the members that they are."""

_LINE = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*[:=]\s?(.*)")
"""A name of a header, and its value: https://www.rfc-editor.org/rfc/rfc9110#name-tokens"""


def _named(visit: Visit) -> dict[str, str]:
    """Bucket, key, and the version where the address names one."""
    given = {"Bucket": visit.names["bucket"], "Key": visit.query.text("key")}
    version = visit.query.text("version")
    return {**given, "VersionId": version} if version else given


def _back(visit: Visit, said: str, key: str = "", view: str | None = None) -> http.Response:
    bucket = visit.names["bucket"]
    return visit.go(keys.object_(bucket, key or visit.query.text("key"), view=view), said=said)


def pairs(text: str) -> list[tuple[str, str]]:
    """Names and values, one a line. Raises `Trouble` that names the line."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, sign, value = line.partition("=")
        if not sign or not name.strip():
            raise Trouble(f"Line {number} is not NAME=VALUE: {line[:80]}")
        found.append((name.strip(), value.strip()))
    return found


async def tag(visit: Visit) -> http.Response:
    """All its tags anew."""
    given = _named(visit)
    tags = [{"Key": name, "Value": value} for name, value in pairs(visit.form.text("tags"))]
    await visit.cloud.call("s3", "PutObjectTagging", **given, Tagging={"TagSet": tags})
    return _back(visit, "The tags were saved.")


async def describe(visit: Visit) -> http.Response:
    """Its headers and metadata anew. Who changed it meanwhile keeps what they made."""
    given = _named(visit)
    head = await visit.cloud.call("s3", "HeadObject", **given)
    said = {member: visit.form.text(name).strip() for name, member in FIELDS}
    about: dict[str, Any] = {member: value for member, value in said.items() if value}
    about["Metadata"] = _metadata(visit.form.text("metadata"))
    about["StorageClass"] = visit.form.choice(
        "class", CLASSES, head.get("StorageClass", "STANDARD")
    )
    if visit.form.text("etag") != head["ETag"]:
        raise Trouble(
            "The object was changed since the page was loaded, so nothing was saved.",
            hint="Load it again, and repeat what you did.",
            status=409,
        )
    await _copy(
        visit, given, head, given["Bucket"], given["Key"], {**about, "MetadataDirective": "REPLACE"}
    )
    return _back(visit, "The metadata was saved.")


def _metadata(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            match = _LINE.fullmatch(line)
            if match is None:
                raise Trouble(f"Line {number} is not NAME: VALUE: {line[:80]}")
            found[match[1].lower()] = match[2].strip()
    return found


async def _copy(
    visit: Visit,
    source: dict[str, str],
    head: dict[str, Any],
    bucket: str,
    key: str,
    more: dict[str, Any],
) -> None:
    if head["ContentLength"] > COPY:
        raise Trouble(
            "An object of more than 5 GiB is copied in parts, which the console does not do.",
            hint=f"aws s3 cp s3://{source['Bucket']}/... s3://{bucket}/... does.",
        )
    await visit.cloud.call(
        "s3",
        "CopyObject",
        Bucket=bucket,
        Key=key,
        CopySource=source,
        CopySourceIfMatch=head["ETag"],
        **more,
    )


async def copy(visit: Visit) -> http.Response:
    """A copy elsewhere; with `move` the original goes afterwards."""
    given = _named(visit)
    bucket = visit.form.text("bucket").strip() or given["Bucket"]
    key = visit.form.text("to")
    if visit.form.has("is_encoded"):
        key = keys.decoded(key)
    if not key:
        raise Trouble("The new key is missing.", hint="Fill it in.")
    if (bucket, key) == (given["Bucket"], given["Key"]) and "VersionId" not in given:
        raise Trouble("This is where it is already.", hint="Choose another key or bucket.")
    if not visit.form.has("overwrite"):
        await _refuse_if_there(visit, bucket, key)
    head = await visit.cloud.call("s3", "HeadObject", **given)
    its_class = {"StorageClass": head["StorageClass"]} if "StorageClass" in head else {}
    await _copy(visit, given, head, bucket, key, its_class)
    is_move = visit.form.text("what") == "move"
    if is_move:
        await visit.cloud.call("s3", "DeleteObject", **given)
    done = "moved" if is_move else "copied"
    return visit.go(keys.object_(bucket, key), said=f"It was {done} to {bucket}: {keys.shown(key)}")


async def _refuse_if_there(visit: Visit, bucket: str, key: str) -> None:
    try:
        await visit.cloud.call("s3", "HeadObject", Bucket=bucket, Key=key)
    except Trouble as trouble:
        if trouble.status == 404:
            return
        raise
    raise Trouble(
        f"There is an object {keys.shown(key)} in {bucket} already.",
        hint="Tick that it may be replaced, or choose another key.",
        status=409,
    )


async def restore(visit: Visit) -> http.Response:
    """A former version becomes the newest one: it is copied onto the key."""
    given = _named(visit)
    if "VersionId" not in given:
        raise Trouble("No version was named.")
    head = await visit.cloud.call("s3", "HeadObject", **given)
    its_class = {"StorageClass": head["StorageClass"]} if "StorageClass" in head else {}
    await _copy(visit, given, head, given["Bucket"], given["Key"], its_class)
    return _back(visit, "The version is the newest one now.", view="versions")


async def delete(visit: Visit) -> http.Response:
    """The object, or one version or delete marker of it."""
    given = _named(visit)
    await visit.cloud.call("s3", "DeleteObject", **given)
    if "VersionId" in given:
        bucket, key = given["Bucket"], given["Key"]
        found = await visit.cloud.call(
            "s3", "ListObjectVersions", Bucket=bucket, Prefix=key, MaxKeys=1
        )
        left = [*found.get("Versions", []), *found.get("DeleteMarkers", [])]
        if any(each["Key"] == key for each in left):
            return _back(visit, "The version was deleted.", view="versions")
    folder = given["Key"].rpartition("/")
    prefix = folder[0] + folder[1]
    said = f"{keys.shown(given['Key'])} was deleted."
    return visit.go(keys.bucket(given["Bucket"], prefix=prefix), said=said)
