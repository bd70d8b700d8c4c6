"""The body of an answer of S3, read in this process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterable
from typing import Any, BinaryIO

from homeport.aws.protocol.call import AwsError
from homeport.edge import http

STEP = 1024 * 1024
"""Bytes read of a file at a time."""


async def pieces_of(body: Any) -> AsyncGenerator[bytes, None]:
    """The bytes of any kind of body that a response has."""
    if isinstance(body, bytes):
        yield body
    elif isinstance(body, http.FileBody | list):
        for part in body if isinstance(body, list) else [body]:
            async with contextlib.aclosing(_of_file(part)) as pieces:
                async for piece in pieces:
                    yield piece
    else:
        stream: AsyncIterable[bytes] = body
        async for piece in stream:
            yield piece


async def _of_file(part: http.FileBody) -> AsyncGenerator[bytes, None]:
    file: BinaryIO = await asyncio.to_thread(open, part.path, "rb")
    try:
        file.seek(part.offset)
        left = part.length
        while left:
            piece = await asyncio.to_thread(file.read, min(STEP, left))
            if not piece:
                raise AwsError("InternalError", "An object's file is shorter than it was.", 500)
            left -= len(piece)
            yield piece
    finally:
        file.close()
