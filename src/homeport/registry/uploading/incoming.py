"""An upload that is under way: its session, its staged file and the hash of it.

The staged file and the hash stay in memory between requests, so that no byte is hashed twice; after a restart, or after a
request whose bytes were given up, the file is read again from its acknowledged part.
"""

from __future__ import annotations

from homeport import errors as faults
from homeport.edge import http
from homeport.registry import errors
from homeport.registry.grammar import names
from homeport.registry.uploading.sessions import Chunk, Session
from homeport.storage.content import Content
from homeport.storage.incoming.staging import Staged


class Incoming:
    """Takes the bytes of one upload. Used by one request at a time, which the session sees to."""

    def __init__(self, content: Content, session: Session, kept: str | None = None) -> None:
        self.session = session
        self._content = content
        self._kept = kept
        """Name of the staged file that holds what is acknowledged; None before that."""
        self._staged: Staged | None = None
        self._hash = names.ALGORITHMS[session.algorithm].new()

    async def open(self) -> Staged:
        """The staged file, to go on behind what is acknowledged."""
        if self._staged is None:
            self._hash = names.ALGORITHMS[self.session.algorithm].new()
            if self._kept is None:
                self._staged = self._content.stage(self._hash)
            else:
                self._staged = await self._content.reopen(self._kept, self.session.size, self._hash)
        return self._staged

    async def receive(self, body: http.Body, chunk: Chunk | None) -> None:
        """Adds a body. Raises SIZE_INVALID where it is not as long as it was said to be."""
        if chunk is not None and body.length not in {None, chunk.length}:
            raise _wrong_size(chunk, body.length)
        staged = await self.open()
        start = staged.size
        small = body.peek()
        if small is not None:
            await staged.write(small)
        else:
            async for data in body:
                if chunk is not None and staged.size + len(data) - start > chunk.length:
                    raise _wrong_size(chunk, None)
                await staged.write(data)
        if chunk is not None and staged.size - start != chunk.length:
            raise _wrong_size(chunk, staged.size - start)

    async def keep(self) -> Staged:
        """Makes what was received durable."""
        staged = await self.open()
        await staged.keep()
        self._kept = staged.name
        return staged

    async def verify(self, digest: str) -> Staged:
        """Returns the staged file where its bytes have that digest, else raises DIGEST_INVALID."""
        staged = await self.open()
        await staged.flush()
        if names.algorithm(digest) != self.session.algorithm:
            staged = await self._hash_again(staged, names.algorithm(digest))
        actual = f"{names.algorithm(digest)}:{self._hash.hexdigest()}"
        if actual != digest:
            raise errors.Failure("DIGEST_INVALID", detail={"digest": digest, "actual": actual})
        return staged

    async def _hash_again(self, staged: Staged, algorithm: str) -> Staged:
        """For a client that names another algorithm at the end than at the start."""
        await staged.keep()
        self._kept = staged.name
        self._hash = names.ALGORITHMS[algorithm].new()
        self._staged = await self._content.reopen(staged.name, staged.size, self._hash)
        return self._staged

    async def revert(self) -> None:
        """Goes back to what is acknowledged."""
        if self._staged is not None:
            staged, self._staged = self._staged, None
            await staged.revert()

    async def discard(self) -> None:
        """Removes all of it."""
        await self.revert()
        if self._kept is not None:
            kept, self._kept = self._kept, None
            # Its size first: a file that an earlier process kept is counted by what was acknowledged of it.
            for size in (self.session.size, 0):
                try:
                    staged = await self._content.reopen(kept, size, is_fed=True)
                except faults.Corrupt:
                    continue  # shorter, or gone already: it was published, or removed by hand
                await staged.discard()
                return


def _wrong_size(chunk: Chunk, actual: int | None) -> errors.Failure:
    return errors.Failure("SIZE_INVALID", detail={"Content-Range": chunk.length, "body": actual})
