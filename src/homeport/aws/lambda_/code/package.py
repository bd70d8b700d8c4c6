"""Takes an archive in: from the request or from S3, into a content file, checked as a whole.

https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
from collections.abc import AsyncGenerator
from typing import NamedTuple

from homeport.aws.lambda_ import errors, limits
from homeport.aws.lambda_.code import archive
from homeport.aws.lambda_.code.objects import Object, Objects
from homeport.aws.protocol.call import AwsError, Call, Params
from homeport.storage.content import Content

UNZIPPED = f"Unzipped size must be smaller than {limits.UNZIPPED} bytes"
ZIPPED = f"Zipped size must be smaller than {limits.ZIPPED} bytes"
UNREADABLE = "Could not unzip uploaded file. Please check your file, then try to upload again."
EMPTY = "Uploaded file must be a non-empty zip"
"""https://github.com/aws/aws-cdk/issues/12536"""
TWO_SOURCES = "Please do not provide other FunctionCode parameters when providing a ZipFile."
NO_SOURCE = "Please provide a source for function code."
"""https://github.com/boto/boto3/issues/2705"""


_OTHER_SOURCES = ("S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri")


class Package(NamedTuple):
    """An archive in a published content file, which no row names yet."""

    file: str
    size: int
    unzipped: int
    sha256: str
    """In base64."""


async def take(content: Content, objects: Objects | None, call: Call, code: Params) -> Package:
    """The archive that `ZipFile`, or `S3Bucket` and `S3Key`, lead to. Who gets it names it in a row, or deletes it."""
    if code.get("S3ObjectStorageMode") == "REFERENCE":
        raise errors.not_implemented("S3ObjectStorageMode REFERENCE")
    source = _source(objects, call, code)
    digest = hashlib.sha256()
    staged = content.stage(digest)
    async with contextlib.aclosing(source), staged:
        async for piece in source:
            if staged.size + len(piece) > limits.UNZIPPED:
                raise errors.INVALID(UNZIPPED)
            await staged.write(piece)
        await staged.flush()
        name = await staged.publish()
    try:
        unzipped = await asyncio.to_thread(archive.inspect, content.path(name))
    except BaseException as error:
        await content.delete([name])
        raise _refusal(error) from error
    return Package(name, staged.size, unzipped, base64.b64encode(digest.digest()).decode())


def _refusal(error: BaseException) -> BaseException:
    if isinstance(error, archive.TooLarge):
        return errors.INVALID(UNZIPPED)
    if isinstance(error, archive.Empty):
        return errors.INVALID(EMPTY)
    return errors.INVALID(UNREADABLE) if isinstance(error, archive.Unreadable) else error


def _source(objects: Objects | None, call: Call, code: Params) -> AsyncGenerator[bytes, None]:
    body = code.get("ZipFile")
    if body is not None:
        if any(code.get(name) for name in _OTHER_SOURCES):
            raise errors.INVALID(TWO_SOURCES)
        if len(body) > limits.ZIPPED:
            raise errors.too_large(ZIPPED)
        return _whole(body)
    if not code.get("S3Bucket") or not code.get("S3Key"):
        raise errors.INVALID(NO_SOURCE)
    if objects is None or not objects.runs():
        raise errors.not_implemented("packages in S3, which does not run here,")
    place = Object(
        call.account, call.region, code["S3Bucket"], code["S3Key"], code.get("S3ObjectVersion")
    )
    return _object(objects, place)


async def _whole(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body


async def _object(objects: Objects, place: Object) -> AsyncGenerator[bytes, None]:
    try:
        async with contextlib.aclosing(objects.read(place)) as pieces:
            async for piece in pieces:
                yield piece
    except AwsError as error:
        # test_lambda_code_location_s3_errors
        raise errors.INVALID(
            f"Error occurred while GetObject. S3 Error Code: {error.code}. S3 Error Message: {error.message}"
        ) from error
