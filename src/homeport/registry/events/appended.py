"""A file of lines that is only added to, and set aside when it is large."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

from homeport.clock import Clock, Timer

_log = logging.getLogger(__name__)

HELD_BYTES = 256 * 1024
"""Kept of what can not be written, until it can be; further lines are lost, and counted."""
RETRY_S = 10.0
"""Between two tries to write what could not be written."""

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC


class Lines:
    """Writes lines once per turn of the event loop. Where they can not be written nobody waits for it.

    The file is made for its owner only. Above `limit` bytes it is renamed to `NAME.1`, in place of the one before; where somebody
    else has renamed or removed it, the next lines go to a new one.
    """

    def __init__(self, path: Path, limit: int, clock: Clock) -> None:
        self._path = path
        self._limit = limit
        self._clock = clock
        self._held = bytearray()
        self._lost = 0
        self._has_warned = False
        self._descriptor = -1
        self._planned: asyncio.Handle | None = None
        self._retry: Timer | None = None

    def add(self, line: str) -> None:
        """One more line, in ASCII and without its end."""
        data = line.encode("ascii") + b"\n"
        if len(self._held) + len(data) > HELD_BYTES:
            if self._retry is None:
                self.flush()
            if len(self._held) + len(data) > HELD_BYTES:
                self._lost += 1
                return
        self._held += data
        if self._planned is None and self._retry is None:
            self._planned = asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        """Hands over to the system what is held; where that fails, says so once and tries again later."""
        self._stop_waiting()
        try:
            if self._held:
                self._write()
        except OSError as error:
            self._let_go()
            if not self._has_warned:
                _log.warning("%s can not be written: %s", self._path, error.strerror)
            self._has_warned = True
            self._retry = self._clock.call_at(self._clock.now() + RETRY_S, self.flush)
            return
        if self._has_warned:
            _log.warning("%s goes on; %d lines of it are lost", self._path, self._lost)
        self._has_warned, self._lost = False, 0

    def close(self) -> None:
        """Writes what is held, and lets go of the file."""
        self.flush()
        self._stop_waiting()
        self._let_go()

    def _stop_waiting(self) -> None:
        for waiting in (self._planned, self._retry):
            if waiting is not None:
                waiting.cancel()
        self._planned = self._retry = None

    def _write(self) -> None:
        self._open()
        while self._held:
            # What could not be written of a line stays, and its rest follows.
            del self._held[: os.write(self._descriptor, self._held)]
        if os.fstat(self._descriptor).st_size > self._limit and not self._path.is_symlink():
            self._path.replace(self._path.with_name(f"{self._path.name}.1"))
            self._let_go()

    def _open(self) -> None:
        """Opens the file where it is not open, or another one is in its place."""
        if self._descriptor >= 0:
            if self._is_in_place():
                return
            self._let_go()
        self._descriptor = os.open(self._path, _FLAGS, 0o600)
        size = os.fstat(self._descriptor).st_size
        if size and os.pread(self._descriptor, 1, size - 1) != b"\n":
            # A process that was killed may have left the beginning of a line.
            self._held[:0] = b"\n"

    def _is_in_place(self) -> bool:
        try:
            there = os.stat(self._path)  # noqa: PTH116 - with each batch, where pathlib costs twice as much
        except FileNotFoundError:
            return False
        return os.path.samestat(there, os.fstat(self._descriptor))

    def _let_go(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
