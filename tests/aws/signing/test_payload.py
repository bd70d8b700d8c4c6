"""Bodies of S3 requests: decoded, hashed inside or outside, and never believed before they are verified."""

import base64
import hashlib

import pytest
from tests.aws.signing import wire

from homeport.aws.protocol.call import AwsError
from homeport.aws.signing import checks, checksums, chunked, payload
from homeport.edge import http

DATA = bytes(range(256)) * 1000
HASHED = {"x-amz-content-sha256": hashlib.sha256(DATA).hexdigest()}
MD5 = {"content-md5": base64.b64encode(hashlib.md5(DATA).digest()).decode()}
CRC = {"x-amz-checksum-crc32": wire.crc32(DATA)}
TRAILER = {
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "x-amz-decoded-content-length": str(len(DATA)),
    "x-amz-trailer": "x-amz-checksum-crc32",
}


def plain(headers: dict[str, str], data: bytes = DATA, size: int = 100_000) -> payload.Payload:
    expected = checks.of(headers, is_flexible=True, is_required=False)
    return payload.Payload(wire.StreamBody(wire.split(data, size)), expected)


def coded(trailer: str, data: bytes = DATA) -> payload.Payload:
    body = wire.unsigned(wire.split(data, 65536), trailer)
    expected = checks.of(TRAILER, is_flexible=True, is_required=False)
    decoder = chunked.Decoder(chunked.announced_length(TRAILER))
    return payload.Payload(wire.StreamBody(wire.split(body, 9999)), expected, decoder)


async def collect(body: payload.Payload, into: list[bytes]) -> None:
    async for piece in body:
        into.append(piece)  # noqa: PERF401  what came before the error counts


async def read(body: payload.Payload) -> bytes:
    return b"".join([piece async for piece in body])


@pytest.mark.parametrize("headers", [{}, HASHED, MD5, CRC, HASHED | MD5 | CRC])
async def test_what_is_true_is_read_and_verified(headers: dict[str, str]) -> None:
    body = plain(headers)
    assert await read(body) == DATA
    body.verify()
    expected = {"CRC32": CRC["x-amz-checksum-crc32"]} if CRC.items() <= headers.items() else {}
    assert body.checksums == expected


@pytest.mark.parametrize(
    ("headers", "code"),
    [(HASHED, "XAmzContentSHA256Mismatch"), (MD5, "BadDigest"), (CRC, "BadDigest: The CRC32 you")],
)
async def test_one_wrong_byte_is_an_error_in_place_of_the_end(
    headers: dict[str, str], code: str
) -> None:
    wrong = DATA[:-1] + b"!"
    body = plain(headers, wrong)
    seen: list[bytes] = []
    with pytest.raises(AwsError, match=code):
        await collect(body, seen)
    assert b"".join(seen) == wrong
    assert body.checksums == {}
    with pytest.raises(AwsError, match=code):
        await plain(headers, wrong).read(1_000_000)


async def test_a_trailer_is_verified_and_told() -> None:
    body = coded(f"x-amz-checksum-crc32:{wire.crc32(DATA)}")
    assert body.announced == "CRC32"
    assert body.length == len(DATA)
    assert await body.read(len(DATA)) == DATA
    assert body.checksums == {"CRC32": wire.crc32(DATA)}


@pytest.mark.parametrize(
    ("trailer", "code"),
    [
        ("", "MalformedTrailerError"),
        ("x-amz-checksum-crc32:AAAAAA==", "BadDigest"),
        ("x-amz-checksum-crc32:AAAA", "InvalidRequest: Value for x-amz-checksum-crc32 trailing"),
        ("x-amz-checksum-sha1:AAAAAA==", "MalformedTrailerError"),
    ],
)
async def test_a_wrong_trailer_is_refused(trailer: str, code: str) -> None:
    with pytest.raises(AwsError, match=code):
        await read(coded(trailer))


async def test_hashers_outside_are_verified_by_the_reader() -> None:
    body = coded(f"x-amz-checksum-crc32:{wire.crc32(DATA)}")
    body.want("MD5")
    hashers = body.hashers()
    assert len(hashers) == 2
    async for piece in body:
        for hasher in hashers:
            hasher.update(piece)
    assert body.checksums == {}
    body.verify()
    assert body.checksums == {"CRC32": wire.crc32(DATA)}
    assert body.digest("MD5") == hashlib.md5(DATA).digest()


