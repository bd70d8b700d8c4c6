"""`aws-chunked` bodies, cut into pieces in every way, and corrupted."""

import hashlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.aws.signing import wire

from homeport.aws.protocol.call import AwsError
from homeport.aws.signing import canonical, chunked, credential
from homeport.aws.signing.chunk_signatures import ChunkSignatures

SCOPE = credential.Credential(
    credential.Form.HEADER,
    wire.AWS_KEY,
    service="s3",
    date="20130524",
    scope_region="us-east-1",
)
DATA = bytes(range(256)) * 100
CODED = wire.unsigned(
    [DATA[:8192], DATA[8192:25000], DATA[25000:]], "x-amz-checksum-crc32:AAAAAA=="
)


def decode(
    pieces: list[bytes], length: int = len(DATA), verifier: ChunkSignatures | None = None
) -> chunked.Decoder:
    decoder = chunked.Decoder(length, verifier)
    decoder.payload = b"".join([part for piece in pieces for part in decoder.feed(piece)])
    decoder.finish()
    return decoder


@given(cuts=st.lists(st.integers(0, len(CODED)), max_size=40))
def test_any_splitting_decodes_to_the_same(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(CODED)]
    decoder = decode([CODED[a:b] for a, b in itertools.pairwise(edges)])
    assert decoder.payload == DATA
    assert decoder.trailers == {"x-amz-checksum-crc32": "AAAAAA=="}


def test_single_bytes_decode_to_the_same() -> None:
    assert decode(wire.split(CODED, 1)).payload == DATA


@given(position=st.integers(0, len(CODED) - 1), length=st.integers(0, len(CODED)))
def test_a_cut_body_is_never_complete(position: int, length: int) -> None:
    end_of_payload = CODED.rindex(b"0\r\nx-amz")
    cut = CODED[: min(position, end_of_payload)]
    with pytest.raises(AwsError, match="IncompleteBody"):
        decode([cut[:length], cut[length:]])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "IncompleteBody"),
        (b"\r\n", "IncompleteBody"),
        (b"zz\r\n", "IncompleteBody"),
        (b"-5\r\nhello\r\n0\r\n\r\n", "IncompleteBody"),
        (b"5 \r\nhello\r\n0\r\n\r\n", "IncompleteBody"),
        (b"5\r\nhelloX\r\n0\r\n\r\n", "IncompleteBody"),
        (b"5\r\nhell\r\n0\r\n\r\n", "IncompleteBody"),
        (b"6\r\nhello!\r\n0\r\n\r\n", "IncompleteBody"),
        (b"fffffffffffffffff\r\n", "IncompleteBody"),
        (b"5;" + b"x" * 600, "IncompleteBody"),
        (b"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", "InvalidChunkSizeError"),
        (b"5\r\nhello\r\n0\r\nno-colon\r\n\r\n", "MalformedTrailerError"),
        (b"5\r\nhello\r\n0\r\na:1\r\na:2\r\n\r\n", "MalformedTrailerError"),
        (b"5\r\nhello\r\n0\r\na:" + b"x" * 9000, "MalformedTrailerError"),
    ],
)
def test_malformed_framing_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(AwsError, match=code):
        decode([body], 5)
    with pytest.raises(AwsError, match=code):
        decode(wire.split(body, 1), 5)


@pytest.mark.parametrize(
    "end", [b"0\r\n\r\n", b"0\r\n", b"0;chunk-signature=00\r\n\r\n", b"0\r\n\r\n\r\n"]
)
def test_line_ends_after_the_last_chunk_are_as_signers_write_them(end: bytes) -> None:
    assert decode([b"5\r\nhello\r\n" + end], 5).payload == b"hello"


def test_a_piece_that_is_all_payload_is_handed_on_uncopied() -> None:
    decoder = chunked.Decoder(100_000)
    decoder.feed(b"186a0\r\n")
    piece = bytes(60_000)
    assert decoder.feed(piece)[0] is piece


@pytest.mark.parametrize("text", ["", "-1", "1e3", "²", "1" * 19])
def test_the_decoded_length_must_be_a_number(text: str) -> None:
    with pytest.raises(AwsError, match="MissingContentLength"):
        chunked.announced_length({"x-amz-decoded-content-length": text})


# The examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html#example-signature-calculations-streaming
# and https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html#example-signature-calculations-trailing-header
EXAMPLE = b"a" * 66560
SEED = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
SIGNATURES = [
    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
]
TRAILER_SEED = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"
TRAILER_SIGNATURES = [
    "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
    "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
    "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
]
TRAILER = (
    "x-amz-checksum-crc32c:sOO8/Q==\n"
    "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n"
)


def signatures(seed: str, *, has_trailer: bool) -> ChunkSignatures:
    key = canonical.key_of(wire.AWS_SECRET, SCOPE)
    return ChunkSignatures(
        key, "20130524T000000Z", canonical.scope(SCOPE), seed, has_trailer=has_trailer
    )


def coded(*, has_trailer: bool) -> bytes:
    chunks = [EXAMPLE[:65536], EXAMPLE[65536:]]
    if has_trailer:
        return wire.signed(chunks, TRAILER_SIGNATURES, TRAILER)
    return wire.signed(chunks, SIGNATURES)


@pytest.mark.parametrize("size", [100, 7777, 1_000_000])
def test_the_published_chunk_signatures_are_verified(size: int) -> None:
    plain = signatures(SEED, has_trailer=False)
    decoder = decode(wire.split(coded(has_trailer=False), size), len(EXAMPLE), plain)
    assert decoder.payload == EXAMPLE


@pytest.mark.parametrize("size", [100, 1_000_000])
def test_the_published_trailer_signature_is_verified(size: int) -> None:
    chain = signatures(TRAILER_SEED, has_trailer=True)
    decoder = decode(wire.split(coded(has_trailer=True), size), len(EXAMPLE), chain)
    assert decoder.trailers["x-amz-checksum-crc32c"] == "sOO8/Q=="


@given(position=st.integers(0, len(coded(has_trailer=True)) - 1), change=st.integers(1, 255))
def test_one_changed_byte_is_refused(position: int, change: int) -> None:
    body = bytearray(coded(has_trailer=True))
    body[position] ^= change
    whole = bytes(body)
    try:
        decoder = decode([whole], len(EXAMPLE), signatures(TRAILER_SEED, has_trailer=True))
    except AwsError:
        return
    # What may change without notice is white space and the case of digits, never payload or checksum.
    assert hashlib.sha256(decoder.payload).digest() == hashlib.sha256(EXAMPLE).digest()
    assert decoder.trailers["x-amz-checksum-crc32c"] == "sOO8/Q=="


def test_unsigned_trailers_have_no_place_in_a_signed_body() -> None:
    body = wire.signed([EXAMPLE[:65536], EXAMPLE[65536:]], SIGNATURES, "x-amz-meta:1\r\n")
    with pytest.raises(AwsError, match="MalformedTrailerError"):
        decode([body], len(EXAMPLE), signatures(SEED, has_trailer=False))
