"""CopyObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html"""

from __future__ import annotations

import json
import sqlite3
from typing import NamedTuple

from homeport.aws.protocol.call import Call, Params
from homeport.aws.s3 import errors, limits
from homeport.aws.s3.notifications import names as events_by_name
from homeport.aws.s3.notifications.outgoing import Outgoing
from homeport.aws.s3.objects import source as sources
from homeport.aws.s3.objects.put import admitted, draft, written
from homeport.aws.s3.rules import attributes, checksums, conditions, names, tags
from homeport.aws.s3.s3 import S3, Bucket
from homeport.aws.s3.store import bodies, objects
from homeport.aws.s3.store.records import Version
from homeport.aws.signing import checksums as hashing

_DIRECTIVES = ("COPY", "REPLACE")


class Digests(NamedTuple):
    """What a copy is known by."""

    etag: str
    checksum: str


async def copy_object(s3: S3, call: Call, params: Params) -> Params:
    """Makes an object out of another one."""
    bucket = s3.bucket(call, params)
    names.check_key(params["Key"])
    conditions.check_write_form(params)
    _check_directives(params)
    for _ in range(sources.ATTEMPTS):
        try:
            return await _attempt(s3, call, params, bucket)
        except sources.SourceGoneError:
            continue
    raise errors.SLOW_DOWN()


async def _attempt(s3: S3, call: Call, params: Params, bucket: Bucket) -> Params:
    with s3.db.snapshot():
        source = sources.look_up(s3, call, params)
        taken = sources.take(s3, source, None)
    if source.version.size > limits.PUT_SIZE:
        raise errors.INVALID_REQUEST(
            "The specified copy source is larger than the maximum allowable size for a copy source: "
            f"{limits.PUT_SIZE}"
        )
    _check_not_itself(params, bucket, source)
    said = _attributes(params, bucket, source.version)
    release = sources.lease(s3, taken)
    try:
        digests = await _digests(s3, params, source.version, taken)
        version = draft(params["Key"], s3.now(), taken.size, digests.etag, said, digests.checksum)
        saved = await _save(s3, call, bucket, version, taken, params)
    finally:
        release()
    result = {
        "ETag": f'"{saved.etag}"',
        "LastModified": saved.modified,
        **checksums.members(saved.checksum),
    }
    members = {**written(bucket, saved), "CopyObjectResult": result}
    del members["ETag"]
    if source.bucket.versioning:
        members["CopySourceVersionId"] = source.version.version
    return members


async def _save(
    s3: S3, call: Call, bucket: Bucket, version: Version, taken: sources.Bytes, params: Params
) -> Version:
    name, events = s3.ids(), Outgoing(s3, call, bucket)

    def work(connection: sqlite3.Connection) -> tuple[Version, list[str]]:
        was = admitted(connection, bucket, version.key, params)
        sources.check_still_named(connection, taken)
        if taken.data is not None:
            body = bodies.add_inline(connection, taken.data)
        else:
            body = bodies.add_segments(connection, taken.segments)
        saved, freed = objects.put(connection, bucket.id, version._replace(body=body), was, name)
        events.created(connection, events_by_name.COPY, saved)
        return saved, freed

    saved, freed = await s3.db.write(work)
    events.tell()
    await s3.release(freed)
    return saved


async def _digests(s3: S3, params: Params, version: Version, taken: sources.Bytes) -> Digests:
    """ETag and checksum of the copy. A copy is one piece, so those of an object made of parts are computed anew."""
    algorithm, kind, value = (
        checksums.split(version.checksum) if version.checksum else (checksums.DEFAULT, "", "")
    )
    wanted = checksums.check_algorithm(params.get("ChecksumAlgorithm", algorithm))
    hashers = {}
    if version.parts:
        hashers["MD5"] = hashing.new("MD5")
    if wanted != algorithm or kind != checksums.FULL_OBJECT:
        hashers[wanted] = hashing.new(wanted)
    if hashers:
        await sources.digest(s3, taken, list(hashers.values()))
    etag = hashers["MD5"].digest().hex() if version.parts else version.etag
    if wanted in hashers:
        value = hashing.base64_of(hashers[wanted].digest())
    return Digests(etag, checksums.kept(wanted, checksums.FULL_OBJECT, value))


def _check_directives(params: Params) -> None:
    if params.get("MetadataDirective", "COPY") not in _DIRECTIVES:
        raise errors.argument(
            "x-amz-metadata-directive",
            params["MetadataDirective"],
            "Unknown metadata directive.",
        )
    if params.get("TaggingDirective", "COPY") not in _DIRECTIVES:
        raise errors.argument(
            "x-amz-tagging-directive", params["TaggingDirective"], "Unknown tagging directive."
        )


def _check_not_itself(params: Params, bucket: Bucket, source: sources.Source) -> None:
    is_changed = (
        params.get("MetadataDirective") == "REPLACE"
        or "WebsiteRedirectLocation" in params
        or "ServerSideEncryption" in params
        or params.get("StorageClass", source.version.storage_class) != source.version.storage_class
        or "versionId=" in params["CopySource"]
    )
    if source.bucket.id == bucket.id and source.version.key == params["Key"] and not is_changed:
        raise errors.INVALID_REQUEST(
            "This copy request is illegal because it is trying to copy an object to itself without changing "
            "the object's metadata, storage class, website redirect location or encryption attributes."
        )


def _attributes(params: Params, bucket: Bucket, version: Version) -> attributes.Attributes:
    """What is said of the copy: by the request or by the source, as the directives want it."""
    said = attributes.read(params, bucket.ownership)
    if params.get("MetadataDirective") != "REPLACE":
        head = json.loads(version.head)
        head.pop("WebsiteRedirectLocation", None)
        if "WebsiteRedirectLocation" in params:
            head["WebsiteRedirectLocation"] = params["WebsiteRedirectLocation"]
        said = said._replace(head=attributes.encode(head))
    if params.get("TaggingDirective") != "REPLACE":
        said = said._replace(tags=tags.kept(tags.read(version.tags)))
    return said
