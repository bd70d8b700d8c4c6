"""Takes `aws-chunked` apart: the framing inside the body of an S3 upload, by which a client signs it or adds trailers.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html

No I/O: bytes go in as they come from the network, in pieces of any size, and the payload comes out. A piece that is all
payload is handed on as it is; others are sliced once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from homeport.aws.signing import errors

MIN_CHUNK_SIZE = 8192
"""Bytes of every chunk but the last.
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html ("Chunk size must be at least 8 KB")"""

MAX_CHUNK_HEADER = 512
"""Bytes of one chunk's header line; the longest that a signer writes is 8 + 17 + 144 (SigV4A pads signatures to 144)."""

MAX_TRAILER = 8192
"""Bytes of all trailers together, as the limit on user headers.
https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonRequestHeaders.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html ("the PUT request header is limited to 8 KB")"""

_MAX_LENGTH_DIGITS = 18
_HEX = frozenset(b"0123456789abcdefABCDEF")
_MAX_HEX_DIGITS = 16


class ChunkVerifier(Protocol):
    """Checks the signatures in the framing; each is over the one before it."""

    def update(self, data: bytes, /) -> None:
        """Takes payload of the chunk that is being read."""

    def end_chunk(self, signature: str) -> None:
        """The chunk is complete. Raises `SignatureDoesNotMatch`."""

    def end_trailer(self, trailers: Mapping[str, str]) -> None:
        """The trailers are complete, their signature among them. Raises `SignatureDoesNotMatch`."""


class Decoder:
    """One body's framing. `feed` it every piece, then `finish` it: only then is the payload known to be complete."""

    def __init__(self, length: int, verifier: ChunkVerifier | None = None) -> None:
        self.length = length
        """Bytes of payload announced by `x-amz-decoded-content-length`."""
        self.received = 0
        self.trailers: dict[str, str] = {}
        """After `finish`: values by name in lower case."""
        self._verifier = verifier
        self._rest = b""
        self._left = 0
        self._is_short = False
        self._signature = ""
        self._step = self._header

    @property
    def is_signed(self) -> bool:
        """Whether `feed` hashes what it is given, which takes its time for large pieces."""
        return self._verifier is not None

    def feed(self, data: bytes) -> list[bytes]:
        """The payload in `data`, in order. Raises `AwsError` where the framing or a signature is wrong."""
        if self._rest:
            data = self._rest + data
            self._rest = b""
        payload: list[bytes] = []
        position, end = 0, len(data)
        while position < end:
            after = self._step(data, position, payload)
            if after < 0:
                self._rest = data[position:] if position else data
                break
            position = after
        return payload

    def finish(self) -> None:
        """The body has ended. Raises `IncompleteBody` where chunks or payload are missing, and for wrong trailers."""
        if self._step != self._trailer or self.received != self.length:
            raise errors.INCOMPLETE_BODY()
        self.trailers = _parse_trailers(self._rest)
        if self._verifier is not None:
            self._verifier.end_trailer(self.trailers)

    def _header(self, data: bytes, position: int, payload: list[bytes]) -> int:  # noqa: ARG002
        end = data.find(b"\r\n", position, position + MAX_CHUNK_HEADER)
        if end < 0:
            if len(data) - position >= MAX_CHUNK_HEADER:
                raise errors.INCOMPLETE_BODY("A chunk of the request body has no valid header")
            return -1
        self._begin(*_parse_header(data[position:end]))
        return end + 2

    def _begin(self, size: int, signature: str) -> None:
        self._signature = signature
        if size == 0:
            self._end_chunk()
            self._step = self._trailer
            return
        if self._is_short:
            raise errors.INVALID_CHUNK_SIZE()
        self._is_short = size < MIN_CHUNK_SIZE
        self._left = size
        self.received += size
        if self.received > self.length:
            raise errors.INCOMPLETE_BODY(
                "The request body is larger than its x-amz-decoded-content-length"
            )
        self._step = self._payload

    def _payload(self, data: bytes, position: int, payload: list[bytes]) -> int:
        end = min(len(data), position + self._left)
        piece = data if end - position == len(data) else data[position:end]
        self._left -= end - position
        payload.append(piece)
        if self._verifier is not None:
            self._verifier.update(piece)
        if not self._left:
            self._end_chunk()
            self._step = self._line_end
        return end

    def _line_end(self, data: bytes, position: int, payload: list[bytes]) -> int:  # noqa: ARG002
        if len(data) - position < 2:
            return -1
        if data[position : position + 2] != b"\r\n":
            raise errors.INCOMPLETE_BODY("A chunk of the request body is not ended by CRLF")
        self._step = self._header
        return position + 2

    def _trailer(self, data: bytes, position: int, payload: list[bytes]) -> int:  # noqa: ARG002
        # Signers differ in the line ends around trailers; all agree that nothing follows them. So they end with the body.
        if len(data) - position > MAX_TRAILER:
            raise errors.MALFORMED_TRAILER()
        return -1

    def _end_chunk(self) -> None:
        if self._verifier is not None:
            self._verifier.end_chunk(self._signature)


def announced_length(headers: Mapping[str, str]) -> int:
    """What `x-amz-decoded-content-length` announces. Raises `MissingContentLength` where it is missing or no number."""
    value = headers.get("x-amz-decoded-content-length", "")
    if not value.isascii() or not value.isdigit() or len(value) > _MAX_LENGTH_DIGITS:
        raise errors.MISSING_CONTENT_LENGTH()
    return int(value)


def _parse_header(line: bytes) -> tuple[int, str]:
    size, _, extension = line.partition(b";")
    if not 0 < len(size) <= _MAX_HEX_DIGITS or not _HEX.issuperset(size):
        raise errors.INCOMPLETE_BODY("A chunk of the request body has no valid header")
    name, _, value = extension.partition(b"=")
    signature = value.decode("latin-1") if name.strip() == b"chunk-signature" else ""
    return int(size, 16), signature


def _parse_trailers(data: bytes) -> dict[str, str]:
    trailers: dict[str, str] = {}
    for line in data.split(b"\n"):
        text = line.strip()
        if not text:
            continue
        name, colon, value = text.decode("latin-1").partition(":")
        key = name.strip().lower()
        if not colon or not key or key in trailers:
            raise errors.MALFORMED_TRAILER()
        trailers[key] = value.strip()
    return trailers
