"""Lanes: each takes the pieces of one upload in order, and several lanes take the same pieces side by side.

One lane for the file and one per hash. So an upload moves at the speed of its slowest lane, not at the sum of all.
"""

from __future__ import annotations

import asyncio
import functools
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from homeport import errors
from homeport.storage import workers

Piece = bytes | memoryview
Pieces = Sequence[Piece]
HASH_AT_ONCE = 16 * 1024
"""Below this mean size, pieces are joined before hashing: each update gives up the interpreter lock and asks for it again."""


class Hasher(Protocol):
    """What `hashlib` objects are; other checksums get small adapters."""

    def update(self, data: bytes, /) -> None:
        """Takes the next bytes."""

    def digest(self) -> bytes:
        """The digest of all bytes so far."""


def feed(hasher: Hasher, pieces: Pieces) -> None:
    """Updates a hash with all pieces."""
    if len(pieces) > 1 and sum(map(len, pieces)) < len(pieces) * HASH_AT_ONCE:
        pieces = [b"".join(pieces)]
    for piece in pieces:
        hasher.update(piece)  # type: ignore[arg-type]  # hashes take any buffer


class Step:
    """Pieces on their way through all lanes of an upload; `landed` is called, on a thread, by the last lane."""

    __slots__ = ("_landed", "_lock", "_remaining", "pieces", "size")

    def __init__(
        self, pieces: list[Piece], size: int, lanes: int, landed: Callable[[int], None]
    ) -> None:
        self.pieces = pieces
        self.size = size
        self._remaining = lanes
        self._landed = landed
        self._lock = threading.Lock()

    def leave(self) -> None:
        """A lane is through with it."""
        with self._lock:
            self._remaining -= 1
            is_last = self._remaining == 0
        if is_last:
            self._landed(self.size)


class Lane:
    """Runs `work` over step after step on the shared threads, one at a time; after a failure it lets steps pass."""

    __slots__ = ("_is_running", "_lock", "_steps", "_work", "failure")

    def __init__(self, work: Callable[[Pieces], None]) -> None:
        self._work = work
        self._steps: deque[Step] = deque()
        self._lock = threading.Lock()
        self._is_running = False
        self.failure: BaseException | None = None

    def put(self, step: Step) -> None:
        """Appends a step."""
        with self._lock:
            self._steps.append(step)
            must_start = not self._is_running
            self._is_running = True
        if must_start:
            workers.SHARED.submit(self._advance)

    def _advance(self) -> None:
        step = self._steps.popleft()
        if self.failure is None:
            try:
                self._work(step.pieces)
            except BaseException as error:  # noqa: BLE001 - raised by the upload where it next waits
                self.failure = error
        with self._lock:
            self._is_running = bool(self._steps)
            has_more = self._is_running
        step.leave()
        if has_more:
            # Queued anew rather than looped, so that a hundred uploads share the threads evenly.
            workers.SHARED.submit(self._advance)


class Flow:
    """The lanes of one upload as its task on the event loop sees them: bytes go in, and are waited for."""

    __slots__ = ("_in_flight", "_landed", "_landing", "_lanes", "_room", "_works")

    def __init__(
        self, works: Sequence[Callable[[Pieces], None]], landed: Callable[[int], None]
    ) -> None:
        self._works = works
        self._landed = landed
        """Is told of bytes that every lane is through with."""
        self._lanes: list[Lane] = []
        self._in_flight = 0
        self._room = 0
        self._landing: asyncio.Future[None] | None = None

    @property
    def has_begun(self) -> bool:
        """Whether any bytes went to the threads."""
        return bool(self._lanes)

    @property
    def in_flight(self) -> int:
        """Bytes that not every lane is through with."""
        return self._in_flight

    @property
    def failure(self) -> BaseException | None:
        """What the first lane that failed raised."""
        failures = (lane.failure for lane in self._lanes)
        return next((failure for failure in failures if failure is not None), None)

    def put(self, pieces: list[Piece], size: int, *, lanes: int | None = None) -> None:
        """Hands pieces to the first `lanes` lanes, to all where none is given."""
        if not self._lanes:
            self._lanes = [Lane(work) for work in self._works]
        chosen = self._lanes[:lanes]
        self.enter(size)
        loop = asyncio.get_running_loop()
        landed = functools.partial(workers.tell, loop, self._land)
        step = Step(pieces, size, len(chosen), landed)
        for lane in chosen:
            lane.put(step)

    def enter(self, size: int) -> None:
        """Counts something as on its way."""
        self._in_flight += size

    def leave(self, size: int) -> None:
        """Counts it as landed."""
        self._in_flight -= size
        if self._landing is not None and self._in_flight <= self._room and not self._landing.done():
            self._landing.set_result(None)

    def _land(self, size: int) -> None:
        self.leave(size)
        self._landed(size)

    async def settle(self, room: int) -> None:
        """Returns when at most `room` bytes are on their way."""
        if self._in_flight > room:
            self._room = room
            self._landing = asyncio.get_running_loop().create_future()
            await self._landing

    def give_up(self) -> None:
        """Lets what is on its way pass without work."""
        for lane in self._lanes:
            lane.failure = lane.failure or errors.StorageError("Given up.")
