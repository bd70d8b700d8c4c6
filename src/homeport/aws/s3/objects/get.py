"""GetObject and HeadObject.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

from homeport.aws.protocol.call import Call, Output, Params, Result
from homeport.aws.s3 import errors, limits
from homeport.aws.s3.objects.find import find_inside
from homeport.aws.s3.rules import attributes, checksums, conditions, names, ranges
from homeport.aws.s3.s3 import S3, Bucket
from homeport.aws.s3.store import bodies, objects
from homeport.aws.s3.store.records import ObjectPart, Segment, Version
from homeport.edge import http

_OVERRIDES = {
    "ResponseCacheControl": ("CacheControl", "response-cache-control"),
    "ResponseContentDisposition": ("ContentDisposition", "response-content-disposition"),
    "ResponseContentEncoding": ("ContentEncoding", "response-content-encoding"),
    "ResponseContentLanguage": ("ContentLanguage", "response-content-language"),
    "ResponseContentType": ("ContentType", "response-content-type"),
    "ResponseExpires": ("Expires", "response-expires"),
}
"""The member that each replaces, and its name in the query."""
_CONDITIONS = frozenset({"IfMatch", "IfNoneMatch", "IfModifiedSince", "IfUnmodifiedSince"})
_PLAIN = frozenset({"Bucket", "Key", "ChecksumMode", "VersionId", "ExpectedBucketOwner"})
"""Members that ask for nothing but the object as it is."""


class Selected(NamedTuple):
    """The part of an object that is asked for."""

    span: ranges.Span
    parts: int | None
    """How many parts the object has, where one was asked for by its number."""
    checksum: str = ""
    """Of a part, as it is stored. A range has none."""


def get_object(s3: S3, call: Call, params: Params) -> Result:
    """The bytes of an object, or a part of them, and what is known of it."""
    bucket = s3.bucket(call, params)
    if "VersionId" not in params:
        names.check_key(params["Key"])
        found = objects.current(s3.db, bucket.id, params["Key"])
        if found is not None and found.data is not None:
            return _answer(s3, call, params, bucket, found)
    with s3.db.snapshot():
        found = find_inside(s3, bucket, params["Key"], params.get("VersionId"))
        return _answer(s3, call, params, bucket, found)


def _answer(s3: S3, call: Call, params: Params, bucket: Bucket, found: objects.Found) -> Result:
    version, data = found
    members = describe(bucket, version, params)
    if _PLAIN.issuperset(params):
        return _whole(s3, version, data, members)
    if _is_unmodified(params, version):
        return Output(_of_unmodified(members), status=304)
    selected = select(s3, call, params, version)
    _override(members, params)
    if selected is None:
        return _whole(s3, version, data, members)
    first, last = _say_range(members, params, version, selected)
    if data is not None:
        members["Body"] = data[first : last + 1]
        return Output(members, status=206)
    return Output(members, status=206, on_end=_attach_files(s3, version, members, selected.span))


def _whole(s3: S3, version: Version, data: bytes | None, members: Params) -> Result:
    if data is None:
        return Output(members, on_end=_attach_files(s3, version, members, None))
    members["Body"] = data
    return members


def head_object(s3: S3, call: Call, params: Params) -> Result:
    """What GetObject would say, without the bytes."""
    bucket = s3.bucket(call, params)
    with s3.db.snapshot():
        version, _ = find_inside(s3, bucket, params["Key"], params.get("VersionId"))
        return _head(s3, call, params, bucket, version)


def _head(s3: S3, call: Call, params: Params, bucket: Bucket, version: Version) -> Result:
    members = describe(bucket, version, params)
    members["ContentLength"] = version.size
    if _PLAIN.issuperset(params):
        return members
    if _is_unmodified(params, version):
        return Output(_of_unmodified(members), status=304)
    selected = select(s3, call, params, version)
    _override(members, params)
    if selected is None:
        return members
    first, last = _say_range(members, params, version, selected)
    members["ContentLength"] = last - first + 1
    return Output(members, status=206)


def describe(bucket: Bucket, version: Version, params: Params) -> Params:
    """The members that say what is known of a version."""
    members: Params = json.loads(version.head)
    members["AcceptRanges"] = "bytes"
    members["LastModified"] = version.modified
    members["ETag"] = f'"{version.etag}"'
    members["ServerSideEncryption"] = attributes.ENCRYPTION
    if bucket.versioning:
        members["VersionId"] = version.version
    if version.storage_class != "STANDARD":
        members["StorageClass"] = version.storage_class
    if version.tags:
        members["TagCount"] = len(json.loads(version.tags))
    if _wants_checksum(params) and "Range" not in params and "PartNumber" not in params:
        members.update(checksums.members(version.checksum))
    return members


def _wants_checksum(params: Params) -> bool:
    return "ChecksumMode" in params and params["ChecksumMode"].upper() == "ENABLED"


def _is_unmodified(params: Params, version: Version) -> bool:
    return not _CONDITIONS.isdisjoint(params) and conditions.check_read(
        params, version.etag, version.modified
    )


def _of_unmodified(members: Params) -> Params:
    """https://www.rfc-editor.org/rfc/rfc9110#name-304-not-modified"""
    kept = ("ETag", "LastModified", "VersionId", "CacheControl", "Expires")
    return {name: members[name] for name in kept if name in members}


