"""UploadPart and UploadPartCopy.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from homeport.aws.protocol.call import Call, Params
from homeport.aws.s3 import errors, limits
from homeport.aws.s3.multipart.upload import find
from homeport.aws.s3.objects import receive
from homeport.aws.s3.objects import source as sources
from homeport.aws.s3.rules import attributes, checksums, part_checksums, ranges
from homeport.aws.s3.s3 import S3, Bucket
from homeport.aws.s3.store import bodies, uploads
from homeport.aws.s3.store.records import Part, Segment, Upload
from homeport.aws.signing import checksums as hashing
from homeport.edge import http

AddBody = Callable[[sqlite3.Connection], int]


async def upload_part(s3: S3, call: Call, params: Params) -> Params:
    """Keeps a part, in place of an earlier one of its number."""
    bucket, upload, number = _open(s3, call, params)
    body = receive.payload(params)
    announced = body.announced
    checksums.check_named(params, announced)
    part_checksums.check_part(upload.algorithm, upload.checksum_type, announced)
    wanted = dict.fromkeys((upload.algorithm or checksums.DEFAULT, announced or ""))
    wanted.pop("", None)
    body.want(*wanted)
    received = await receive.receive(s3, body, 0)
    values = {name: hashing.base64_of(body.digest(name)) for name in wanted}
    segments = [Segment(0, received.file, 0, received.size)] if received.file else []
    part = _part(s3, number, received.size, received.etag, values)
    try:
        await _save(
            s3, bucket, upload, part, lambda connection: bodies.add_segments(connection, segments)
        )
    except Exception:
        await s3.release(segment.file for segment in segments)
        raise
    shown = announced or upload.algorithm
    members = {checksums.MEMBERS[shown]: values[shown]} if shown else {}
    return {**members, "ETag": f'"{part.etag}"', "ServerSideEncryption": attributes.ENCRYPTION}


def _open(s3: S3, call: Call, params: Params) -> tuple[Bucket, Upload, int]:
    """The upload that a part is for, and the part's number."""
    bucket = s3.bucket(call, params)
    attributes.check_encryption(params)
    number: int = params["PartNumber"]
    if not 1 <= number <= limits.PARTS:
        raise errors.argument(
            "partNumber",
            number,
            f"Part number must be an integer between 1 and {limits.PARTS}, inclusive",
        )
    return bucket, find(s3, bucket, params), number


def _part(s3: S3, number: int, size: int, etag: str, values: dict[str, str]) -> Part:
    return Part(number, 0, size, etag, s3.now(), part_checksums.kept(values))


async def _save(s3: S3, bucket: Bucket, upload: Upload, part: Part, add_body: AddBody) -> None:
    """Commits a part, where its upload is still under way."""

    def work(connection: sqlite3.Connection) -> list[str]:
        if not uploads.is_open(connection, bucket.id, upload.key, upload.id):
            raise errors.NO_SUCH_UPLOAD(UploadId=upload.id)
        body = add_body(connection)
        return uploads.put_part(connection, upload.id, part._replace(body=body))

    await s3.release(await s3.db.write(work))


async def upload_part_copy(s3: S3, call: Call, params: Params) -> Params:
    """Makes a part out of an object or a range of one."""
    bucket, upload, number = _open(s3, call, params)
    for _ in range(sources.ATTEMPTS):
        try:
            return await _copy(s3, call, params, bucket, upload, number)
        except sources.SourceGoneError:
            continue
    raise errors.SLOW_DOWN()


async def _copy(
    s3: S3, call: Call, params: Params, bucket: Bucket, upload: Upload, number: int
) -> Params:
    given = params.get("CopySourceRange")
    with s3.db.snapshot():
        source = sources.look_up(s3, call, params)
        span = None if given is None else ranges.parse_copy(given, source.version.size)
        taken = sources.take(s3, source, span)
    if taken.size > limits.PUT_SIZE:
        raise errors.ENTITY_TOO_LARGE(
            ProposedSize=str(taken.size), MaxSizeAllowed=str(limits.PUT_SIZE)
        )
    release = sources.lease(s3, taken)
    try:
        part = await _copy_bytes(s3, bucket, upload, number, taken)
    finally:
        release()
    value = part_checksums.read(part.checksum)
    result: Params = {"ETag": f'"{part.etag}"', "LastModified": part.modified}
    if upload.algorithm:
        result[checksums.MEMBERS[upload.algorithm]] = value[upload.algorithm]
    members: Params = {"CopyPartResult": result, "ServerSideEncryption": attributes.ENCRYPTION}
    if source.bucket.versioning:
        members["CopySourceVersionId"] = source.version.version
    return members


async def _copy_bytes(
    s3: S3, bucket: Bucket, upload: Upload, number: int, taken: sources.Bytes
) -> Part:
    algorithm = upload.algorithm or checksums.DEFAULT
    md5, hasher = hashing.new("MD5"), hashing.new(algorithm)
    await sources.digest(s3, taken, (md5, hasher))
    values = {algorithm: hashing.base64_of(hasher.digest())}
    part = _part(s3, number, taken.size, md5.digest().hex(), values)
    own = await _own_file(s3, taken)
    segments = own or taken.segments

    def add(connection: sqlite3.Connection) -> int:
        if not own:
            sources.check_still_named(connection, taken)
        return bodies.add_segments(connection, segments)

    try:
        await _save(s3, bucket, upload, part, add)
    except Exception:
        await s3.release(segment.file for segment in own)
        raise
    return part


async def _own_file(s3: S3, taken: sources.Bytes) -> list[Segment]:
    """A file for bytes that were inline: the object that parts become is made of files only."""
    if not taken.data:
        return []
    received = await receive.receive(s3, receive.payload({"Body": http.BytesBody(taken.data)}), 0)
    return [Segment(0, received.file, 0, received.size)]
