"""One object: what is known of it, what it looks like, its versions.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, NamedTuple

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.s3 import changing, keys, sending, sharing
from homeport.console.rendering import indenting
from homeport.console.visit import Visit
from homeport.edge import http

PREVIEW = 256 * 1024
"""Bytes of a text that are shown."""
INDENTED = 4 * PREVIEW
"""Characters of JSON with its indents; what has more stays as it was written."""
VERSIONS = 100
"""Versions of a page."""
VIEWS = ("object", "versions", "share", "change")
TEXTS = frozenset(
    ["application/xml", "application/javascript", "application/x-yaml", "application/yaml", "application/toml", "application/x-sh", "application/sql",
     "application/x-ndjson", "application/jsonl"]
)  # fmt: skip
"""Types beside `text/*` that are text."""
HEADERS = (
    ("CacheControl", "Cache-Control"),
    ("ContentDisposition", "Content-Disposition"),
    ("ContentEncoding", "Content-Encoding"),
    ("ContentLanguage", "Content-Language"),
    ("ExpiresString", "Expires"),
    ("WebsiteRedirectLocation", "Website redirect"),
)
"""Members of HeadObject, and the headers that they are."""


class Preview(NamedTuple):
    """What an object looks like."""

    kind: str
    """`text`, `image`, `audio`, `video`, `pdf`, or `none`."""
    text: str = ""
    is_cut: bool = False


class Version(NamedTuple):
    """One version of it, or a delete marker."""

    id: str
    is_latest: bool
    is_marker: bool
    modified: float
    size: int
    etag: str


async def show(visit: Visit) -> http.Response:
    """The page of an object, from one of its sides."""
    bucket, key = visit.names["bucket"], keys.named(visit.query, "key")
    version = visit.query.text("version")
    view = visit.query.choice("view", VIEWS, "object")
    given = {"Bucket": bucket, "Key": key, **({"VersionId": version} if version else {})}
    head = await _head(visit, given)
    values: dict[str, Any] = {}
    if view == "object" and head is not None:
        tags, preview = await asyncio.gather(_tags(visit, given), _preview(visit, given, head))
        values = {"tags": tags, "preview": preview}
    elif view == "versions":
        values = await _versions(visit, bucket, key)
    elif view == "share" and head is not None:
        values = await sharing.made(visit, given)
    elif view == "change" and head is not None:
        classes = [(each, each) for each in changing.CLASSES]
        values = {"tags": await _tags(visit, given), "classes": classes}
    return visit.page(
        "cloud/s3/object.html",
        keys=keys,
        bucket=bucket,
        key=key,
        version=version,
        view=view,
        head=head,
        about=_about(head or {}),
        **values,
    )


async def _head(visit: Visit, given: dict[str, str]) -> dict[str, Any] | None:
    """What is known of it; None where its newest version, or this one, is a delete marker."""
    try:
        return await visit.cloud.call("s3", "HeadObject", **given, ChecksumMode="ENABLED")
    except Trouble as trouble:
        if trouble.status == 405:
            return None
        is_newest = trouble.status == 404 and "VersionId" not in given
        if is_newest and await _has_versions(visit, given["Bucket"], given["Key"]):
            return None
        if trouble.status in {400, 404}:
            raise Trouble(
                f"There is no object {keys.shown(given['Key'])} in {given['Bucket']}.",
                hint="It may have been deleted, or this version of it. Look into the bucket.",
                status=404,
            ) from trouble
        raise


async def _has_versions(visit: Visit, bucket: str, key: str) -> bool:
    found = await visit.cloud.call("s3", "ListObjectVersions", Bucket=bucket, Prefix=key, MaxKeys=1)
    return any(
        each["Key"] == key for each in [*found.get("Versions", []), *found.get("DeleteMarkers", [])]
    )


def _about(head: dict[str, Any]) -> dict[str, Any]:
    """What a page shows of it: headers, checksums, all else that is set."""
    checksums = {
        name.removeprefix("Checksum"): value
        for name, value in head.items()
        if name.startswith("Checksum") and name != "ChecksumType"
    }
    return {
        "headers": [(text, head[name]) for name, text in HEADERS if head.get(name)],
        "checksums": checksums,
        "metadata": sorted(head.get("Metadata", {}).items()),
        "modified": head["LastModified"].timestamp() if "LastModified" in head else None,
    }


async def _tags(visit: Visit, given: dict[str, str]) -> list[tuple[str, str]]:
    answer = await visit.cloud.call("s3", "GetObjectTagging", **given)
    return [(each["Key"], each["Value"]) for each in answer["TagSet"]]


async def _preview(visit: Visit, given: dict[str, str], head: dict[str, Any]) -> Preview:
    """Pictures and the like are left to the browser, text is read here. An object that says nothing of itself may be text."""
    kind = sending.kind(head.get("ContentType", ""), given["Key"])
    if kind in sending.SHOWN:
        return Preview("pdf" if kind == sending.PDF else kind.partition("/")[0])
    is_text = kind.startswith("text/") or kind in TEXTS or "json" in kind
    if head.get("ContentEncoding") or not (is_text or kind in sending.UNKNOWN):
        return Preview("none")
    size = head["ContentLength"]
    if size == 0:
        return Preview("text")
    range_ = f"bytes=0-{PREVIEW - 1}"
    content = await visit.cloud.use(
        "s3", lambda client: client.get_object(**given, Range=range_)["Body"].read()
    )
    return _text(content, is_cut=size > PREVIEW, is_said=is_text, is_json="json" in kind)


def _text(content: bytes, *, is_cut: bool, is_said: bool, is_json: bool) -> Preview:
    try:
        # A character may be cut at the end.
        text = content.decode("utf-8-sig", errors="strict" if not is_cut else "ignore")
    except UnicodeDecodeError:
        if not is_said:
            return Preview("none")
        text = content.decode(errors="replace")
    if "\0" in text and not is_said:
        return Preview("none")
    if is_json and not is_cut:
        text = _pretty(text)
    return Preview("text", text, is_cut)


def _pretty(text: str) -> str:
    """JSON with a member a line; what is none stays as it is, and so does what would be read otherwise than it is written."""
    try:
        value = json.loads(text, parse_float=_as_written, object_pairs_hook=_each_once)
        found = indenting.dump(value, INDENTED)
        return found if len(found) <= INDENTED else text
    except (ValueError, RecursionError):
        return text


def _each_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise ValueError
    return found


def _as_written(text: str) -> float:
    value = float(text)
    if repr(value) != text:
        raise ValueError
    return value


async def _versions(visit: Visit, bucket: str, key: str) -> dict[str, Any]:
    """Its versions and delete markers, the newest first."""
    given = {}
    if visit.query.has("from"):
        given = {"KeyMarker": key, "VersionIdMarker": visit.query.text("from")}
    answer = await visit.cloud.call(
        "s3", "ListObjectVersions", Bucket=bucket, Prefix=key, MaxKeys=VERSIONS, **given
    )
    found = [
        *[_version(each, is_marker=False) for each in answer.get("Versions", []) if each["Key"] == key],
        *[_version(each, is_marker=True) for each in answer.get("DeleteMarkers", []) if each["Key"] == key],
    ]  # fmt: skip
    found.sort(key=lambda each: (not each.is_latest, -each.modified))
    is_more = answer.get("IsTruncated", False) and answer.get("NextKeyMarker") == key
    return {
        "versions": found,
        "next_version": answer.get("NextVersionIdMarker", "") if is_more else "",
    }


def _version(each: dict[str, Any], *, is_marker: bool) -> Version:
    return Version(
        each["VersionId"],
        each["IsLatest"],
        is_marker,
        each["LastModified"].timestamp(),
        each.get("Size", 0),
        each.get("ETag", "").strip('"'),
    )
