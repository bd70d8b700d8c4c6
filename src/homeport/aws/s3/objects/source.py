"""The source of a copy: which object it is, and its bytes by reference.

Bytes are not copied: the copy names the same content files. They are read once where a digest is needed that is not known.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import unquote, unquote_to_bytes

from homeport.aws.protocol.call import Call, Params
from homeport.aws.s3 import errors
from homeport.aws.s3.objects.find import find_inside
from homeport.aws.s3.objects.get import cut
from homeport.aws.s3.rules import conditions, ranges
from homeport.aws.s3.s3 import S3, Bucket
from homeport.aws.s3.store import bodies, objects
from homeport.aws.s3.store.records import Segment, Version
from homeport.aws.signing.checksums import Hasher

READ_SIZE = 1024 * 1024
ATTEMPTS = 5
"""How often a copy begins again because its source was replaced under it."""


class Address(NamedTuple):
    """What x-amz-copy-source names."""

    bucket: str
    key: str
    version: str | None


class Source(NamedTuple):
    """A version to copy from."""

    bucket: Bucket
    version: Version
    data: bytes | None


class Bytes(NamedTuple):
    """A part of a source: inline, or segments of files."""

    size: int
    data: bytes | None
    segments: list[Segment]


class SourceGoneError(Exception):
    """The content files of the source were forgotten while they were looked at."""


def parse(text: str) -> Address:
    """Takes `BUCKET/KEY[?versionId=ID]` apart, percent-encoded as it is. Raises `InvalidArgument`."""
    path, mark, query = text.partition("?versionId=")
    try:
        path = unquote_to_bytes(path).decode().removeprefix("/")
    except UnicodeError:
        path = ""
    bucket, slash, key = path.partition("/")
    if not slash or not bucket or not key or bucket.startswith("arn:"):
        raise errors.argument(
            "x-amz-copy-source",
            text,
            "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
        )
    return Address(bucket, key, unquote(query) if mark else None)


def look_up(s3: S3, call: Call, params: Params) -> Source:
    """The version to copy from, where it is as the request wants it. In one snapshot with `take`."""
    address = parse(params["CopySource"])
    owner = {"Bucket": address.bucket}
    if "ExpectedSourceBucketOwner" in params:
        owner["ExpectedBucketOwner"] = params["ExpectedSourceBucketOwner"]
    bucket = s3.bucket(call, owner)
    _check_no_marker(s3, bucket, address)
    version, data = find_inside(s3, bucket, address.key, address.version)
    conditions.check_source(params, version.etag, version.modified)
    return Source(bucket, version, data)


def _check_no_marker(s3: S3, bucket: Bucket, address: Address) -> None:
    if address.version is None:
        return
    found = objects.by_version(s3.db, bucket.id, address.key, address.version)
    if found is not None and found.version.is_marker:
        raise errors.INVALID_REQUEST(
            "The source of a copy request may not specifically refer to a delete marker by version id."
        )


def take(s3: S3, source: Source, span: ranges.Span | None) -> Bytes:
    """The bytes of a source, or a span of them, by reference. Take the `lease` before anything is awaited."""
    first, last = span or (0, source.version.size - 1)
    size = last - first + 1
    if source.data is not None:
        return Bytes(size, source.data[first : last + 1], [])
    segments, at = [], 0
    for segment, start, length in cut(
        bodies.segments(s3.db, source.version.body, first, last), first, last
    ):
        segments.append(Segment(at, segment.file, start, length))
        at += length
    return Bytes(size, None, segments)


def lease(s3: S3, taken: Bytes) -> Callable[[], None]:
    """Keeps the files of a source in place until the returned function is called."""
    return s3.content.lease([segment.file for segment in taken.segments])


async def digest(s3: S3, taken: Bytes, hashers: Sequence[Hasher]) -> None:
    """Feeds the bytes to the hashers, those of files in a thread."""
    if taken.data is not None:
        for hasher in hashers:
            hasher.update(taken.data)
        return
    pieces = [
        (s3.content.location(file), start, length) for _, file, start, length in taken.segments
    ]
    await asyncio.to_thread(_read, pieces, hashers)


def _read(pieces: list[tuple[str, int, int]], hashers: Sequence[Hasher]) -> None:
    for path, start, length in pieces:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - paths are text here, as FileBody wants them
            file.seek(start)
            while length:
                data = file.read(min(length, READ_SIZE))
                if not data:
                    raise EOFError(f"{path} is shorter than its row says")
                length -= len(data)
                for hasher in hashers:
                    hasher.update(data)


def check_still_named(connection: sqlite3.Connection, taken: Bytes) -> None:
    """Raises `SourceGoneError` where a file was forgotten meanwhile: it is about to be deleted, so it must not be named again."""
    for segment in taken.segments:
        if not bodies.is_named(connection, segment.file):
            raise SourceGoneError
