"""Blobs: read, looked for, removed, and the last step of every upload.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-blobs
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from homeport.edge import http
from homeport.registry import errors
from homeport.registry.api import ranges
from homeport.registry.backend import Backend
from homeport.registry.events import journal
from homeport.registry.events.journal import Event
from homeport.registry.grammar import names
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
        headers = fields(digest)
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
        self._backend.journal.tell(
            Event(journal.PULL, journal.BLOB, name, digest, size=blob.size, request=request)
        )
        return http.Response(status, headers, body, on_end=release)

    def head(self, request: http.Request, name: str, digest: str) -> http.Response:
        """end-2: whether a blob is there, and its size. Who is told that it is will not upload it, so no collection takes it soon."""
        blob = self._find(name, digest)
        self._backend.touches.touch(name, digest)
        headers = fields(digest)
        if _is_known_to(request, digest):
            return http.Response(304, headers)
        headers.append(("Content-Length", str(blob.size)))
        return http.Response(200, headers)

    async def delete(self, request: http.Request, name: str, digest: str) -> http.Response:
        """end-10: takes a blob from a repository; the file goes with the last repository that had it."""
        self._check(name, digest)
        event = Event(journal.DELETE, journal.BLOB, name, digest, request=request)

        def remove(connection: sqlite3.Connection) -> blobs.Removed:
            removed = blobs.remove(connection, digest, name)
            if removed.was_there:
                self._backend.journal.note(connection, event._replace(size=removed.size))
            return removed

        removed = await self._backend.db.write(remove)
        if removed.file is not None:
            await self._backend.content.delete([removed.file])
        if not removed.was_there:
            raise errors.Failure("BLOB_UNKNOWN", detail={"digest": digest})
        self._backend.journal.tell(event._replace(size=removed.size))
        return http.Response(202, [errors.VERSION])

    def _find(self, name: str, digest: str) -> blobs.Blob:
        blob = blobs.find(self._backend.db, name, digest)
        if blob is None or self._backend.touches.is_going(name, digest):
            self._check(name, digest)
            raise errors.Failure("BLOB_UNKNOWN", detail={"digest": digest})
        return blob

    def _check(self, name: str, digest: str) -> None:
        names.check_repository(name)
        names.check_digest(digest)


async def store(
    backend: Backend,
    staged: Staged,
    event: Event,
    also: Callable[[sqlite3.Connection], None] | None = None,
) -> None:
    """Makes a verified staged file the blob of the event's digest, in one commit with what `also` writes.

    Each file has a name of its own, though it begins with the digest: so removing a blob while it is pushed anew can never
    remove the file of the push.
    """
    now = backend.clock.now()
    digest, repository, size = event.digest, event.repository, staged.size
    pushed = event._replace(size=size)

    def note(connection: sqlite3.Connection) -> None:
        if also is not None:
            also(connection)
        backend.journal.note(connection, pushed)

    def adopt(connection: sqlite3.Connection) -> bool:
        is_adopted = blobs.adopt(connection, digest, repository, now)
        if is_adopted:
            note(connection)
        return is_adopted

    def add(connection: sqlite3.Connection) -> blobs.Added:
        note(connection)
        return blobs.add(connection, digest, blobs.Blob(file, size), repository, now)

    if blobs.is_stored(backend.db, digest) and await backend.db.write(adopt):
        await staged.discard()
    else:
        file = await staged.publish(_file_name(digest, staged.name))
        await _name(backend, file, add)
    backend.journal.tell(pushed)


async def _name(
    backend: Backend, file: str, add: Callable[[sqlite3.Connection], blobs.Added]
) -> None:
    """Commits the row that names a file; removes the file where the commit fails, or needs no file."""
    try:
        added = await backend.db.write(add)
    except Exception:
        await backend.content.delete([file])
        raise
    unused = [*([] if added.is_used else [file]), *([added.replaced] if added.replaced else [])]
    if unused:
        await backend.content.delete(unused)


def _file_name(digest: str, staged: str) -> str:
    algorithm, _, encoded = digest.partition(":")
    return f"{algorithm}-{encoded[:64]}{staged[:16]}"


def fields(digest: str) -> http.Headers:
    """The head fields that tell of a blob."""
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
