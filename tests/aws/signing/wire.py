"""Bodies and requests as clients send them, made by hand and by botocore's own signers."""

import base64
import zlib
from collections.abc import AsyncIterator, Sequence
from urllib.parse import urlsplit

from botocore.auth import BaseSigner
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders

from homeport.edge import http

AWS_KEY = "AKIAIOSFODNN7EXAMPLE"
AWS_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
"""The credentials of AWS's own examples:
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html"""

AWS_TIME = 1369353600.0
"""Of the same examples: Fri, 24 May 2013 00:00:00 GMT."""


class StreamBody:
    """A body that arrives in the given pieces, and was not there when the request was."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.pieces = pieces

    @property
    def length(self) -> int | None:
        return None

    def peek(self) -> bytes | None:
        return None

    async def read(self, limit: int) -> bytes:
        raise NotImplementedError

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece


def split(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def crc32(data: bytes) -> str:
    return base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


def unsigned(chunks: Sequence[bytes], trailer: str = "") -> bytes:
    """The chunks, coded without signatures, and a trailer line."""
    framed = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return framed + b"0\r\n" + (trailer.encode() + b"\r\n" if trailer else b"") + b"\r\n"


def signed(chunks: Sequence[bytes], signatures: Sequence[str], trailer: str = "") -> bytes:
    """The chunks and an empty last one, each with its signature."""
    framed = b"".join(
        b"%x;chunk-signature=%b\r\n%b\r\n" % (len(chunk), signature.encode(), chunk)
        for chunk, signature in zip([*chunks, b""], signatures, strict=True)
    )
    return framed[:-2] + trailer.encode() + b"\r\n"


def request(method: str, url: str, headers: dict[str, str], body: bytes = b"") -> http.Request:
    """A request as the edge hands it on."""
    parts = urlsplit(url)
    lower = {name.lower(): value for name, value in headers.items()}
    lower.setdefault("host", parts.netloc)
    return http.Request(method, parts.path or "/", parts.query, lower, http.BytesBody(body))


def sign(
    signer: BaseSigner,
    method: str,
    url: str,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
) -> http.Request:
    """A request signed by botocore, as the edge would hand it on."""
    outgoing = AWSRequest(method=method, url=url, headers=headers or {}, data=body)
    signer.add_auth(outgoing)
    sent: HTTPHeaders = outgoing.headers
    return request(method, outgoing.url, dict(sent.items()), body)