def _override(members: Params, params: Params) -> None:
    for name, (member, parameter) in _OVERRIDES.items():
        if name in params:
            _check_header_text(parameter, params[name])
            members[member] = params[name]


def _check_header_text(parameter: str, value: str) -> None:
    # As AWS answers it: https://github.com/guardian/grid/pull/1716
    if value.isascii() and value.isprintable():
        return
    if any(char > "\xff" or char < " " or char == "\x7f" for char in value):
        raise errors.argument(
            parameter, value, "Header value cannot be represented using ISO-8859-1."
        )


def select(s3: S3, call: Call, params: Params, version: Version) -> Selected | None:
    """The part that Range or partNumber asks for; None for the whole. Raises `InvalidRange`, `InvalidPartNumber`."""
    if "SSECustomerAlgorithm" in params:
        raise errors.INVALID_REQUEST("The encryption parameters are not applicable to this object.")
    if "PartNumber" in params:
        if "Range" in params:
            raise errors.INVALID_REQUEST(
                "Cannot specify both Range header and partNumber query parameter"
            )
        return _part(s3, params["PartNumber"], version)
    if "Range" not in params:
        return None
    if_range = call.request.headers.get("if-range")
    if if_range is not None and not conditions.matches(if_range, version.etag):
        return None
    span = ranges.parse(params["Range"], version.size)
    return None if span is None else Selected(span, None)


def _part(s3: S3, number: int, version: Version) -> Selected | None:
    if not 1 <= number <= limits.PARTS:
        raise errors.argument(
            "partNumber",
            number,
            f"Part number must be an integer between 1 and {limits.PARTS}, inclusive",
        )
    if not version.parts and number == 1:
        whole = ranges.Span(0, version.size - 1)
        return Selected(whole, None, version.checksum) if version.size else None
    part = bodies.part(s3.db, version.body, number) if version.parts else None
    if part is None:
        raise errors.INVALID_PART_NUMBER(
            ActualPartCount=str(version.parts or 1), PartNumberRequested=str(number)
        )
    if not part.size:
        # A Content-Range cannot say "no bytes": https://www.rfc-editor.org/rfc/rfc9110#name-content-range
        if version.parts == 1:
            return None
        raise errors.INVALID_RANGE(ActualObjectSize=str(version.size), RangeRequested="")
    span = ranges.Span(part.at, part.at + part.size - 1)
    return Selected(span, version.parts, _checksum_of_part(version, part))


def _checksum_of_part(version: Version, part: ObjectPart) -> str:
    """The part's own under a composite checksum; under one of the whole only where the part is the whole.

    Measured on AWS: https://github.com/localstack/localstack/pull/12842
    """
    if part.checksum:
        algorithm, kind, _ = checksums.split(version.checksum)
        return checksums.kept(algorithm, kind, part.checksum)
    return version.checksum if version.parts == 1 else ""


def _say_range(
    members: Params, params: Params, version: Version, selected: Selected
) -> ranges.Span:
    span = selected.span
    members["ContentRange"] = f"bytes {span.first}-{span.last}/{version.size}"
    if selected.parts is not None:
        members["PartsCount"] = selected.parts
    if selected.checksum and _wants_checksum(params):
        members.update(checksums.members(selected.checksum))
    return span


def _attach_files(
    s3: S3, version: Version, members: Params, span: ranges.Span | None
) -> Callable[[], None]:
    """Sets the body to files, which stay in place until the returned function is called."""
    first, last = span or (0, version.size - 1)
    segments = bodies.segments(s3.db, version.body, first, last)
    members["Body"] = [
        http.FileBody(s3.content.location(segment.file), start, length)
        for segment, start, length in cut(segments, first, last)
    ]
    return s3.content.lease([segment.file for segment in segments])


def cut(segments: list[Segment], first: int, last: int) -> list[tuple[Segment, int, int]]:
    """The part of each segment that lies between two offsets of the body, as (segment, offset in its file, length)."""
    cut = []
    for segment in segments:
        begin = max(first, segment.at)
        end = min(last + 1, segment.at + segment.length)
        if end > begin:
            cut.append((segment, segment.start + begin - segment.at, end - begin))
    return cut
