"""An upload: the body of the browser's request goes on to S3 in parts, so that memory stays flat whatever its size.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from __future__ import annotations

import json
import logging
import mimetypes
from collections.abc import AsyncIterator
from typing import Any

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.s3 import keys, parts
from homeport.console.cloud.s3.parts import Part
from homeport.console.visit import Visit
from homeport.edge import http

AT_ONCE = 2
"""Uploads under way: each takes 14 MiB, of the 256 that the process may have (`ui.memory`) and the 80 that it has. The page's script waits for its turn."""
TYPE = "application/octet-stream"

mimetypes.init()

logger = logging.getLogger(__name__)


class _Room:
    """How many uploads are under way in this process."""

    def __init__(self) -> None:
        self.taken = 0

    def __enter__(self) -> None:
        if self.taken >= AT_ONCE:
            raise Trouble(
                f"{AT_ONCE} uploads are under way already.",
                hint="Try again when one has ended.",
                status=503,
            )
        self.taken += 1

    def __exit__(self, *_: object) -> None:
        self.taken -= 1


_room = _Room()


async def put(visit: Visit) -> http.Response:
    """Keeps one file under a key: a new one, unless `overwrite` says that another may be replaced."""
    bucket, key = visit.names["bucket"], visit.query.text("key")
    if not key or len(key.encode()) > keys.BYTES:
        raise Trouble(
            f"A key has 1 to {keys.BYTES} bytes, this one has {len(key.encode())}.",
            hint="Give the file a shorter name.",
        )
    length = visit.request.body.length
    if length is not None and length > parts.SIZE * parts.MOST:
        raise Trouble(
            f"The file is larger than {parts.SIZE * parts.MOST // 2**30} GiB, which is more than the console passes on.",
            hint="aws s3 cp takes up to 48.8 TiB.",
            status=413,
        )
    upload = _Upload(visit, bucket, key)
    with _room:
        if not visit.query.has("overwrite"):
            await upload.refuse_if_there()
        size = await upload.run(visit.request.body)
    said = json.dumps({"key": key, "bytes": size}).encode()
    return http.Response(201, [("Content-Type", "application/json")], said)


class _Upload:
    """One upload on its way."""

    def __init__(self, visit: Visit, bucket: str, key: str) -> None:
        self._cloud = visit.cloud
        self._target = {"Bucket": bucket, "Key": key}
        self._part: Part | None = None
        """The one that is held in memory."""
        given = visit.request.headers.get("content-type", "")
        guessed, _ = mimetypes.guess_type(key.rpartition("/")[2])
        self._about: dict[str, Any] = {"ContentType": given or guessed or TYPE}
        self._if_new: dict[str, Any] = {} if visit.query.has("overwrite") else {"IfNoneMatch": "*"}

    async def refuse_if_there(self) -> None:
        """Says at once that there is such an object, and not at the end of a long upload."""
        try:
            await self._cloud.call("s3", "HeadObject", **self._target)
        except Trouble as trouble:
            if trouble.status == 404:
                return
            raise
        raise self._there()

    def _there(self) -> Trouble:
        return Trouble(
            f"There is an object {keys.shown(self._target['Key'])} already.",
            hint="Replace it, or choose another name.",
            status=409,
        )

    async def run(self, body: http.Body) -> int:
        """Passes the body on; returns its bytes."""
        pieces = parts.cut(body)
        self._part = await anext(pieces, None)
        try:
            if self._part is None or self._part.size < parts.SIZE:
                return await self._whole(self._part if self._part is not None else Part())
            return await self._in_parts(pieces)
        except Trouble as trouble:
            # Somebody else was first: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
            if trouble.status in {409, 412} and self._if_new:
                raise self._there() from trouble
            raise

    async def _whole(self, part: Part) -> int:
        size = part.size
        await self._cloud.call(
            "s3", "PutObject", **self._target, **self._about, **self._if_new, Body=part
        )
        return size

    async def _in_parts(self, pieces: AsyncIterator[Part]) -> int:
        begun = await self._cloud.call("s3", "CreateMultipartUpload", **self._target, **self._about)
        upload = {**self._target, "UploadId": begun["UploadId"]}
        sent: list[dict[str, Any]] = []
        size, is_whole = 0, False
        try:
            while self._part is not None:
                size += self._part.size
                sent.append(await self._send(upload, len(sent) + 1, self._part))
                # Let go before the next one is gathered.
                self._part = None
                self._part = await anext(pieces, None)
            await self._cloud.call(
                "s3",
                "CompleteMultipartUpload",
                **upload,
                **self._if_new,
                MultipartUpload={"Parts": sent},
            )
            is_whole = True
            return size
        finally:
            if not is_whole:
                await self._abort(upload)

    async def _abort(self, upload: dict[str, str]) -> None:
        """Cut, refused or cancelled: nothing of it stays. What ended it is told, not that this fails too."""
        try:
            await self._cloud.call("s3", "AbortMultipartUpload", **upload)
        except Trouble as trouble:
            logger.warning("An upload to the bucket %s is left: %s", upload["Bucket"], trouble)

    async def _send(self, upload: dict[str, str], number: int, part: Part) -> dict[str, Any]:
        if number > parts.MOST:
            raise Trouble("The file is too large to be passed on.", status=413)
        answer = await self._cloud.call("s3", "UploadPart", **upload, PartNumber=number, Body=part)
        return {"PartNumber": number, "ETag": answer["ETag"], **_checksums(answer)}


def _checksums(answer: dict[str, Any]) -> dict[str, Any]:
    """What a part was told to be: an upload that was begun with a checksum wants them again at its end."""
    named = {name: value for name, value in answer.items() if name.startswith("Checksum")}
    named.pop("ChecksumType", None)
    return named
