"""One environment that runs as a container."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

from homeport.aws.lambda_.executors.base import Exit, Plan
from homeport.aws.lambda_.executors.docker.engine import Engine, EngineError
from homeport.aws.lambda_.executors.docker.frames import Frames
from homeport.clock import Clock

_log = logging.getLogger(__name__)

_PAUSE_S = 0.02
"""How long a full reader is left alone before it is asked again."""
_SIGNALLED = 128
"""A shell's way to tell a signal, and that of engines."""
_SIGNALS = 64
_GONE = (404, 409)
"""It is removed, or being removed."""


class DockerEnvironment:
    """Follows a container to its end, and removes it."""

    def __init__(self, engine: Engine, plan: Plan, clock: Clock, name: str) -> None:
        self.ended: asyncio.Future[Exit] = asyncio.get_running_loop().create_future()
        self._engine = engine
        self._plan = plan
        self._clock = clock
        self._path = f"/containers/{name}"
        self._tasks: list[asyncio.Task[None]] = []
        self._removal: asyncio.Task[None] | None = None
        self._status: Path | None = None
        self._peak_mb = 0

    async def run(self) -> None:
        """Starts the container; returns when it runs, or could not. Raises `EngineError` where that is not the function's fault."""
        attached: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        output = asyncio.ensure_future(self._read(attached))
        self._tasks.append(output)
        await attached
        try:
            await self._engine.call("POST", f"{self._path}/start")
        except EngineError as error:
            if not _is_of_the_image(error):
                raise
            ended = Exit(1, error_type="Runtime.InvalidEntrypoint", message=error.what)
            self.ended.set_result(ended)
            return
        found = await self._engine.call("GET", f"{self._path}/json")
        self._status = Path(f"/proc/{found['State']['Pid']}/status")
        self._tasks.append(asyncio.ensure_future(self._follow(output)))

    def owns(self, peer: tuple[str, int], ours: tuple[str, int]) -> bool:  # noqa: ARG002
        """Nobody can tell: the engine runs it, perhaps on another machine."""
        return True

    def peak_memory_mb(self) -> int:
        """The most that its first process ever used, where the engine runs on this machine.

        https://man7.org/linux/man-pages/man5/proc_pid_status.5.html: VmHWM
        """
        if self._status is not None:
            try:
                told = self._status.read_text()
                kb = int(told.partition("VmHWM:")[2].split(maxsplit=1)[0])
                self._peak_mb = max(self._peak_mb, kb // 1024)
            except (OSError, IndexError, ValueError):
                self._status = None  # it has ended, or runs elsewhere
        return self._peak_mb

    def begin(self, deadline: float) -> None:
        """An invocation begins; the engine keeps the limits."""

    def finish(self) -> None:
        """The invocation has ended."""

    async def stop(self) -> None:
        """Removes the container with all that runs in it."""
        if self._removal is None:
            self._removal = asyncio.ensure_future(self._remove())
        await asyncio.shield(self._removal)

    async def _remove(self) -> None:
        try:
            await self._engine.call("DELETE", self._path, {"force": "1", "v": "1"})
        except EngineError as error:
            if error.status not in _GONE:
                _log.warning("A container is left to the next start of the stack: %s", error.what)
        finally:
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._end(Exit(None))

    def _end(self, ended: Exit) -> None:
        if not self.ended.done():
            self.ended.set_result(ended)

    async def _follow(self, output: asyncio.Task[None]) -> None:
        try:
            told = await self._engine.call("POST", f"{self._path}/wait")
            found = await self._engine.call("GET", f"{self._path}/json")
            ended = _exit(int(told["StatusCode"]), is_out_of_memory=found["State"]["OOMKilled"])
            await asyncio.wait([output])
        except EngineError:
            ended = Exit(None)  # it was removed meanwhile, or the engine has gone
        self._end(ended)

    async def _read(self, attached: asyncio.Future[None]) -> None:
        query = {"stream": "1", "stdout": "1", "stderr": "1"}
        frames = Frames()
        try:
            async with self._engine.stream("POST", f"{self._path}/attach", query) as pieces:
                attached.set_result(None)
                await self._hand_on(pieces, frames)
        except EngineError as error:
            if not attached.done():
                attached.set_exception(error)

    async def _hand_on(self, pieces: AsyncIterator[bytes], frames: Frames) -> None:
        async for piece in pieces:
            for written in frames.feed(piece):
                await self._room()
                self._plan.output(written)

    async def _room(self) -> None:
        """Waits while nobody takes the output; the engine then stops the writer."""
        while self._plan.is_full():
            await self._clock.sleep(_PAUSE_S)


def _exit(status: int, *, is_out_of_memory: bool) -> Exit:
    if _SIGNALLED < status <= _SIGNALLED + _SIGNALS:
        return Exit(None, status - _SIGNALLED, is_out_of_memory)
    return Exit(status, is_out_of_memory=is_out_of_memory)


def _is_of_the_image(error: EngineError) -> bool:
    """Whether what was to be run is not there or cannot be: engines say so in the words of the runtime below them."""
    words = (
        "executable file not found",
        "no such file or directory",
        "permission denied",
        "exec format error",
    )
    return "exec" in error.what and any(word in error.what.lower() for word in words)
