"""Checksums that are kept of objects and parts.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
"""

from __future__ import annotations

from homeport.aws.protocol.call import Params
from homeport.aws.s3 import errors
from homeport.aws.signing import checksums

DEFAULT = "CRC64NVME"
"""What S3 computes where a client names none."""

FULL_OBJECT = "FULL_OBJECT"
COMPOSITE = "COMPOSITE"

MEMBERS = {name: f"Checksum{name}" for name in checksums.SIZES}
"""The member of S3's shapes that carries a value, by algorithm."""

COMBINABLE = frozenset({"CRC32", "CRC32C", "CRC64NVME"})
"""Those whose value over a whole follows from the values over its parts."""


def kept(algorithm: str, kind: str, value: str) -> str:
    """A checksum as it is stored."""
    return f"{algorithm}:{kind}:{value}"


def split(stored: str) -> tuple[str, str, str]:
    """Algorithm, type and value out of what is stored."""
    algorithm, kind, value = stored.split(":")
    return algorithm, kind, value


def members(stored: str) -> Params:
    """The members that carry a stored checksum."""
    if not stored:
        return {}
    algorithm, kind, value = stored.split(":")
    return {MEMBERS[algorithm]: value, "ChecksumType": kind}


def listed(stored: str) -> Params:
    """The members by which a listing names it."""
    if not stored:
        return {}
    algorithm, kind, _ = stored.split(":")
    return {"ChecksumAlgorithm": [algorithm], "ChecksumType": kind}


def check_algorithm(algorithm: str) -> str:
    """Raises `InvalidRequest` for an algorithm that S3 does not know."""
    if algorithm not in checksums.SIZES:
        raise errors.INVALID_REQUEST(
            "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
            f"[{', '.join(checksums.SIZES)}]"
        )
    return algorithm


def check_named(params: Params, announced: str | None) -> None:
    """Raises `InvalidRequest` where `x-amz-sdk-checksum-algorithm` names what no header or trailer carries."""
    if "ChecksumAlgorithm" not in params:
        return
    named = check_algorithm(params["ChecksumAlgorithm"])
    if announced is None:
        raise errors.INVALID_REQUEST(
            "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or "
            "x-amz-trailer headers were found."
        )
    if named != announced:
        raise errors.INVALID_REQUEST("Value for x-amz-sdk-checksum-algorithm header is invalid.")


def given(params: Params) -> tuple[str, str] | None:
    """Algorithm and value of the one checksum among the members. Raises `InvalidRequest` for several."""
    found = [(name, params[member]) for name, member in MEMBERS.items() if member in params]
    if len(found) > 1:
        raise errors.INVALID_REQUEST(
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
        )
    return found[0] if found else None
