"""The objects of a bucket as folders and files, page by page.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html
"""

from __future__ import annotations

from typing import Any, NamedTuple

from homeport.console.cloud.s3 import counting, keys
from homeport.console.visit import Visit
from homeport.edge import http

TRAIL = 500
"""Pages of listings whose former page a login remembers: S3 lists forward only."""
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


async def show(visit: Visit) -> http.Response:
    """One folder, from a place in it on."""
    bucket = visit.names["bucket"]
    prefix, search = keys.named(visit.query, "prefix"), visit.query.text("search")
    after = visit.query.text("after")
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
    entries = _entries(answer, prefix)
    following = _following(entries) if answer.get("IsTruncated") and entries else ""
    trail = _trail(visit, bucket, prefix, search)
    if following:
        trail.remember(following, after)
    return visit.page(
        "cloud/s3/bucket.html",
        part="rows",
        keys=keys,
        bucket=bucket,
        prefix=prefix,
        search=search,
        after=after,
        entries=entries,
        following=following,
        former=trail.former(after),
    )


def _entries(answer: dict[str, Any], prefix: str) -> list[Entry]:
    """Folders and objects, in the order of their keys."""
    folders = [
        Entry(each["Prefix"], each["Prefix"][len(prefix) :], is_folder=True)
        for each in answer.get("CommonPrefixes", [])
    ]
    objects = [
        Entry(
            each["Key"],
            each["Key"][len(prefix) :],
            is_folder=False,
            size=each["Size"],
            storage_class=each.get("StorageClass", "STANDARD"),
            modified=each["LastModified"].timestamp(),
        )
        for each in answer.get("Contents", [])
    ]
    # As S3 does it: by the bytes of UTF-8, of which code points keep the order.
    return sorted([*folders, *objects], key=lambda entry: entry.key)


def _following(entries: list[Entry]) -> str:
    last = entries[-1]
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


def _trail(visit: Visit, bucket: str, prefix: str, search: str) -> _Trail:
    kept = visit.who.kept.setdefault("s3 trail", {})
    return _Trail(kept, (*visit.cloud.scope, bucket, prefix, search))


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
