"""The bytes of an object on their way to the browser: as a file to keep, or to be looked at where nothing of it can run.

https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy/sandbox
"""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncIterator
from typing import Any

from homeport.console.asking.cloud import Cloud
from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.s3 import keys
from homeport.console.serving import headers
from homeport.console.visit import Visit
from homeport.edge import http

PIECE = 256 * 1024
IMAGES = frozenset(
    ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/svg+xml"]
)
SOUNDS = frozenset(["audio/mpeg", "audio/ogg", "audio/wav", "audio/x-wav", "audio/flac", "audio/mp4", "audio/aac", "audio/webm"])  # fmt: skip
FILMS = frozenset(["video/mp4", "video/webm", "video/ogg"])
PDF = "application/pdf"
SHOWN = IMAGES | SOUNDS | FILMS | {PDF}
"""What a browser shows by itself; anything else is only sent as a file."""
UNKNOWN = frozenset(["", "binary/octet-stream", "application/octet-stream"])


def kind(content_type: str, key: str) -> str:
    """The type by which an object is shown: what was said when it was stored, or what its name says where that is nothing."""
    said = content_type.partition(";")[0].strip().lower()
    if said in UNKNOWN:
        said = mimetypes.guess_type(key.rpartition("/")[2])[0] or said
    return said


async def look(visit: Visit) -> http.Response:
    """An image, a sound, a film or a document, to be shown in a page."""
    return await _send(visit, is_shown=True)


async def download(visit: Visit) -> http.Response:
    """Anything, as a file."""
    return await _send(visit, is_shown=False)


async def _send(visit: Visit, *, is_shown: bool) -> http.Response:
    key = visit.query.text("key")
    given = {"Bucket": visit.names["bucket"], "Key": key}
    if visit.query.has("version"):
        given["VersionId"] = visit.query.text("version")
    if "range" in visit.request.headers:
        given["Range"] = visit.request.headers["range"]
    is_head = visit.request.method == "HEAD"
    answer = await visit.cloud.call("s3", "HeadObject" if is_head else "GetObject", **given)
    shown = kind(answer.get("ContentType", ""), key)
    if is_shown and shown not in SHOWN:
        _close(answer)
        raise Trouble(
            f"An object of type {shown or 'unknown'} is not shown here.",
            hint="Download it.",
            status=415,
        )
    fields = [
        ("Content-Type", shown if is_shown else "application/octet-stream"),
        ("Content-Disposition", keys.disposition(key, "inline" if is_shown else "attachment")),
        ("Content-Length", str(answer["ContentLength"])),
        ("Content-Security-Policy", headers.SANDBOX),
        ("Accept-Ranges", "bytes"),
        ("ETag", _latin(answer.get("ETag", ""))),
    ]
    if "ContentRange" in answer:
        fields.append(("Content-Range", answer["ContentRange"]))
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    if is_head:
        return http.Response(status, fields)
    # A stream that nobody begins to read is not told of its end.
    return http.Response(status, fields, _pieces(visit.cloud, answer), answer["Body"].close)


def _latin(text: str) -> str:
    return text if text.isascii() and text.isprintable() else ""


def _close(answer: dict[str, Any]) -> None:
    if "Body" in answer:
        answer["Body"].close()


async def _pieces(cloud: Cloud, answer: dict[str, Any]) -> AsyncIterator[bytes]:
    """The body, a piece in memory at a time. Its connection is let go whichever way it ends."""
    body = answer["Body"]
    try:
        while piece := await cloud.use("s3", lambda _: body.read(PIECE)):
            yield piece
    finally:
        body.close()