async def test_hashers_outside_that_saw_other_bytes_fail() -> None:
    body = plain(CRC)
    hashers = body.hashers()
    await read(body)
    hashers[0].update(DATA[1:])
    with pytest.raises(AwsError, match="BadDigest"):
        body.verify()


async def test_nothing_is_verified_before_its_end() -> None:
    body = plain(CRC)
    body.hashers()
    with pytest.raises(RuntimeError):
        body.verify()


def test_a_body_that_has_arrived_is_given_whole() -> None:
    expected = checks.of(TRAILER, is_flexible=True, is_required=False)
    wire_body = wire.unsigned(wire.split(DATA, 65536), f"x-amz-checksum-crc32:{wire.crc32(DATA)}")
    body = payload.Payload(http.BytesBody(wire_body), expected, chunked.Decoder(len(DATA)))
    assert body.peek() == DATA
    assert body.peek() is body.peek()
    assert body.hashers() == []
    body.want("SHA1")
    assert body.digest("SHA1") == hashlib.sha1(DATA).digest()
    assert body.checksums == {"CRC32": wire.crc32(DATA)}


def test_a_false_body_that_has_arrived_is_refused_at_once() -> None:
    expected = checks.of(CRC, is_flexible=True, is_required=False)
    with pytest.raises(AwsError, match="BadDigest"):
        payload.Payload(http.BytesBody(b"other"), expected).peek()


async def test_a_body_that_has_not_arrived_is_not_waited_for_by_peek() -> None:
    body = plain(CRC)
    assert body.peek() is None
    assert await body.read(len(DATA)) == DATA


@pytest.mark.parametrize("make", [lambda: plain({}), lambda: coded("x-amz-checksum-crc32:AAAA")])
async def test_a_body_above_the_limit_is_not_held(make) -> None:
    with pytest.raises(http.BodyTooLarge):
        await make().read(len(DATA) - 1)


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({"x-amz-content-sha256": "abc"}, "InvalidArgument: x-amz-content-sha256 must be"),
        ({"x-amz-content-sha256": "é" * 64}, "InvalidArgument: x-amz-content-sha256 must be"),
        ({"content-md5": "AAAA"}, "InvalidDigest: The Content-MD5 you specified was invalid."),
        ({"x-amz-checksum-sha1": "AAAA"}, "InvalidRequest: Value for x-amz-checksum-sha1 header"),
        (CRC | {"x-amz-checksum-sha1": "AAAA"}, "InvalidRequest: Expecting a single"),
        (CRC | {"x-amz-trailer": "x-amz-checksum-sha1"}, "InvalidRequest: Expecting a single"),
        (
            {"x-amz-trailer": "x-amz-meta-a"},
            "InvalidRequest: The value specified in the x-amz-trailer",
        ),
    ],
)
def test_headers_that_cannot_be_checked_are_refused(headers: dict[str, str], text: str) -> None:
    with pytest.raises(AwsError, match=text):
        checks.of(headers, is_flexible=True, is_required=False)


def test_a_required_checksum_may_be_of_either_kind() -> None:
    with pytest.raises(AwsError, match="Content-MD5 OR x-amz-checksum"):
        checks.of(HASHED, is_flexible=True, is_required=True)
    for headers in (MD5, CRC, {"x-amz-trailer": "x-amz-checksum-crc32"}):
        checks.of(headers, is_flexible=True, is_required=True)


def test_checksums_of_the_object_are_none_of_the_body() -> None:
    assert checks.of(CRC, is_flexible=False, is_required=False).announced is None


@pytest.mark.parametrize("algorithm", sorted(checksums.SIZES))
async def test_every_algorithm_is_verified(algorithm: str) -> None:
    hasher = checksums.new(algorithm)
    hasher.update(DATA)
    value = checksums.base64_of(hasher.digest())
    body = plain({f"x-amz-checksum-{algorithm.lower()}": value})
    await read(body)
    assert body.checksums == {algorithm: value}


def test_no_byte_is_hashed_twice() -> None:
    sha256 = base64.b64encode(hashlib.sha256(DATA).digest()).decode()
    body = plain(HASHED | MD5 | {"x-amz-checksum-sha256": sha256})
    body.want("MD5", "SHA256")
    assert len(body.hashers()) == 2
