"""From a thread that reads a connection to the event loop: as much at a time as there is, and never more than there is room for."""

from __future__ import annotations

import asyncio
import threading

from homeport.storage import workers


class Pipe:
    """Bytes go in on one thread, and are taken on the loop by one task."""

    def __init__(self, room: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._room = room
        self._pieces: list[bytes] = []
        self._held = 0
        self._has_ended = False
        self._is_abandoned = False
        self._error: Exception | None = None
        self._changed = threading.Condition()
        self._arrival: asyncio.Future[None] | None = None

    # On the thread

    def put(self, data: bytes) -> bool:
        """Adds the next bytes; waits while there is no room. False where nobody takes any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._held < self._room or self._is_abandoned)
            if self._is_abandoned:
                return False
            self._pieces.append(data)
            self._held += len(data)
        workers.tell(self._loop, self._wake)
        return True

    def end(self, error: Exception | None) -> None:
        """Nothing more comes: all is there, or there was an error."""
        with self._changed:
            self._has_ended, self._error = True, error
        workers.tell(self._loop, self._wake)

    # On the loop

    async def take(self) -> bytes:
        """All that has come since; waits where that is nothing. No bytes are the end; raises the error in its place."""
        while True:
            with self._changed:
                pieces, self._pieces, self._held = self._pieces, [], 0
                has_ended = self._has_ended
                self._changed.notify()
            if pieces:
                return pieces[0] if len(pieces) == 1 else b"".join(pieces)
            if has_ended:
                if self._error is not None:
                    raise self._error
                return b""
            self._arrival = self._loop.create_future()
            if not self._has_news():
                await self._arrival
            self._arrival = None

    def abandon(self) -> None:
        """Nobody takes any more."""
        with self._changed:
            self._is_abandoned = True
            self._pieces, self._held = [], 0
            self._changed.notify()

    def _has_news(self) -> bool:
        with self._changed:
            return bool(self._pieces) or self._has_ended

    def _wake(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)
