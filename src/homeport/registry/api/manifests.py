"""Manifests, by tag and by digest: their bytes go out exactly as they came in.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from homeport.edge import http
from homeport.registry import errors, limits
from homeport.registry.api import query
from homeport.registry.backend import Backend
from homeport.registry.events import journal
from homeport.registry.events.journal import Event
from homeport.registry.grammar import documents, names
from homeport.registry.store import manifests

_HARMLESS = [
    ("Content-Security-Policy", "sandbox; default-src 'none'"),
    ("X-Content-Type-Options", "nosniff"),
]
"""A manifest may be pushed as text/html, with scripts in it: where a browser shows it, these must not come to act for who looks at it.
https://www.w3.org/TR/CSP3/#directive-sandbox"""

T = TypeVar("T")
_Remove = Callable[[sqlite3.Connection, str, str], manifests.Gone | None]


class Manifests:
    """The end points of manifests."""

    def __init__(self, backend: Backend) -> None:
        self._db = backend.db
        self._clock = backend.clock
        self._rows = backend.manifests
        self._journal = backend.journal
        self._touches = backend.touches

    def get(self, request: http.Request, name: str, reference: str) -> http.Response:
        """end-3: a manifest, as it was pushed, whatever `Accept` says."""
        found = manifests.get(self._db, name, reference)
        if found is None:
            raise _unknown(name, reference)
        digest, media_type, content = found
        self._touch(name, reference, digest)
        headers = fields(digest, media_type)
        known = request.headers.get("if-none-match")
        if known is not None and digest in known:
            self._tell(journal.LOOK, request, name, reference, digest, media_type, len(content))
            return http.Response(304, headers)
        self._tell(journal.PULL, request, name, reference, digest, media_type, len(content))
        return http.Response(200, headers, content)

    def head(self, request: http.Request, name: str, reference: str) -> http.Response:
        """end-3: whether a manifest is there, its digest and size."""
        found = manifests.head(self._db, name, reference)
        if found is None:
            raise _unknown(name, reference)
        digest, media_type, size = found
        self._touch(name, reference, digest)
        self._tell(journal.LOOK, request, name, reference, digest, media_type, size)
        headers = fields(digest, media_type)
        known = request.headers.get("if-none-match")
        if known is not None and digest in known:
            return http.Response(304, headers)
        headers.append(("Content-Length", str(size)))
        return http.Response(200, headers)

    def _tell(
        self,
        action: str,
        request: http.Request,
        name: str,
        reference: str,
        digest: str,
        media_type: str,
        size: int,
    ) -> None:
        tag = "" if ":" in reference else reference
        self._journal.tell(
            Event(action, journal.MANIFEST, name, digest, tag, media_type, size, request=request)
        )

    def _touch(self, name: str, reference: str, digest: str) -> None:
        """Who is told that a manifest is there will not push it, so no collection takes it soon."""
        if self._touches.is_going(name, digest):
            raise _unknown(name, reference)
        self._touches.touch(name, digest)

    async def put(self, request: http.Request, name: str, reference: str) -> http.Response:
        """end-7: stores a manifest, under a tag, or under its digest and the tags of the query."""
        names.check_repository(name)
        algorithm, tags = _target(reference, request.query)
        content = await _read(request.body)
        document = await _parse(request.headers.get("content-type", ""), content)
        digest = names.digest(algorithm, content)
        if ":" in reference and digest != reference:
            raise errors.Failure("DIGEST_INVALID", detail={"digest": reference, "actual": digest})
        new = manifests.Stored(digest, content, document)
        await self._store(request, name, new, tags)
        return _created(name, digest, document, tags if ":" in reference else [])

    async def _store(
        self, request: http.Request, name: str, new: manifests.Stored, tags: list[str]
    ) -> None:
        now = self._clock.now()
        event = Event(
            journal.PUSH,
            journal.MANIFEST,
            name,
            new.digest,
            media_type=new.document.media_type,
            size=len(new.content),
            request=request,
        )
        happened = [event._replace(tag=tag) for tag in tags] or [event]

        def put(connection: sqlite3.Connection) -> list[str]:
            missing = manifests.put(connection, name, new, tags, now)
            for each in [] if missing else happened:
                self._journal.note(connection, each)
            return missing

        missing = await self._write(put)
        if missing:
            raise _missing(missing)
        for each in happened:
            self._journal.tell(each)

    async def delete(self, request: http.Request, name: str, reference: str) -> http.Response:
        """end-9: a tag goes alone; by digest the manifest goes, and all its tags."""
        names.check_repository(name)
        if ":" in reference:
            names.check_digest(reference)
            remove: _Remove = manifests.remove
            event = Event(journal.DELETE, journal.MANIFEST, name)
        else:
            names.check_tag(reference)
            remove = manifests.remove_tag
            event = Event(journal.DELETE, journal.TAG, name, tag=reference)

        def delete(connection: sqlite3.Connection) -> Event | None:
            gone = remove(connection, name, reference)
            if gone is None:
                return None
            digest, media_type, size = gone
            happened = event._replace(
                digest=digest, media_type=media_type, size=size, request=request
            )
            self._journal.note(connection, happened)
            return happened

        happened = await self._write(delete)
        if happened is None:
            raise _unknown(name, reference)
        self._journal.tell(happened)
        return http.Response(202, [errors.VERSION])

    def _write(self, work: Callable[[sqlite3.Connection], T]) -> Coroutine[Any, Any, T]:
        rows = self._rows
        if rows is None:
            return self._db.write(work)

        def counted(connection: sqlite3.Connection) -> T:
            result = work(connection)
            rows.settle(connection)
            return result

        return self._db.write(counted)


