"""Uploads of blobs: in one request, as a stream, in chunks, or by mounting what another repository has.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs
"""

from __future__ import annotations

import sqlite3

from homeport.edge import http
from homeport.registry import errors, limits
from homeport.registry.access import caller as callers
from homeport.registry.api import blobs as finished
from homeport.registry.api import query
from homeport.registry.backend import Backend
from homeport.registry.events import journal
from homeport.registry.events.journal import Event as Happening
from homeport.registry.grammar import names
from homeport.registry.options import DAY_S
from homeport.registry.store import blobs, uploads
from homeport.registry.uploading import sessions
from homeport.registry.uploading.incoming import Incoming
from homeport.registry.uploading.sessions import Event, Session, State


class Uploads:
    """The end points of uploads, and the uploads that are under way."""

    def __init__(self, backend: Backend, age_s: float = 7 * DAY_S) -> None:
        """`age_s`: an upload that nothing was added to for so long is given up."""
        self._backend = backend
        self._age_s = age_s
        self._live: dict[str, Incoming] = {}

    # The end points

    async def start(self, request: http.Request, name: str, _: str) -> http.Response:
        """end-4a, 4b, 4c and 11: a new upload, a whole blob, or a mount."""
        names.check_repository(name)
        fields = query.parse(request.query)
        mounted = query.first(fields, "mount")
        source = query.first(fields, "from")
        if mounted is not None and await self._mount(request, mounted, source, name):
            return _created(name, mounted)
        digest = query.first(fields, "digest")
        if digest is not None:
            return await self._take_whole(request, name, digest)
        algorithm = query.first(fields, "digest-algorithm") or names.CANONICAL
        if algorithm not in names.ALGORITHMS:
            known = ", ".join(names.ALGORITHMS)
            raise errors.Failure("DIGEST_INVALID", f"the digest algorithm must be one of {known}")
        return await self._begin(name, algorithm)

    async def patch(self, request: http.Request, name: str, upload: str) -> http.Response:
        """end-5: adds a stream or a chunk; what is answered with 202 is durable."""
        incoming = self._find(name, upload)
        await self._receive(incoming, request)
        await self._keep(incoming)
        return http.Response(202, [*incoming.session.headers(), errors.VERSION])

    async def put(self, request: http.Request, name: str, upload: str) -> http.Response:
        """end-6: adds the last bytes, if any, and makes the whole the blob of a digest."""
        incoming = self._find(name, upload)
        digest = query.first(query.parse(request.query), "digest") or ""
        names.check_digest(digest)
        await self._receive(incoming, request)
        if incoming.session.state is State.DOOMED:
            await self._end(incoming)
            raise errors.Failure("BLOB_UPLOAD_UNKNOWN")
        try:
            staged = await incoming.verify(digest)
            happening = Happening(journal.PUSH, journal.BLOB, name, digest, request=request)
            await finished.store(
                self._backend, staged, happening, lambda at: uploads.remove(at, upload)
            )
        except BaseException:
            await self._end(incoming)
            raise
        self._forget(incoming)
        return _created(name, digest)

    def get(self, _request: http.Request, name: str, upload: str) -> http.Response:
        """end-13: where an upload stands."""
        session = self._find(name, upload).session
        return http.Response(204, [*session.headers(), errors.VERSION])

    async def delete(self, _request: http.Request, name: str, upload: str) -> http.Response:
        """end-14: gives an upload up."""
        incoming = self._find(name, upload)
        if incoming.session.step(Event.CANCEL) is State.ENDED:
            await self._end(incoming)
        return http.Response(204, [errors.VERSION])

    async def expire(self) -> int:
        """Gives up the uploads that nothing was added to for too long; returns how many."""
        oldest = self._backend.clock.now() - self._age_s
        ended = 0
        for upload in uploads.older(self._backend.db, oldest, limits.UPLOADS):
            incoming = self._live.get(upload) or self._load(upload)
            if incoming is None:
                continue  # ended while the one before it was given up
            session = incoming.session
            if session.state is State.ENDED or session.step(Event.EXPIRE) is State.ENDED:
                await self._end(incoming)
                ended += 1
        return ended

    # Ways to begin

    async def _begin(self, name: str, algorithm: str) -> http.Response:
        session = Session(self._backend.ids(), name, algorithm)
        now = self._backend.clock.now()

        def add(connection: sqlite3.Connection) -> None:
            in_all, here = uploads.count(connection, name)
            if in_all >= limits.UPLOADS or here >= limits.UPLOADS_OF_REPOSITORY:
                raise errors.Failure(
                    "TOOMANYREQUESTS", "too many uploads under way", headers=[("Retry-After", "60")]
                )
            uploads.add(connection, session.id, uploads.Upload(name, algorithm, None, 0), now)

        await self._backend.db.write(add)
        self._live[session.id] = Incoming(self._backend.content, session)
        return http.Response(202, [*session.headers(), errors.VERSION])

    async def _mount(
        self, request: http.Request, digest: str, source: str | None, name: str
    ) -> bool:
        """Whether the blob is there now. Where it can not be mounted, the client uploads it: that is no error."""
        names.check_digest(digest)
        if source is None or not names.is_repository(source):
            return False
        if not callers.of(request).may(callers.PULL, source):
            # As if it were not there: who may not read it is not told whether it is.
            return False
        now = self._backend.clock.now()
        happening = Happening(
            journal.MOUNT, journal.BLOB, name, digest, source=source, request=request
        )

        def mount(connection: sqlite3.Connection) -> int | None:
            size = blobs.mount(connection, digest, source, name, now)
            if size is not None:
                self._backend.journal.note(connection, happening._replace(size=size))
            return size

        size = await self._backend.db.write(mount)
        if size is not None:
            self._backend.journal.tell(happening._replace(size=size))
        return size is not None

    async def _take_whole(self, request: http.Request, name: str, digest: str) -> http.Response:
        names.check_digest(digest)
        session = Session("", name, names.algorithm(digest))
        incoming = Incoming(self._backend.content, session)
        try:
            await incoming.receive(request.body, None)
            staged = await incoming.verify(digest)
            happening = Happening(journal.PUSH, journal.BLOB, name, digest, request=request)
            await finished.store(self._backend, staged, happening)
        finally:
            await incoming.revert()
        return _created(name, digest)

    # What happens to an upload

    def _find(self, name: str, upload: str) -> Incoming:
        incoming = self._live.get(upload) or self._load(upload)
        if incoming is not None and incoming.session.is_open_for(name):
            return incoming
        names.check_repository(name)
        raise errors.Failure("BLOB_UPLOAD_UNKNOWN")

    def _load(self, upload: str) -> Incoming | None:
        """An upload that an earlier process began."""
        row = uploads.find(self._backend.db, upload)
        if row is None:
            return None
        session = Session(upload, row.repository, row.algorithm, row.size)
        incoming = Incoming(self._backend.content, session, row.staged)
        self._live[upload] = incoming
        return incoming

    async def _receive(self, incoming: Incoming, request: http.Request) -> None:
        """Adds the body of a request. A refused one changes nothing; what came before a lost connection is kept."""
        header = request.headers.get("content-range")
        chunk = sessions.parse_chunk(header) if header is not None else None
        incoming.session.step(Event.BEGIN)
        try:
            incoming.session.check_start(chunk)
            await incoming.receive(request.body, chunk)
        except http.ClientGone:
            await self._keep(incoming)
            raise
        except BaseException:
            await self._revert(incoming)
            raise

    async def _keep(self, incoming: Incoming) -> None:
        session = incoming.session
        now = self._backend.clock.now()
        try:
            staged = await incoming.keep()
            name, size = staged.name, staged.size
            await self._backend.db.write(
                lambda connection: uploads.grow(connection, session.id, name, size, now)
            )
        except BaseException:
            await self._revert(incoming)
            raise
        session.size = size
        if session.step(Event.KEEP) is State.ENDED:
            await self._end(incoming)
            raise errors.Failure("BLOB_UPLOAD_UNKNOWN")

    async def _revert(self, incoming: Incoming) -> None:
        if incoming.session.step(Event.REVERT) is State.ENDED:
            await self._end(incoming)
        else:
            await incoming.revert()

    async def _end(self, incoming: Incoming) -> None:
        """Removes an upload with all it holds. Nobody can find it from the first moment on."""
        incoming.session.state = State.ENDED
        upload = incoming.session.id
        await self._backend.db.write(lambda connection: uploads.remove(connection, upload))
        self._forget(incoming)
        await incoming.discard()

    def _forget(self, incoming: Incoming) -> None:
        incoming.session.state = State.ENDED
        self._live.pop(incoming.session.id, None)


def _created(name: str, digest: str) -> http.Response:
    return http.Response(
        201,
        [
            ("Location", f"/v2/{name}/blobs/{digest}"),
            ("Docker-Content-Digest", digest),
            errors.VERSION,
        ],
    )
