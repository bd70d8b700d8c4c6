"""The end points of manifests, where a repository may be of an upstream.

What is asked for by digest is fetched once. A tag is believed for a while, then looked for upstream; where that can not be reached, what
is here is answered, and said to be stale. A HEAD fetches as a GET does, or a cache of this cache would find nothing to fetch:
https://github.com/distribution/distribution/issues/4747
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple, TypeVar

from homeport import errors as faults
from homeport.edge import http
from homeport.registry import errors
from homeport.registry.api import manifests as api
from homeport.registry.backend import Backend
from homeport.registry.events import journal
from homeport.registry.events.journal import Event
from homeport.registry.grammar import names as grammar
from homeport.registry.store import manifests as rows
from homeport.registry.store import upstreams
from homeport.registry.upstream import answers
from homeport.registry.upstream.asking.errors import Absent, Refused, Unreachable, UpstreamError
from homeport.registry.upstream.client import Fetched
from homeport.registry.upstream.flights import Flights
from homeport.registry.upstream.names import Names, Place

T = TypeVar("T")
_Ask = Callable[[http.Request, str, str], http.Response]


class _Found(NamedTuple):
    """What came of asking the upstream."""

    reference: str
    """What to answer with, of what is here."""
    is_stale: bool = False
    passed: Fetched | None = None
    """What to answer with where it could not be stored."""


class Manifests:
    """Stands before those of the repositories that are only here."""

    def __init__(self, inner: api.Manifests, backend: Backend, names: Names) -> None:
        self._inner = inner
        self._names = names
        self._backend = backend
        self._flights = Flights[_Found]()

    def get(self, request: http.Request, name: str, reference: str) -> answers.Answer:
        """end-3: a manifest, from here or from upstream."""
        place = self._names.find(name)
        if place is None:
            return self._inner.get(request, name, reference)
        return self._answer(self._inner.get, request, place, reference)

    def head(self, request: http.Request, name: str, reference: str) -> answers.Answer:
        """end-3: the same without the bytes."""
        place = self._names.find(name)
        if place is None:
            return self._inner.head(request, name, reference)
        return self._answer(self._inner.head, request, place, reference)

    def put(
        self, request: http.Request, name: str, reference: str
    ) -> Coroutine[Any, Any, http.Response]:
        """end-7: not to a mirror."""
        place = self._names.find(name)
        if place is not None:
            raise answers.read_only(place.source)
        return self._inner.put(request, name, reference)

    def delete(
        self, request: http.Request, name: str, reference: str
    ) -> Coroutine[Any, Any, http.Response]:
        """end-9: of a mirror, until it is asked for again."""
        return self._inner.delete(request, name, reference)

    async def close(self) -> None:
        """Gives up what is under way."""
        await self._flights.close()

    def _answer(
        self, ask: _Ask, request: http.Request, place: Place, reference: str
    ) -> answers.Answer:
        if self._is_believed(place, reference):
            try:
                answer = ask(request, place.name, reference)
            except errors.Failure as failure:
                if answers.code_of(failure) != "MANIFEST_UNKNOWN":
                    raise
            else:
                place.source.counters.hits += 1
                return answer
        grammar.check_repository(place.name)
        if ":" not in reference:
            grammar.check_tag(reference)
        return self._renewed(ask, request, place, reference)

    def _is_believed(self, place: Place, reference: str) -> bool:
        if ":" in reference:
            return True
        checked = upstreams.checked(self._backend.db, place.name, reference)
        return (
            checked is not None and 0 <= self._backend.clock.now() - checked < place.source.fresh_s
        )

    async def _renewed(
        self, ask: _Ask, request: http.Request, place: Place, reference: str
    ) -> http.Response:
        try:
            with place.source.admitted():
                found = await self._flights.share(
                    (place.name, reference), lambda: self._renew(place, reference)
                )
        except UpstreamError as error:
            detail = {"name": place.name, "reference": reference}
            raise answers.failure(error, place.source, "MANIFEST_UNKNOWN", detail) from error
        if found.passed is not None:
            return self._pass(request, place, reference, found.passed)
        answer = ask(request, place.name, found.reference)
        if found.is_stale:
            answer.headers.append(answers.STALE)
        return answer

    def _pass(
        self, request: http.Request, place: Place, reference: str, passed: Fetched
    ) -> http.Response:
        media_type = passed.document.media_type
        if request.method == "GET":
            tag = "" if ":" in reference else reference
            event = Event(journal.PULL, journal.MANIFEST, place.name, passed.digest, tag=tag)
            size = len(passed.content)
            self._backend.journal.tell(
                event._replace(media_type=media_type, size=size, request=request)
            )
        return http.Response(200, api.fields(passed.digest, media_type), passed.content)

    # What is not here, or not known to be current

    async def _renew(self, place: Place, reference: str) -> _Found:
        here = rows.head(self._backend.db, place.name, reference)
        counters = place.source.counters
        try:
            with place.source.asking(place.name, reference):
                if ":" in reference:
                    return await self._fetch(place, reference, [])
                return await self._look(place, reference)
        except (Absent, Refused) as error:
            if here is None:
                raise
            if upstreams.checked(self._backend.db, place.name, reference) is None:
                # It was pushed here, before there was an upstream.
                counters.hits += 1
                return _Found(reference)
            if isinstance(error, Absent):
                await self._write(
                    lambda connection: upstreams.drop(connection, place.name, reference)
                )
            raise
        except Unreachable:
            if here is None:
                raise
            counters.hits += 1
            counters.stale += 1
            return _Found(reference, is_stale=True)

    async def _look(self, place: Place, tag: str) -> _Found:
        """Brings a tag to where it is upstream."""
        digest = await place.source.client.find_manifest(place.remote, tag)
        if digest is not None and rows.head(self._backend.db, place.name, digest) is not None:
            place.source.counters.hits += 1
            now = self._backend.clock.now()
            try:
                if await self._write(
                    lambda connection: upstreams.point(connection, place.name, tag, digest, now)
                ):
                    return _Found(tag)
            except faults.StorageError:
                return _Found(digest)
        return await self._fetch(place, digest or tag, [tag])

    async def _fetch(self, place: Place, reference: str, tags: list[str]) -> _Found:
        fetched = await place.source.client.manifest(place.remote, reference)
        place.source.counters.misses += 1
        place.source.counters.bytes_fetched += len(fetched.content)
        new = rows.Stored(fetched.digest, fetched.content, fetched.document)
        now = self._backend.clock.now()
        try:
            await self._write(
                lambda connection: upstreams.put(connection, place.name, new, tags, now)
            )
        except faults.StorageError:
            return _Found(reference, passed=fetched)
        return _Found(tags[0] if tags else reference)

    def _write(self, work: Callable[[sqlite3.Connection], T]) -> Coroutine[Any, Any, T]:
        counted = self._backend.manifests

        def settled(connection: sqlite3.Connection) -> T:
            result = work(connection)
            if counted is not None:
                counted.settle(connection)
            return result

        return self._backend.db.write(settled)
