"""Checksums of an upload in parts, and of the object that it becomes.

A part keeps one value for the object (of the upload's algorithm) and the one that its client sent, where that is another.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html#full-object-checksums
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence

from homeport.aws.protocol.call import Params
from homeport.aws.s3 import errors
from homeport.aws.s3.rules import checksums
from homeport.aws.signing import checksums as hashing
from homeport.aws.signing import native

_COMBINE: Mapping[str, Callable[[int, int, int], int]] = {
    "CRC32": native.combine_crc32,
    "CRC32C": native.combine_crc32c,
    "CRC64NVME": native.combine_crc64nvme,
}


def declared(params: Params) -> tuple[str, str]:
    """Algorithm and type that CreateMultipartUpload declares, empty where it declares none. Raises `InvalidRequest`."""
    kind = params.get("ChecksumType", "")
    if "ChecksumAlgorithm" not in params:
        if kind:
            raise errors.INVALID_REQUEST(
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header."
            )
        return "", ""
    algorithm = checksums.check_algorithm(params["ChecksumAlgorithm"])
    default = checksums.FULL_OBJECT if algorithm == checksums.DEFAULT else checksums.COMPOSITE
    kind = kind or default
    if kind not in (checksums.FULL_OBJECT, checksums.COMPOSITE):
        raise errors.INVALID_REQUEST("Value for x-amz-checksum-type header is invalid.")
    is_possible = kind == default or (
        kind == checksums.FULL_OBJECT and algorithm in checksums.COMBINABLE
    )
    if not is_possible:
        raise errors.INVALID_REQUEST(
            f"The {kind} checksum type cannot be used with the {algorithm.lower()} checksum algorithm."
        )
    return algorithm, kind


def check_part(algorithm: str, kind: str, announced: str | None) -> None:
    """Raises `InvalidRequest` where a part carries another checksum than its upload declared."""
    if not algorithm or announced == algorithm:
        return
    if announced is None and kind == checksums.FULL_OBJECT:
        return
    raise errors.INVALID_REQUEST(
        f"Checksum Type mismatch occurred, expected checksum Type: {algorithm.lower()}, "
        f"actual checksum Type: {(announced or 'null').lower()}"
    )


def kept(values: Mapping[str, str]) -> str:
    """The checksums of a part as they are stored, the one for the object first."""
    return " ".join(f"{algorithm}:{value}" for algorithm, value in values.items())


def read(stored: str) -> dict[str, str]:
    """The checksums of a part, by algorithm."""
    return dict(pair.split(":", 1) for pair in stored.split())


def whole(algorithm: str, kind: str, values: Sequence[str], sizes: Sequence[int]) -> str:
    """The checksum of an object out of those of its parts, in base64; `-N` behind it where it is a composite one."""
    raw = [base64.b64decode(value) for value in values]
    if kind == checksums.COMPOSITE:
        hasher = hashing.new(algorithm)
        hasher.update(b"".join(raw))
        return f"{hashing.base64_of(hasher.digest())}-{len(raw)}"
    combine = _COMBINE[algorithm]
    value = int.from_bytes(raw[0], "big")
    for part, size in zip(raw[1:], sizes[1:], strict=True):
        value = combine(value, int.from_bytes(part, "big"), size)
    return hashing.base64_of(value.to_bytes(len(raw[0]), "big"))
