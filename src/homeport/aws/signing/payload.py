"""The body of an S3 request as its operation reads it: free of `aws-chunked`, and checked against all that the client said of it.

An operation whose input streams (PutObject, UploadPart) finds a `Payload` in `params["Body"]`. It is an `http.Body`, and:

    body.announced                      # "CRC32" where the client sends a checksum (header or trailer), else None
    body.want("MD5", "CRC64NVME")       # before reading: compute these also

    data = body.peek()                  # small and arrived: decoded, hashed and verified at once, else None
    data = await body.read(limit)       # the same, where it has to be waited for

    staged = content.stage(*body.hashers())       # large: whoever writes the content feeds the hashers, off the event loop
    async for piece in body:
        await staged.write(piece)
    await staged.flush()                          # every hasher has now seen every byte
    body.verify()                                 # raises AwsError: then discard what was staged
    name = await staged.publish()

    body.checksums                      # {"CRC32": "NSRBwg=="}: what the client sent, found to be true; {} where it sent none
    body.digest("MD5").hex()            # of any algorithm wanted or announced

Who does not call `hashers()` reads a stream that hashes itself (large pieces in a thread) and raises `AwsError` in place of its
end; `verify()` is then done already. `length` is the number of bytes of the payload, never of its coding.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from homeport.aws.signing import checks, chunked
from homeport.aws.signing.checks import Checks
from homeport.aws.signing.checksums import Hasher
from homeport.aws.signing.chunked import ChunkVerifier, Decoder
from homeport.edge import http

INLINE_HASHING = 64 * 1024
"""Bytes up to which a piece is hashed on the event loop: about 0.1 ms, less than a change of threads is worth."""


_CODING = "aws-chunked"


class Payload:
    """The decoded, checked body of one request. It is read once, in one of the ways above."""

    def __init__(self, raw: http.Body, checks: Checks, decoder: Decoder | None = None) -> None:
        self._raw = raw
        self._checks = checks
        self._decoder = decoder
        self._whole: bytes | None = None
        self._is_hashed_outside = False
        self._has_ended = False
        self._is_verified = False

    @property
    def length(self) -> int | None:
        """Bytes of payload; None only where the client named no length at all."""
        return self._raw.length if self._decoder is None else self._decoder.length

    @property
    def announced(self) -> str | None:
        """The algorithm whose value the client sends; known before the body is read."""
        return self._checks.announced

    @property
    def checksums(self) -> dict[str, str]:
        """The client's own checksum in base64, by algorithm, after it was verified."""
        return self._checks.verified

    def want(self, *algorithms: str) -> None:
        """Computes further algorithms; to be said before the body is read, except where `peek` or `read` gave it whole."""
        for algorithm in algorithms:
            is_late = self._whole is not None and algorithm not in self._checks.hashers
            hasher = self._checks.want(algorithm)
            if is_late:
                hasher.update(self._whole or b"")

    def hashers(self) -> list[Hasher]:
        """All hashers, to be fed by the caller, who then calls `verify`. None are left where `peek` gave the body already."""
        if self._whole is not None:
            return []
        self._is_hashed_outside = True
        return list(self._checks.hashers.values())

    def digest(self, algorithm: str) -> bytes:
        """The value of an algorithm that was wanted or announced, once the hashers have seen the whole payload."""
        return self._checks.hashers[algorithm].digest()

    def verify(self) -> None:
        """Compares what was computed with what the client said. Raises `BadDigest` and its kin. Harmless when repeated."""
        if self._is_verified:
            return
        if not self._has_ended:
            raise RuntimeError("A payload can be verified only after it was read to its end.")
        self._checks.verify({} if self._decoder is None else self._decoder.trailers)
        self._is_verified = True

    def peek(self) -> bytes | None:
        """All of it, verified, where it has arrived, else None. Raises `AwsError` where it is not what the client said."""
        if self._whole is None:
            data = self._raw.peek()
            if data is None:
                return None
            self._take_whole(self._decode_whole(data))
        return self._whole

    async def read(self, limit: int) -> bytes:
        """All of it, verified. Raises `BodyTooLarge` above `limit` bytes, `AwsError` where it is not what the client said."""
        if self.length is not None and self.length > limit:
            raise http.BodyTooLarge(f"The body has {self.length} bytes; {limit} are allowed here.")
        data = self.peek()
        if data is None:
            pieces: list[bytes] = []
            size = 0
            async for piece in self:
                size += len(piece)
                if size > limit:
                    raise http.BodyTooLarge(f"The body has more than {limit} bytes.")
                pieces.append(piece)
            data = self._whole = b"".join(pieces)
        return data

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The payload in pieces as they arrive; its end comes only when it is complete and, unless hashed outside, verified."""
        if self._whole is not None:
            if self._whole:
                yield self._whole
            return
        async for arrived in self._raw:
            for piece in await self._decode(arrived):
                if not self._is_hashed_outside:
                    await self._hash(piece)
                yield piece
        self._end()
        if not self._is_hashed_outside:
            self.verify()

    async def _decode(self, data: bytes) -> list[bytes]:
        if self._decoder is None:
            return [data]
        if self._decoder.is_signed and len(data) > INLINE_HASHING:
            return await asyncio.to_thread(self._decoder.feed, data)
        return self._decoder.feed(data)

    def _decode_whole(self, data: bytes) -> bytes:
        if self._decoder is None:
            self._end()
            return data
        pieces = self._decoder.feed(data)
        self._end()
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _take_whole(self, data: bytes) -> None:
        for hasher in self._checks.hashers.values():
            hasher.update(data)
        self.verify()
        self._whole = data

    async def _hash(self, piece: bytes) -> None:
        if not self._checks.hashers:
            return
        if len(piece) > INLINE_HASHING:
            await asyncio.to_thread(self._update, piece)
        else:
            self._update(piece)

    def _update(self, piece: bytes) -> None:
        for hasher in self._checks.hashers.values():
            hasher.update(piece)

    def _end(self) -> None:
        if self._decoder is not None:
            self._decoder.finish()
        self._has_ended = True


def of(
    request: http.Request,
    chunks: ChunkVerifier | None = None,
    *,
    is_flexible: bool,
    is_required: bool,
) -> Payload:
    """The payload of an S3 request; its `Content-Encoding` header then speaks of the payload, no longer of `aws-chunked`.

    `chunks` verifies the signatures in the body where those are verified. For the others see `checks.of`. Raises `AwsError` for
    headers that nothing can be checked by.
    """
    headers = request.headers
    expected = checks.of(headers, is_flexible=is_flexible, is_required=is_required)
    if not _is_coded(headers):
        return Payload(request.body, expected)
    decoder = Decoder(chunked.announced_length(headers), chunks)
    codings = [coding.strip() for coding in headers.get("content-encoding", "").split(",")]
    codings = [coding for coding in codings if coding and coding.lower() != _CODING]
    if codings:
        headers["content-encoding"] = ",".join(codings)
    else:
        headers.pop("content-encoding", None)
    return Payload(request.body, expected, decoder)


def _is_coded(headers: dict[str, str]) -> bool:
    # The signing form tells. A request that is not signed at all has none; then the two headers of the coding do.
    form = headers.get("x-amz-content-sha256", "")
    return form in checks.STREAMING_FORMS or (
        "x-amz-decoded-content-length" in headers
        and _CODING in headers.get("content-encoding", "").lower()
    )
