"""Our Amazon S3 as Lambda reads deployment packages from it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator

from homeport.aws.delivery.bodies import pieces_of
from homeport.aws.delivery.invoke import Caller, Invoker
from homeport.aws.lambda_.code.objects import Object


class CodeObjects:
    """Implements `homeport.aws.lambda_.code.objects.Objects` by calls of S3's own operations."""

    def __init__(self, invoker: Invoker) -> None:
        self._invoker = invoker

    def runs(self) -> bool:
        """Whether there is an S3 at all."""
        return self._invoker.runs("s3")

    async def read(self, place: Object) -> AsyncGenerator[bytes, None]:
        """The bytes of an object in pieces; what holds them is let go of at the end."""
        version = {} if place.version is None else {"VersionId": place.version}
        output = await self._invoker.call(
            Caller(place.account, place.region),
            "s3",
            "GetObject",
            {"Bucket": place.bucket, "Key": place.key, **version},
        )
        try:
            async with contextlib.aclosing(pieces_of(output.members.get("Body", b""))) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            if output.on_end is not None:
                output.on_end()
