"""The end points of blobs, where a repository may be of an upstream: what is not here is fetched, and passed on while it comes.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-blobs
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Mapping
from typing import Any

from homeport.edge import http
from homeport.registry import errors
from homeport.registry.api import blobs as api
from homeport.registry.events import journal
from homeport.registry.events.journal import Event, Journal
from homeport.registry.upstream import answers
from homeport.registry.upstream.asking.errors import UpstreamError
from homeport.registry.upstream.fetching.transfer import Transfer
from homeport.registry.upstream.fetching.transfers import Transfers
from homeport.registry.upstream.names import Names, Place
from homeport.storage.incoming import staging


class Blobs:
    """Stands before those of the repositories that are only here."""

    def __init__(
        self, inner: api.Blobs, names: Names, transfers: Mapping[str, Transfers], told: Journal
    ) -> None:
        self._inner = inner
        self._names = names
        self._transfers = transfers
        self._journal = told

    def get(self, request: http.Request, name: str, digest: str) -> answers.Answer:
        """end-2: the bytes of a blob. A part of one is answered when all of it is here: only the whole can be verified."""
        place = self._names.find(name)
        if place is None:
            return self._inner.get(request, name, digest)
        try:
            answer = self._inner.get(request, name, digest)
        except errors.Failure as failure:
            if answers.code_of(failure) != "BLOB_UNKNOWN":
                raise
            return self._fetch(request, place, digest)
        place.source.counters.hits += 1
        return answer

    def head(self, request: http.Request, name: str, digest: str) -> answers.Answer:
        """end-2: whether a blob is there, here or upstream."""
        place = self._names.find(name)
        if place is None:
            return self._inner.head(request, name, digest)
        try:
            answer = self._inner.head(request, name, digest)
        except errors.Failure as failure:
            if answers.code_of(failure) != "BLOB_UNKNOWN":
                raise
            return self._find(place, digest)
        place.source.counters.hits += 1
        return answer

    def delete(
        self, request: http.Request, name: str, digest: str
    ) -> Coroutine[Any, Any, http.Response]:
        """end-10: of a mirror, until it is asked for again."""
        return self._inner.delete(request, name, digest)

    async def _find(self, place: Place, digest: str) -> http.Response:
        source = place.source
        try:
            with source.admitted(), source.asking(place.name, digest):
                size = await source.client.find_blob(place.remote, digest)
        except UpstreamError as error:
            raise _failure(error, place, digest) from error
        return http.Response(200, _fields(digest, size), b"" if size is not None else _unsaid())

    async def _fetch(self, request: http.Request, place: Place, digest: str) -> http.Response:
        transfers = self._transfers[place.source.prefix]
        try:
            with place.source.admitted():
                return await self._join(transfers, request, place, digest)
        except UpstreamError as error:
            raise _failure(error, place, digest) from error

    async def _join(
        self, transfers: Transfers, request: http.Request, place: Place, digest: str
    ) -> http.Response:
        transfer = transfers.join(place, digest)
        with transfer.attended():
            await transfer.until(lambda: transfer.has_begun)
            if _is_wanted_whole(transfer, request):
                await transfer.until(lambda: transfer.has_ended)
            if transfer.is_stored:
                return self._inner.get(request, place.name, digest)
            if transfer.spool.is_whole:
                return self._stream(transfer, request, place, digest)
        # It could not be kept, and its first bytes are gone: once more, for this client.
        transfer = transfers.join(place, digest)
        with transfer.attended():
            await transfer.until(lambda: transfer.has_begun)
            return self._stream(transfer, request, place, digest)

    def _stream(
        self, transfer: Transfer, request: http.Request, place: Place, digest: str
    ) -> http.Response:
        size = transfer.length
        self._journal.tell(
            Event(journal.PULL, journal.BLOB, place.name, digest, size=size or 0, request=request)
        )
        reader = transfer.reader()
        return http.Response(200, _fields(digest, size), reader, on_end=reader.close)


def _is_wanted_whole(transfer: Transfer, request: http.Request) -> bool:
    """Whether it is answered when all of it is here.

    A part can not be verified by who gets it. And a small blob that is not what it should be is an error then, and not a body
    that breaks off.
    """
    is_small = transfer.length is not None and transfer.length <= staging.SMALL
    return is_small or "range" in request.headers


def _fields(digest: str, size: int | None) -> http.Headers:
    length = [] if size is None else [("Content-Length", str(size))]
    return [*api.fields(digest), *length]


async def _unsaid() -> AsyncIterator[bytes]:
    """A body of which a HEAD tells no length; of an empty one the server would say that it is empty."""
    yield b""


def _failure(error: UpstreamError, place: Place, digest: str) -> errors.Failure:
    return answers.failure(error, place.source, "BLOB_UNKNOWN", {"digest": digest})
