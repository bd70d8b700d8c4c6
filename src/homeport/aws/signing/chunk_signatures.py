"""The chain of signatures inside a signed `aws-chunked` body: every chunk's is over the one before it.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html#sigv4-chunked-body-definition
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html#example-signature-calculations-trailing-header
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from homeport.aws.signing import canonical, errors

TRAILER_SIGNATURE = "x-amz-trailer-signature"
_EMPTY = hashlib.sha256(b"").hexdigest()


class ChunkSignatures:
    """Verifies one body. It begins with the signature of the request's head, the seed."""

    def __init__(
        self, key: bytes, timestamp: str, scope: str, seed: str, *, has_trailer: bool
    ) -> None:
        self._key = key
        self._timestamp = timestamp
        self._scope = scope
        self._previous = seed
        self._has_trailer = has_trailer
        self._chunk = hashlib.sha256()

    def update(self, data: bytes, /) -> None:
        """Takes payload of the chunk that is being read."""
        self._chunk.update(data)

    def end_chunk(self, signature: str) -> None:
        """Compares the chunk's signature. Raises `SignatureDoesNotMatch`."""
        self._compare("AWS4-HMAC-SHA256-PAYLOAD", f"{_EMPTY}\n{self._chunk.hexdigest()}", signature)
        self._chunk = hashlib.sha256()

    def end_trailer(self, trailers: Mapping[str, str]) -> None:
        """Compares the signature of the trailers where the body has them. Raises `SignatureDoesNotMatch`."""
        signed = sorted(name for name in trailers if name != TRAILER_SIGNATURE)
        if not self._has_trailer:
            if trailers:
                raise errors.MALFORMED_TRAILER()
            return
        text = "".join([f"{name}:{trailers[name]}\n" for name in signed])
        digest = hashlib.sha256(text.encode("latin-1")).hexdigest()
        self._compare("AWS4-HMAC-SHA256-TRAILER", digest, trailers.get(TRAILER_SIGNATURE, ""))

    def _compare(self, kind: str, digests: str, signature: str) -> None:
        text = "\n".join((kind, self._timestamp, self._scope, self._previous, digests))
        computed = canonical.sign(self._key, text)
        if not hmac.compare_digest(computed.encode(), signature.encode("latin-1")):
            raise errors.SIGNATURE_DOES_NOT_MATCH(StringToSign=text, SignatureProvided=signature)
        self._previous = computed