def fields(digest: str, media_type: str) -> http.Headers:
    """The head fields that tell of a manifest."""
    found = [
        ("Content-Type", media_type),
        ("Docker-Content-Digest", digest),
        ("ETag", f'"{digest}"'),
        errors.VERSION,
    ]
    return found if media_type in documents.KNOWN else found + _HARMLESS


def _unknown(name: str, reference: str) -> errors.Failure:
    """Why there is no such manifest: looked into only when there is none."""
    if not names.is_repository(name):
        return errors.Failure("NAME_INVALID", detail={"name": name[: limits.NAME_BYTES]})
    if ":" in reference:
        names.check_digest(reference)
    else:
        names.check_tag(reference)
    return errors.Failure("MANIFEST_UNKNOWN", detail={"name": name, "reference": reference})


def _target(reference: str, text: str) -> tuple[str, list[str]]:
    """The digest algorithm and the tags that a PUT asks for."""
    if ":" not in reference:
        names.check_tag(reference)
        return names.CANONICAL, [reference]
    names.check_digest(reference)
    tags = query.parse(text).get("tag", [])
    if len(tags) > limits.TAGS_PER_PUSH:
        raise errors.Failure(
            "TAG_INVALID", f"more than {limits.TAGS_PER_PUSH} tags at once", status=414
        )
    for tag in tags:
        names.check_tag(tag)
    return names.algorithm(reference), tags


async def _read(body: http.Body) -> bytes:
    content = body.peek()
    if content is not None:
        return content
    if body.length is not None and body.length > limits.MANIFEST_BYTES:
        raise http.BodyTooLarge(
            f"The manifest has {body.length} bytes; {limits.MANIFEST_BYTES} are allowed."
        )
    return await body.read(limits.MANIFEST_BYTES)


async def _parse(content_type: str, content: bytes) -> documents.Document:
    if len(content) <= limits.PARSE_ON_LOOP_BYTES:
        return documents.parse(content_type, content)
    return await asyncio.to_thread(documents.parse, content_type, content)


def _missing(digests: list[str]) -> errors.Failure:
    failure = errors.Failure("MANIFEST_BLOB_UNKNOWN")
    failure.errors = [
        errors.error("MANIFEST_BLOB_UNKNOWN", detail={"digest": digest})
        for digest in digests[: limits.ERRORS_LISTED]
    ]
    return failure


def _created(
    name: str, digest: str, document: documents.Document, tags: list[str]
) -> http.Response:
    headers = [
        ("Location", f"/v2/{name}/manifests/{digest}"),
        ("Docker-Content-Digest", digest),
        errors.VERSION,
    ]
    if document.subject is not None:
        headers.append(("OCI-Subject", document.subject))
    headers += [("OCI-Tag", tag) for tag in tags]
    return http.Response(201, headers)
