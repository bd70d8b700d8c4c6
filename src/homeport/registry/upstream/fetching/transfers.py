"""The blobs on their way from one upstream: each is fetched once, however many ask for it."""

from __future__ import annotations

import asyncio
import functools

import urllib3

from homeport import errors as faults
from homeport.registry.api import blobs
from homeport.registry.backend import Backend
from homeport.registry.events import journal
from homeport.registry.grammar import names
from homeport.registry.store import blobs as blob_rows
from homeport.registry.store import upstreams as upstream_rows
from homeport.registry.upstream import limits
from homeport.registry.upstream.asking import wire
from homeport.registry.upstream.asking.errors import Unreachable, Wrong
from homeport.registry.upstream.fetching.pipe import Pipe
from homeport.registry.upstream.fetching.spool import Spool
from homeport.registry.upstream.fetching.transfer import Transfer
from homeport.registry.upstream.names import Place
from homeport.registry.upstream.source import Source

_GIVEN_UP = Unreachable("the fetch was given up")


class Transfers:
    """Begins them, moves them on, and ends those that nobody waits for any more."""

    def __init__(self, source: Source, backend: Backend) -> None:
        self._source = source
        # A copy is no push: nobody is told of it.
        self._backend = backend._replace(journal=journal.Journal())
        self._under_way: dict[tuple[str, str], Transfer] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(limits.FETCHES)

    def join(self, place: Place, digest: str) -> Transfer:
        """The transfer of a blob that is under way, or a new one."""
        key = (place.name, digest)
        transfer = self._under_way.get(key)
        if transfer is None or not transfer.is_open:
            transfer = self._begin(place, digest)
            self._under_way[key] = transfer
        return transfer

    async def close(self) -> None:
        """Gives up all of them."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, place: Place, digest: str) -> Transfer:
        def forsaken() -> None:
            if not _is_worth_its_end(transfer):
                # Who asks for it from now on begins anew.
                self._forget(place, digest, transfer)
                task.cancel()

        def ended(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            self._forget(place, digest, transfer)
            failure = _GIVEN_UP if task.cancelled() else task.exception()
            transfer.end(failure if isinstance(failure, Exception) else None)

        transfer = Transfer(Spool(self._backend.content), forsaken)
        task = asyncio.get_running_loop().create_task(self._run(transfer, place, digest))
        self._tasks.add(task)
        task.add_done_callback(ended)
        return transfer

    def _forget(self, place: Place, digest: str, transfer: Transfer) -> None:
        if self._under_way.get((place.name, digest)) is transfer:
            del self._under_way[place.name, digest]

    async def _run(self, transfer: Transfer, place: Place, digest: str) -> None:
        """Moves one to its end, whatever that is."""
        try:
            async with self._slots:
                with self._source.counted():
                    await self._fetch(transfer, place, digest)
        finally:
            staged = transfer.spool.staged
            if staged is not None:
                await staged.discard()

    async def _fetch(self, transfer: Transfer, place: Place, digest: str) -> None:
        client = self._source.client
        if upstream_rows.has_given(self._backend.db, self._source.prefix, digest):
            # Another of its repositories has the bytes; whether this one may have them is for the upstream to say.
            await client.find_blob(place.remote, digest)
            if await self._adopt(place.name, digest):
                transfer.is_stored = transfer.has_begun = True
                return
        self._source.counters.misses += 1
        opened = await client.blob(place.remote, digest)
        pipe = Pipe(limits.AHEAD)
        client.wire.workers.submit(functools.partial(_pump, opened, digest, pipe))
        try:
            transfer.length = opened.length
            transfer.has_begun = True
            transfer.tell()
            while data := await pipe.take():
                self._source.counters.bytes_fetched += len(data)
                await transfer.add(data)
        finally:
            pipe.abandon()
        transfer.is_verified = True
        transfer.tell()
        await self._store(transfer, place.name, digest)

    async def _adopt(self, name: str, digest: str) -> bool:
        now = self._backend.clock.now()
        try:
            return await self._backend.db.write(
                lambda connection: blob_rows.adopt(connection, digest, name, now)
            )
        except faults.StorageError:
            return False  # nothing can be written: it is passed through

    async def _store(self, transfer: Transfer, name: str, digest: str) -> None:
        staged = transfer.spool.staged
        if staged is None:
            return
        event = journal.Event(journal.PUSH, journal.BLOB, name, digest)
        try:
            await blobs.store(self._backend, staged, event)
        except faults.StorageError as error:
            await transfer.spool.give_up(error)
        else:
            transfer.is_stored = True


def _is_worth_its_end(transfer: Transfer) -> bool:
    """Whether a blob is fetched to its end though nobody waits: it is all here, or little is missing beside what is here."""
    if transfer.is_verified:
        return True
    if transfer.length is None:
        return False
    missing = transfer.length - transfer.spool.size
    return transfer.spool.staged is not None and missing <= max(
        limits.FINISHED_ANYWAY, transfer.length // 10
    )


def _pump(opened: wire.Opened, digest: str, pipe: Pipe) -> None:
    """On a thread: brings the bytes from the connection to the pipe, and tells at their end whether they are those of the digest."""
    answer = opened.answer
    hashed = names.ALGORITHMS[names.algorithm(digest)].new()
    size = 0
    try:
        while piece := answer.read1(limits.PIECE, decode_content=False):
            hashed.update(piece)
            size += len(piece)
            if not pipe.put(piece):
                return
        if opened.length not in {None, size}:
            raise Unreachable("the connection broke off")
        if f"{names.algorithm(digest)}:{hashed.hexdigest()}" != digest:
            raise Wrong("the bytes that it gave are not those of the digest")
        pipe.end(None)
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        pipe.end(Unreachable(wire.explain(error)))
    except Unreachable as error:
        pipe.end(error)
    finally:
        answer.close()
