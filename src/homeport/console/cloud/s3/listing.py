"""The objects of a bucket as folders and files, page by page.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html
"""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

from homeport.console.cloud.s3 import counting, keys
from homeport.console.visit import Visit
from homeport.edge import http

TRAIL = 500
"""Pages of listings whose former page a login remembers: S3 lists forward only."""
READS = 5
"""Pages of 1,000 versions that are read for one page with deleted objects: a key may have any number of versions."""
_LAST = "\U0010ffff"
"""Behind all keys of a folder: a listing that goes on behind the folder's name alone would begin with it again."""


class Entry(NamedTuple):
    """A folder or an object, as a row shows it."""

    key: str
    name: str
    is_folder: bool
    size: int | None = None
    storage_class: str = ""
    modified: float | None = None
    is_deleted: bool = False
    """Whether its newest version is a delete marker."""


class Listed(NamedTuple):
    """One page of a listing."""

    entries: list[Entry]
    following: str
    """Behind which key the next page begins; empty where there is none."""


async def show(visit: Visit) -> http.Response:
    """One folder, from a place in it on; where it is asked for, with what was deleted from it."""
    bucket = visit.names["bucket"]
    prefix, search = keys.named(visit.query, "prefix"), visit.query.text("search")
    after, has_deleted = visit.query.text("after"), visit.query.has("deleted")
    read = _with_deleted if has_deleted else _listed
    listed, keeps_versions = await asyncio.gather(
        read(visit, bucket, prefix, search, after), _keeps_versions(visit, bucket)
    )
    trail = _trail(visit, bucket, prefix, search, "deleted" if has_deleted else "")
    if listed.following:
        trail.remember(listed.following, after)
    return visit.page(
        "cloud/s3/bucket.html",
        part="rows",
        keys=keys,
        bucket=bucket,
        prefix=prefix,
        search=search,
        after=after,
        deleted="1" if has_deleted else "",
        keeps_versions=keeps_versions,
        entries=listed.entries,
        following=listed.following,
        former=trail.former(after),
    )


async def _listed(visit: Visit, bucket: str, prefix: str, search: str, after: str) -> Listed:
    given: dict[str, Any] = {"StartAfter": after} if after else {}
    answer = await visit.cloud.call(
        "s3",
        "ListObjectsV2",
        Bucket=bucket,
        Prefix=prefix + search,
        Delimiter="/",
        MaxKeys=visit.options.page,
        **given,
    )
    entries = _sorted(_folders(answer, prefix) + _objects(answer.get("Contents", []), prefix))
    is_more = answer.get("IsTruncated") and entries
    return Listed(entries, _behind(entries[-1]) if is_more else "")


async def _with_deleted(visit: Visit, bucket: str, prefix: str, search: str, after: str) -> Listed:
    """The newest version or delete marker of each key. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html"""
    page = visit.options.page

    def read(client: Any) -> Listed:
        found: list[Entry] = []
        place = {"KeyMarker": after} if after else {}
        for _ in range(READS):
            answer = client.list_object_versions(
                Bucket=bucket, Prefix=prefix + search, Delimiter="/", **place
            )
            found += _sorted(_folders(answer, prefix) + _newest(answer, prefix))
            if len(found) > page:
                return Listed(found[:page], _behind(found[page - 1]))
            if not answer["IsTruncated"]:
                return Listed(found, "")
            place = _next_place(answer)
        # The other versions of this key are passed over: its newest was read.
        return Listed(found, answer["NextKeyMarker"])

    return await visit.cloud.use("s3", read)


def _next_place(answer: dict[str, Any]) -> dict[str, str]:
    place = {"KeyMarker": answer["NextKeyMarker"]}
    version = answer.get("NextVersionIdMarker")
    return {**place, "VersionIdMarker": version} if version else place


def _newest(answer: dict[str, Any], prefix: str) -> list[Entry]:
    """Of a page of versions and delete markers the objects, and those that are deleted."""
    there = [each for each in answer.get("Versions", []) if each["IsLatest"]]
    return _objects(there, prefix) + [
        Entry(
            each["Key"],
            each["Key"][len(prefix) :],
            is_folder=False,
            modified=each["LastModified"].timestamp(),
            is_deleted=True,
        )
        for each in answer.get("DeleteMarkers", [])
        if each["IsLatest"]
    ]


async def _keeps_versions(visit: Visit, bucket: str) -> bool:
    """Whether anything can be there that was deleted."""
    if visit.is_part:
        return False
    answer = await visit.cloud.call("s3", "GetBucketVersioning", Bucket=bucket)
    return "Status" in answer


def _folders(answer: dict[str, Any], prefix: str) -> list[Entry]:
    return [
        Entry(each["Prefix"], each["Prefix"][len(prefix) :], is_folder=True)
        for each in answer.get("CommonPrefixes", [])
    ]


def _objects(found: list[dict[str, Any]], prefix: str) -> list[Entry]:
    return [
        Entry(
            each["Key"],
            each["Key"][len(prefix) :],
            is_folder=False,
            size=each["Size"],
            storage_class=each.get("StorageClass", "STANDARD"),
            modified=each["LastModified"].timestamp(),
        )
        for each in found
    ]


def _sorted(entries: list[Entry]) -> list[Entry]:
    """As S3 does it: by the bytes of UTF-8, of which code points keep the order."""
    return sorted(entries, key=lambda entry: entry.key)


def _behind(last: Entry) -> str:
    """Where a listing goes on."""
    return last.key + _LAST if last.is_folder else last.key


class _Trail:
    """From where a page of a listing was reached."""

    def __init__(self, kept: dict[tuple[str, ...], str], place: tuple[str, ...]) -> None:
        self._kept = kept
        self._place = place

    def remember(self, following: str, after: str) -> None:
        key = (*self._place, following)
        self._kept.pop(key, None)
        while len(self._kept) >= TRAIL:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = after

    def former(self, after: str) -> str | None:
        """Empty for the first page; None where this is the first, or where nobody knows."""
        return self._kept.get((*self._place, after)) if after else None


def _trail(visit: Visit, *place: str) -> _Trail:
    kept = visit.who.kept.setdefault("s3 trail", {})
    return _Trail(kept, (*visit.cloud.scope, *place))


async def count(visit: Visit) -> http.Response:
    """How many objects and bytes there are below a prefix, up to a bound."""
    bucket, prefix = visit.names["bucket"], visit.query.text("prefix")
    counted = await counting.below(visit.cloud, bucket, prefix)
    return visit.page(
        "cloud/s3/count.html",
        part="count",
        keys=keys,
        bucket=bucket,
        prefix=prefix,
        counted=counted,
    )


async def make_folder(visit: Visit) -> http.Response:
    """An object of no bytes whose key ends in a slash, as the console of AWS makes it.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-folders.html
    """
    bucket = visit.names["bucket"]
    name = visit.form.needed("name", "The name").strip("/")
    key = f"{keys.decoded(visit.form.text('prefix'))}{name}/"
    await visit.cloud.call("s3", "PutObject", Bucket=bucket, Key=key, Body=b"")
    return visit.go(keys.bucket(bucket, prefix=key), said=f"The folder {name} was made.")
