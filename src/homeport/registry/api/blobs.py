"""Blobs: read, looked for, removed, and the last step of every upload.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-blobs
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from homeport.edge import http
from homeport.registry import errors, names
from homeport.registry.api import ranges
from homeport.registry.backend import Backend
from homeport.registry.store import blobs
from homeport.storage.incoming.staging import Staged

CACHE = ("Cache-Control", "private, max-age=31536000, immutable")
"""Bytes behind a digest never change: https://www.rfc-editor.org/rfc/rfc8246"""


class Blobs:
    """The end points of blobs."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def get(self, request: http.Request, name: str, digest: str) -> http.Response:
        """end-2: the bytes of a blob, or a part of them, sent from the file."""
        blob = self._find(name, digest)
        headers = _headers(digest)
        if _is_known_to(request, digest):
            return http.Response(304, headers)
        status, offset, length = 200, 0, blob.size
        span = _span(request, digest, blob.size)
        if span is not None:
            status, (offset, length) = 206, span
            headers.append(("Content-Range", f"bytes {offset}-{offset + length - 1}/{blob.size}"))
        content = self._backend.content
        # Asked of the rows and leased without a pause between: no removal can come in between.
        release = content.lease([blob.file])
        body = http.FileBody(content.location(blob.file), offset, length)
        return http.Response(status, headers, body, on_end=release)

    def head(self, request: http.Request, name: str, digest: str) -> http.Response:
        """end-2: whether a blob is there, and its size."""
        blob = self._find(name, digest)
        headers = _headers(digest)
        if _is_known_to(request, digest):
            return http.Response(304, headers)
        headers.append(("Content-Length", str(blob.size)))
        return http.Response(200, headers)

    async def delete(self, _request: http.Request, name: str, digest: str) -> http.Response:
        """end-10: takes a blob from a repository; the file goes with the last repository that had it."""
        self._check(name, digest)
        removed = await self._backend.db.write(
            lambda connection: blobs.remove(connection, digest, name)
        )
        if removed.file is not None:
            await self._backend.content.delete([removed.file])
        if not removed.was_there:
            raise errors.Failure("BLOB_UNKNOWN", detail={"digest": digest})
        return http.Response(202, [errors.VERSION])

    def _find(self, name: str, digest: str) -> blobs.Blob:
        blob = blobs.find(self._backend.db, name, digest)
        if blob is None:
            self._check(name, digest)
            raise errors.Failure("BLOB_UNKNOWN", detail={"digest": digest})
        return blob

    def _check(self, name: str, digest: str) -> None:
        names.check_repository(name)
        names.check_digest(digest)


async def store(
    backend: Backend,
    staged: Staged,
    digest: str,
    repository: str,
    also: Callable[[sqlite3.Connection], None],
) -> None:
    """Makes a verified staged file the blob of a digest, in one commit with what `also` writes.

    Each file has a name of its own, though it begins with the digest: so removing a blob while it is pushed anew can never
    remove the file of the push.
    """
    now = backend.clock.now()

    def adopt(connection: sqlite3.Connection) -> bool:
        is_adopted = blobs.adopt(connection, digest, repository, now)
        if is_adopted:
            also(connection)
        return is_adopted

    def add(connection: sqlite3.Connection) -> bool:
        also(connection)
        return blobs.add(connection, digest, blobs.Blob(file, size), repository, now)

    if blobs.is_stored(backend.db, digest) and await backend.db.write(adopt):
        await staged.discard()
        return
    size = staged.size
    file = await staged.publish(_file_name(digest, staged.name))
    await _name(backend, file, add)


async def _name(backend: Backend, file: str, add: Callable[[sqlite3.Connection], bool]) -> None:
    """Commits the row that names a file; removes the file where the commit fails, or needs no file."""
    try:
        is_used = await backend.db.write(add)
    except Exception:
        await backend.content.delete([file])
        raise
    if not is_used:
        await backend.content.delete([file])


def _file_name(digest: str, staged: str) -> str:
    algorithm, _, encoded = digest.partition(":")
    return f"{algorithm}-{encoded[:64]}{staged[:16]}"


def _headers(digest: str) -> http.Headers:
    return [
        ("Content-Type", "application/octet-stream"),
        ("Docker-Content-Digest", digest),
        ("ETag", f'"{digest}"'),
        ("Accept-Ranges", "bytes"),
        CACHE,
        errors.VERSION,
    ]


def _is_known_to(request: http.Request, digest: str) -> bool:
    known = request.headers.get("if-none-match")
    return known is not None and (digest in known or known.strip() == "*")


def _span(request: http.Request, digest: str, size: int) -> ranges.Span | None:
    header = request.headers.get("range")
    if header is None or digest not in request.headers.get("if-range", digest):
        return None
    span = ranges.select(header, size)
    if span is not None and span.length == 0:
        raise errors.Failure(
            "RANGE_INVALID",
            f"the blob has {size} bytes",
            headers=[("Content-Range", f"bytes */{size}")],
        )
    return span
