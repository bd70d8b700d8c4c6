"""How parts become an object: which ones, in which order, and what the whole is known by.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from homeport.aws.protocol.call import Params
from homeport.aws.s3 import errors, limits
from homeport.aws.s3.rules import checksums, part_checksums
from homeport.aws.s3.store.records import ObjectPart, Part, Upload


class Wanted(NamedTuple):
    """A part as the client names it."""

    number: int
    etag: str
    checksum: tuple[str, str] | None
    """Algorithm and value."""


class Whole(NamedTuple):
    """The object that the parts make."""

    parts: list[tuple[Part, int]]
    """Each with its offset in the object."""
    size: int
    etag: str
    checksum: str


def read(params: Params) -> list[Wanted]:
    """The parts that a request names. Raises `InvalidRequest`, `MalformedXML`, `InvalidPartOrder`."""
    if "MultipartUpload" not in params:
        raise errors.INVALID_REQUEST("You must specify at least one part")
    given = params["MultipartUpload"].get("Parts") or []
    if not 1 <= len(given) <= limits.PARTS:
        raise errors.MALFORMED_XML()
    wanted = [_read_one(part) for part in given]
    for before, after in itertools.pairwise(wanted):
        if before.number >= after.number:
            raise errors.INVALID_PART_ORDER(UploadId=params["UploadId"])
    return wanted


def _read_one(part: Mapping[str, Any]) -> Wanted:
    if "PartNumber" not in part or "ETag" not in part:
        raise errors.MALFORMED_XML()
    return Wanted(part["PartNumber"], part["ETag"].strip('"'), checksums.given(dict(part)))


def assemble(upload: Upload, wanted: Sequence[Wanted], parts: Mapping[int, Part]) -> Whole:
    """Puts the parts together. Raises `InvalidPart`, `EntityTooSmall`, `InvalidRequest`."""
    _check_consecutive(upload, wanted)
    chosen: list[tuple[Part, int]] = []
    size = 0
    for item in wanted:
        part = _choose(upload, item, parts)
        if part.size < limits.PART_SIZE_MIN and item is not wanted[-1]:
            raise errors.ENTITY_TOO_SMALL(
                ProposedSize=str(part.size),
                MinSizeAllowed=str(limits.PART_SIZE_MIN),
                PartNumber=str(part.number),
                ETag=part.etag,
            )
        chosen.append((part, size))
        size += part.size
    if size > limits.OBJECT_SIZE:
        raise errors.ENTITY_TOO_LARGE(
            ProposedSize=str(size), MaxSizeAllowed=str(limits.OBJECT_SIZE)
        )
    return Whole(chosen, size, _etag(chosen), _checksum(upload, chosen))


def _check_consecutive(upload: Upload, wanted: Sequence[Wanted]) -> None:
    """Parts with a checksum each are numbered from 1 without gaps.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompletedPart.html
    """
    is_gapless = wanted[-1].number == len(wanted)
    if upload.checksum_type == checksums.COMPOSITE and not is_gapless:
        raise errors.INVALID_PART_ORDER(UploadId=upload.id)


def _choose(upload: Upload, item: Wanted, parts: Mapping[int, Part]) -> Part:
    part = parts.get(item.number)
    if part is None or part.etag != item.etag:
        raise errors.INVALID_PART(UploadId=upload.id, PartNumber=str(item.number), ETag=item.etag)
    if item.checksum is not None:
        algorithm, value = item.checksum
        if part_checksums.read(part.checksum).get(algorithm) != value:
            raise errors.INVALID_PART(
                UploadId=upload.id, PartNumber=str(item.number), ETag=item.etag
            )
    elif upload.checksum_type == checksums.COMPOSITE:
        raise errors.INVALID_REQUEST(
            f"The upload was created using a {upload.algorithm.lower()} checksum. The complete request must "
            f"include the checksum for each part. It was missing for part {item.number} in the request."
        )
    return part


def _etag(chosen: Sequence[tuple[Part, int]]) -> str:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html (MD5 of the parts' MD5s, and their number)"""
    digests = b"".join(bytes.fromhex(part.etag) for part, _ in chosen)
    return f"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(chosen)}"


def _checksum(upload: Upload, chosen: Sequence[tuple[Part, int]]) -> str:
    algorithm = upload.algorithm or checksums.DEFAULT
    kind = upload.checksum_type or checksums.FULL_OBJECT
    values = [part_checksums.read(part.checksum)[algorithm] for part, _ in chosen]
    sizes = [part.size for part, _ in chosen]
    return checksums.kept(algorithm, kind, part_checksums.whole(algorithm, kind, values, sizes))


def check_whole(upload: Upload, whole: Whole, params: Params) -> None:
    """Raises `InvalidRequest` or `BadDigest` where the object is not what the request says of it."""
    size = params.get("MpuObjectSize")
    if size is not None and int(size) != whole.size:
        raise errors.INVALID_REQUEST(
            f"The provided 'x-amz-mp-object-size' header value {size} does not match what was computed: {whole.size}"
        )
    algorithm, kind, value = checksums.split(whole.checksum)
    if params.get("ChecksumType", kind) != kind:
        raise errors.INVALID_REQUEST(
            "The upload was created using the "
            f"{upload.checksum_type or 'null'} checksum mode. The complete request must use the same checksum mode."
        )
    given = checksums.given(params)
    if given is None:
        return
    if given[0] != algorithm or given[1] not in (value, value.rpartition("-")[0] or value):
        raise errors.BAD_DIGEST(
            f"The {given[0]} you specified did not match the calculated checksum."
        )


def object_parts(upload: Upload, whole: Whole) -> Iterator[ObjectPart]:
    """The parts as the object remembers them, numbered from 1 without gaps, as GetObject counts them.

    Their checksums are remembered where the object's is made of them; S3 tells no others.
    """
    is_composite = upload.checksum_type == checksums.COMPOSITE
    for number, (part, at) in enumerate(whole.parts, start=1):
        value = part_checksums.read(part.checksum)[upload.algorithm] if is_composite else ""
        yield ObjectPart(number, at, part.size, value)
