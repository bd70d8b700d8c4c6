"""Takes a body in: small ones into memory, larger ones into a content file, verified before anything names them."""

from __future__ import annotations

from typing import NamedTuple

from homeport.aws.protocol.call import Params
from homeport.aws.s3 import errors, limits
from homeport.aws.s3.s3 import S3
from homeport.aws.signing.checks import Checks
from homeport.aws.signing.payload import Payload
from homeport.edge import http


class Received(NamedTuple):
    """A body that is complete and true."""

    size: int
    etag: str
    data: bytes | None
    """All of it, where it is small."""
    file: str
    """The content file that holds it; empty where none does."""


def payload(params: Params) -> Payload:
    """The body of a request with what is to be checked of it."""
    body: http.Body = params.get("Body") or http.BytesBody()
    return body if isinstance(body, Payload) else Payload(body, Checks())


async def receive(s3: S3, body: Payload, inline_size: int) -> Received:
    """Reads a body to its end. Raises `AwsError` where it is too large, incomplete or not what the client said of it."""
    size = body.length
    if size is None:
        raise errors.MISSING_CONTENT_LENGTH()
    if size > limits.PUT_SIZE:
        raise errors.ENTITY_TOO_LARGE(ProposedSize=str(size), MaxSizeAllowed=str(limits.PUT_SIZE))
    body.want("MD5")
    if size > inline_size:
        file = await _to_file(s3, body, size)
        return Received(size, body.digest("MD5").hex(), None, file)
    data = body.peek()
    if data is None:
        data = await body.read(inline_size)
    if len(data) != size:
        raise errors.INCOMPLETE_BODY()
    return Received(size, body.digest("MD5").hex(), data, "")


async def _to_file(s3: S3, body: Payload, size: int) -> str:
    staged = s3.content.stage(*body.hashers())
    try:
        async for piece in body:
            await staged.write(piece)
        if staged.size != size:
            raise errors.INCOMPLETE_BODY()
        await staged.flush()
        body.verify()
        return await staged.publish()
    except BaseException:
        await staged.discard()
        raise
