"""What a request says its payload must hash to, and the comparison once the payload is known.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
"""

from __future__ import annotations

import binascii
from collections.abc import Mapping

from homeport.aws.signing import checksums, errors

UNSIGNED = "UNSIGNED-PAYLOAD"
STREAMING_FORMS = frozenset(
    {
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
    }
)
"""https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html"""

_PREFIX = "x-amz-checksum-"


class Checks:
    """The values expected of one payload, and the hashers that compute them."""

    __slots__ = ("_content_md5", "_expected", "_payload_sha256", "announced", "hashers", "verified")

    def __init__(self) -> None:
        self.announced: str | None = None
        """The algorithm whose value the client sends, in a header or in a trailer."""
        self.hashers: dict[str, checksums.Hasher] = {}
        """By algorithm; all must be fed the whole payload before `verify`."""
        self.verified: dict[str, str] = {}
        """After `verify`: the client's checksum in base64 by its algorithm; empty where it sent none."""
        self._expected: bytes | None = None
        self._content_md5: bytes | None = None
        self._payload_sha256: bytes | None = None

    def want(self, algorithm: str) -> checksums.Hasher:
        """The hasher of an algorithm, made where nothing has asked for it yet."""
        hasher = self.hashers.get(algorithm)
        if hasher is None:
            hasher = self.hashers[algorithm] = checksums.new(algorithm)
        return hasher

    def verify(self, trailers: Mapping[str, str]) -> None:
        """Compares every expected value with its hasher's. Raises `AwsError` for the first that differs."""
        if self._payload_sha256 is not None:
            self._verify_payload(self._payload_sha256)
        if self._content_md5 is not None:
            self._verify_md5(self._content_md5)
        if self.announced is not None:
            self._verify_checksum(self.announced, trailers)

    def _verify_payload(self, expected: bytes) -> None:
        computed = self.hashers["SHA256"].digest()
        if computed != expected:
            raise errors.PAYLOAD_MISMATCH(
                ClientComputedContentSHA256=expected.hex(), S3ComputedContentSHA256=computed.hex()
            )

    def _verify_md5(self, expected: bytes) -> None:
        computed = self.hashers["MD5"].digest()
        if computed != expected:
            raise errors.BAD_DIGEST(
                CalculatedDigest=checksums.base64_of(computed),
                ExpectedDigest=checksums.base64_of(expected),
            )

    def _verify_checksum(self, algorithm: str, trailers: Mapping[str, str]) -> None:
        expected = self._expected
        if expected is None:
            expected = _from_trailer(algorithm, trailers)
        computed = self.hashers[algorithm].digest()
        if computed != expected:
            raise errors.BAD_DIGEST(
                f"The {algorithm} you specified did not match the calculated checksum."
            )
        self.verified[algorithm] = checksums.base64_of(computed)

    def expect_payload(self, value: str) -> None:
        """Takes `x-amz-content-sha256`. Raises `InvalidArgument` for what is none of its forms."""
        if value == UNSIGNED or value in STREAMING_FORMS:
            return
        self._payload_sha256 = _from_hex(value)
        self.want("SHA256")

    def expect_md5(self, value: str) -> None:
        """Takes `Content-MD5`. Raises `InvalidDigest`. https://www.rfc-editor.org/rfc/rfc1864"""
        self._content_md5 = checksums.from_base64(value, checksums.SIZES["MD5"])
        if self._content_md5 is None:
            raise errors.INVALID_DIGEST(**{"Content-MD5": value})
        self.want("MD5")

    def expect_checksum(self, headers: Mapping[str, str]) -> None:
        """Takes the one `x-amz-checksum-*` header or the one that `x-amz-trailer` announces. Raises `InvalidRequest`."""
        named = [name for name in headers if name in checksums.HEADERS]
        trailer = _announced_trailer(headers.get("x-amz-trailer", ""))
        if len(named) + (trailer is not None) > 1:
            raise errors.INVALID_REQUEST(
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
            )
        if named:
            self.announced = checksums.HEADERS[named[0]]
            self._expected = checksums.from_base64(
                headers[named[0]], checksums.SIZES[self.announced]
            )
            if self._expected is None:
                raise errors.INVALID_REQUEST(f"Value for {named[0]} header is invalid.")
        elif trailer is not None:
            self.announced = trailer
        if self.announced is not None:
            self.want(self.announced)


def of(headers: Mapping[str, str], *, is_flexible: bool, is_required: bool) -> Checks:
    """What the headers of an S3 request expect.

    `is_flexible`: the operation takes `x-amz-checksum-*` of its body (the model's `requestAlgorithmMember`); elsewhere, as in
    CompleteMultipartUpload, those headers speak of the object. `is_required`: a checksum of either kind must be there.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
    """
    checks = Checks()
    payload = headers.get("x-amz-content-sha256")
    if payload is not None:
        checks.expect_payload(payload)
    md5 = headers.get("content-md5")
    if md5 is not None:
        checks.expect_md5(md5)
    if is_flexible:
        checks.expect_checksum(headers)
        if is_required and md5 is None and checks.announced is None:
            raise errors.INVALID_REQUEST(
                "Missing required header for this request: Content-MD5 OR x-amz-checksum-*"
            )
    return checks


def _announced_trailer(value: str) -> str | None:
    if not value:
        return None
    algorithm = checksums.HEADERS.get(value.strip().lower())
    if algorithm is None:
        raise errors.INVALID_REQUEST(
            "The value specified in the x-amz-trailer header is not supported"
        )
    return algorithm


def _from_trailer(algorithm: str, trailers: Mapping[str, str]) -> bytes:
    name = f"{_PREFIX}{algorithm.lower()}"
    value = trailers.get(name)
    if value is None:
        raise errors.MALFORMED_TRAILER()
    expected = checksums.from_base64(value, checksums.SIZES[algorithm])
    if expected is None:
        raise errors.INVALID_REQUEST(f"Value for {name} trailing header is invalid.")
    return expected


def _from_hex(value: str) -> bytes:
    try:
        digest = binascii.unhexlify(value)
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != checksums.SIZES["SHA256"]:
        raise errors.INVALID_ARGUMENT(
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, "
            "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER "
            "or a valid sha256 value.",
            ArgumentName="x-amz-content-sha256",
            ArgumentValue=value,
        )
    return digest
