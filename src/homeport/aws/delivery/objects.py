"""Our Amazon S3 as other services use it: objects written and read as streams."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable

from homeport.aws.delivery.bodies import pieces_of
from homeport.aws.delivery.invoke import Caller, Invoker
from homeport.aws.dynamodb.backups.objects import AS_BUCKET, Encryption, Listed, Place
from homeport.aws.protocol.call import AwsError, Output, Params
from homeport.edge import http

PART = 16 * 1024 * 1024
"""Bytes of a part, and of an object that is written at once. Parts but the last have at least 5 MiB:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""


class S3Objects:
    """Implements `homeport.aws.dynamodb.backups.objects.Objects` by calls of S3's own operations."""

    def __init__(self, invoker: Invoker, part_size: int = PART) -> None:
        self._invoker = invoker
        self._part_size = part_size

    def runs(self) -> bool:
        """Whether there is an S3 at all."""
        return self._invoker.runs("s3")

    async def write(
        self,
        place: Place,
        key: str,
        body: AsyncIterator[bytes],
        encryption: Encryption = AS_BUCKET,
    ) -> str:
        """Makes an object, in parts where it is large, and returns its ETag without quotes."""
        parts = _parts(body, self._part_size)
        first = await anext(parts, b"")
        second = await anext(parts, None)
        target = {**_where(place), "Key": key}
        if second is None:
            said = {**target, **_encrypted(encryption), "Body": http.BytesBody(first)}
            answer = await self._call(place, "PutObject", said)
            return _etag(answer)
        return await self._write_parts(place, target, encryption, _chain(first, second, parts))

    async def _write_parts(
        self,
        place: Place,
        target: Params,
        encryption: Encryption,
        parts: AsyncIterator[bytes],
    ) -> str:
        begun = await self._call(
            place, "CreateMultipartUpload", {**target, **_encrypted(encryption)}
        )
        upload = {**target, "UploadId": begun["UploadId"]}
        try:
            written: list[Params] = []
            async for part in parts:
                number = len(written) + 1
                said = {**upload, "PartNumber": number, "Body": http.BytesBody(part)}
                answer = await self._call(place, "UploadPart", said)
                written.append({"PartNumber": number, "ETag": answer["ETag"]})
            whole = {**upload, "MultipartUpload": {"Parts": written}}
            return _etag(await self._call(place, "CompleteMultipartUpload", whole))
        except BaseException:
            # The first failure is told; parts of an upload that cannot be ended stay listed, as on AWS.
            with contextlib.suppress(AwsError):
                await self._call(place, "AbortMultipartUpload", upload)
            raise

    async def read(self, place: Place, key: str) -> AsyncIterator[bytes]:
        """The bytes of an object in pieces; what holds them is let go of at the end."""
        output = await self._invoke(place, "GetObject", {**_where(place), "Key": key})
        try:
            async for piece in pieces_of(output.members.get("Body", b"")):
                yield piece
        finally:
            _end(output.on_end)

    async def find(self, place: Place, prefix: str) -> AsyncIterator[Listed]:
        """The objects whose keys begin with `prefix`, page by page."""
        said: Params = {**_where(place), "Prefix": prefix}
        while True:
            page = await self._call(place, "ListObjectsV2", said)
            for entry in page.get("Contents", []):
                yield Listed(entry["Key"], entry["Size"])
            if not page["IsTruncated"]:
                return
            said["ContinuationToken"] = page["NextContinuationToken"]

    async def _call(self, place: Place, operation: str, params: Params) -> Params:
        output = await self._invoke(place, operation, params)
        _end(output.on_end)
        return output.members

    async def _invoke(self, place: Place, operation: str, params: Params) -> Output:
        caller = Caller(place.account, place.region)
        return await self._invoker.call(caller, "s3", operation, params)


def _where(place: Place) -> Params:
    owner = {} if place.owner is None else {"ExpectedBucketOwner": place.owner}
    return {"Bucket": place.bucket, **owner}


def _encrypted(encryption: Encryption) -> Params:
    if encryption.algorithm is None:
        return {}
    if encryption.algorithm == "AES256":
        return {"ServerSideEncryption": "AES256"}
    key = {} if encryption.key is None else {"SSEKMSKeyId": encryption.key}
    return {"ServerSideEncryption": "aws:kms", **key}


def _etag(answer: Params) -> str:
    text: str = answer["ETag"]
    return text.strip('"')


def _end(on_end: Callable[[], None] | None) -> None:
    if on_end is not None:
        on_end()


async def _parts(body: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """The body cut into pieces of `size` bytes, the last one smaller."""
    gathered = bytearray()
    async for piece in body:
        gathered += piece
        while len(gathered) >= size:
            yield bytes(gathered[:size])
            del gathered[:size]
    if gathered:
        yield bytes(gathered)


async def _chain(first: bytes, second: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    yield second
    async for piece in rest:
        yield piece
